"""A bundle says what was approved, and an independent program that shares no line with ours says the same."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ccvc.dossiers.models import Version
from ccvc.inspection import actions
from ccvc.inspection.domain import Bundle, encode
from ccvc.inspection.verifiers import single_file
from ccvc.ledger import peers
from ccvc.ledger import selectors as log
from ccvc.signing import certificates
from ccvc.standard.problems import Problem
from tests.inspection.others import KINDS, MORE, resigned, stamped_by_openssl
from tests.inspection.stamping import cases
from tests.ledger.logs import OtherLog
from tests.people import AGENCY, SYSTEM, Agency, approve, dossier, kept, pass_steps, propose
from tests.signing.proving import Prover


def fingerprint(agency: Agency) -> str:
    assert agency.issuer is not None
    return certificates.fingerprint(agency.issuer.cert)


def history(node: Agency) -> Any:
    """A dossier of three versions, the second approved together with another person's; returns its key."""
    first = kept(node, dossier(1))
    key = first.dossier.key
    changes = [
        propose(node, dossier(1, sex="0"), key=key),
        propose(node, dossier(2, full_name="Trần Thị Bích")),
    ]
    pass_steps(node, [change.pk for change in changes])
    approve(node, [change.pk for change in changes])
    kept(node, dossier(1, sex="0", birth_date="1985-03-08"), key=key)
    return key


Check = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture(scope="session")
def check(tmp_path_factory: pytest.TempPathFactory) -> Check:
    """The verifier as an inspector runs it: a file of its own, in a Python that knows of nothing else."""
    folder = tmp_path_factory.mktemp("verifier")
    program = folder / "ccvc-verify.py"
    program.write_bytes(single_file("ccvc-verify.py"))

    def run(bundle: bytes, *arguments: str) -> tuple[int, dict[str, Any]]:
        file = folder / "bundle.json"
        file.write_bytes(bundle)
        command = [sys.executable, "-I", "-S", str(program), str(file), "--json", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env={})
        assert done.stderr == ""
        return done.returncode, json.loads(done.stdout)

    return run


def whole(node: Agency) -> Bundle:
    """Three versions under three approvals, the second of them stamped; the log witnessed."""
    key = _own(node, history(node))
    assert node.issuer is not None
    second = Version.objects.get(dossier__key=key, number=2).signature
    second.evidence = Prover(node.issuer).evidence(second.jws).written()
    second.save(update_fields=["evidence"])
    national = OtherLog(node.issuer)
    peers.take_witness(SYSTEM, "G09", national.witness(AGENCY, 15, log.root_at(SYSTEM, 15)))
    return actions.prove_versions(node.subject("owner"), key)


def _own(node: Agency, key: Any) -> Any:
    owner = node.users["owner"]
    owner.person_key = key
    owner.save()
    return key


def test_a_person_takes_their_own_dossier_and_anyone_verifies_it(node: Agency, check: Check) -> None:
    bundle = whole(node)
    assert [item.form for item in bundle.items] == ["whole"] * 3
    assert [item.document is not None for item in bundle.items] == [True] * 3
    code, found = check(encode(bundle), "--fingerprint", fingerprint(node))
    assert (code, found["verdict"]) == (0, "valid"), found
    codes = {step["code"] for step in found["steps"]}
    assert {
        "STATEMENT",
        "DOCUMENT",
        "CHAIN",
        "ENTRY",
        "LOG",
        "HEAD-SIGNATURE",
        "APPROVER",
        "WITNESS",
        "ANCHOR",
        "STAMP",
        "STAMP-CERTIFICATE",
        "STATUS",
        "ALGORITHM",
    } <= codes
    assert [step["status"] for step in found["steps"] if step["code"] == "TIME"] == ["note", "ok", "note"]


def test_without_the_fingerprint_nothing_is_called_valid(node: Agency, check: Check) -> None:
    bundle = encode(whole(node))
    assert check(bundle)[0] == 2
    code, found = check(bundle, "--fingerprint", "00" * 32)
    assert (code, found["verdict"]) == (1, "invalid")
    assert [step["code"] for step in found["steps"] if step["status"] == "bad"] == ["ANCHOR"]


DRIVER = """
import json, runpy, sys
found = runpy.run_path(sys.argv[1], run_name="verifier")
for line in sys.stdin:
    bundle, marks, more = json.loads(line)
    found["ALLOWED"].extend(map(tuple, more))
    steps = found["check"](bundle.encode(), set(marks))
    print(json.dumps([found["verdict"](steps), [step.code for step in steps if step.status == "bad"]]))
"""


def check_all(
    tmp_path: Path, bundles: list[str], marks: list[str], more: Any = ()
) -> list[tuple[str, list[str]]]:
    """What the verifier says of many bundles, asked in one process that knows nothing of ours.

    `more` is added to its list of algorithms.
    """
    program = tmp_path / "ccvc-verify.py"
    program.write_bytes(single_file("ccvc-verify.py"))
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", DRIVER, str(program)],
        input="\n".join(json.dumps([bundle, marks, more]) for bundle in bundles),
        capture_output=True,
        text=True,
        check=False,
        env={},
    )
    assert done.stderr == ""
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


Where = tuple[str | int, ...]
ALTERED: dict[Where, str] = {
    ("items", 1, "statement"): "STATEMENT",
    ("items", 1, "document"): "DOCUMENT",
    ("items", 1, "form"): "FORM",
    ("items", 1, "leaf", "index"): "STATEMENT",
    ("items", 1, "leaf", "size"): "STATEMENT",
    ("items", 1, "leaf", "path", 0): "STATEMENT",
    ("items", 1, "place", "index"): "ENTRY",
    ("items", 1, "place", "size"): "ENTRY",
    ("items", 1, "place", "path", 0): "ENTRY",
    ("items", 1, "approval"): "STATEMENT",
    ("items", 1, "entry"): "ENTRY",
    ("approvals", 1, "payload"): "APPROVAL-SIGNATURE",
    ("approvals", 1, "signatures", 0, "protected"): "APPROVAL-SIGNATURE",
    ("approvals", 1, "signatures", 0, "signature"): "APPROVAL-SIGNATURE",
    ("entries", 1, "at"): "LOG",
    ("entries", 1, "index"): "LOG",
    ("entries", 1, "kind"): "LOG",
    ("entries", 1, "payload"): "LOG",
    ("entries", 1, "subject"): "LOG",
    ("entries", 1, "path", 0): "LOG",
    ("head", "payload"): "HEAD-SIGNATURE",
    ("head", "signatures", 0, "signature"): "HEAD-SIGNATURE",
    ("agency",): "HEAD-CERTIFICATE",
    ("witnesses", 0, "witness", "payload"): "WITNESS-SIGNATURE",
    ("witnesses", 0, "witness", "signatures", 0, "signature"): "WITNESS-SIGNATURE",
    ("witnesses", 0, "proof", 0): "WITNESS",
    ("evidence", 1, "etsiU", 0, "sigTst", "tstTokens", 0, "val"): "STAMP",
    ("evidence", 1, "etsiU", 2, "rVals", "ocspVals", 0, "val"): "STATUS",
    ("format",): "FORM",
    ("trust", "certificates", 0): "TRUST",
    ("trust", "crls", 0): "TRUST",
}
"""What is changed by one letter or one, and the fault it must be named by."""


def altered(text: str, where: Where) -> str:
    bundle: Any = json.loads(text)
    holder = bundle
    for step in where[:-1]:
        holder = holder[step]
    value = holder[where[-1]]
    if isinstance(value, int):
        holder[where[-1]] = value - 1 if value else value + 1
    else:
        place = value.index("\n", 200) - 20 if "-----BEGIN" in value else len(value) // 2
        letter = "0" if value[place] != "0" else "1"
        holder[where[-1]] = value[:place] + letter + value[place + 1 :]
    return json.dumps(bundle, ensure_ascii=False)


def spoilt(text: str) -> list[str]:
    """The bundle as it is, without its second version, and with each part altered."""
    gone = json.loads(text)
    del gone["items"][1]
    return [text, json.dumps(gone), *(altered(text, where) for where in ALTERED)]


def other_kinds(text: str, folder: Path) -> tuple[list[str], list[str]]:
    """The bundle signed by keys of each kind, and one stamped by OpenSSL under either digest; their marks."""
    made = [resigned(text, kind) for kind in KINDS]
    made += [stamped_by_openssl(text, "RS256", folder, digest) for digest in ("sha256", "sha512")]
    return [bundle for bundle, _ in made], [mark for _, mark in made]


BANNED = ("invalid", ["ALGORITHM", "APPROVAL-CERTIFICATE"] * 3)


def told_rightly(found: list[tuple[str, list[str]]], later: tuple[str, list[str]]) -> None:
    """What a verifier must say of the bundles of `other_kinds`; and of ES384 once the list allows it."""
    rs256, ps256, es384, rs512, stamped, other_digest = found
    assert [rs256, ps256, stamped] == [("valid", [])] * 3
    assert es384 == BANNED
    assert later == ("valid", [])
    assert rs512 == ("invalid", ["ALGORITHM"] * 3)
    assert other_digest == ("invalid", ["STAMP-CERTIFICATE"])


def test_what_the_list_of_algorithms_allows_is_verified_and_all_else_is_named(
    node: Agency, tmp_path: Path
) -> None:
    bundles, marks = other_kinds(encode(whole(node)).decode(), tmp_path)
    marks.append(fingerprint(node))
    found = check_all(tmp_path, bundles, marks)
    told_rightly(found, check_all(tmp_path, bundles[2:3], marks, MORE)[0])


def test_evidence_that_proves_too_little_is_told_from_what_is_false(node: Agency, tmp_path: Path) -> None:
    made = cases(node, encode(whole(node)).decode())
    found = check_all(tmp_path, [bundle for bundle, _ in made.values()], [fingerprint(node)])
    assert dict(zip(made, found, strict=True)) == {name: told for name, (_, told) in made.items()}


def named_rightly(found: list[tuple[str, list[str]]]) -> None:
    """What a verifier must say of the bundles of `spoilt`."""
    good, without, *others = found
    assert good == ("valid", [])
    assert without == ("invalid", ["CHAIN"])
    verdicts = {where: verdict for where, (verdict, _) in zip(ALTERED, others, strict=True)}
    assert verdicts == dict.fromkeys(ALTERED, "invalid")
    for (where, code), (_, codes) in zip(ALTERED.items(), others, strict=True):
        assert code in codes, where


def test_every_part_altered_is_found_and_named(node: Agency, tmp_path: Path) -> None:
    bundles = spoilt(encode(whole(node)).decode())
    named_rightly(check_all(tmp_path, bundles, [fingerprint(node)]))


def test_an_inspector_proves_without_reading_what_is_not_theirs(node: Agency, check: Check) -> None:
    key = history(node)
    bundle = actions.prove_versions(node.subject("inspector"), key)
    assert [(item.form, item.document) for item in bundle.items] == [("withheld", None)] * 3
    assert [item.statement is None for item in bundle.items] == [True, False, False]
    assert check(encode(bundle), "--fingerprint", fingerprint(node))[0] == 0


@pytest.mark.parametrize("who", ["officer", "approver", "administrator", "stranger"])
def test_nobody_else_takes_a_bundle_of_another(node: Agency, who: str) -> None:
    key = kept(node, dossier(1)).dossier.key
    with pytest.raises(Problem) as raised:
        actions.prove_versions(node.subject(who), key)
    assert raised.value.code in {"ACC-DENIED", "DOS-UNKNOWN"}


def test_an_entry_of_any_kind_is_proved(node: Agency, check: Check) -> None:
    kept(node, dossier(1))
    bundle = actions.prove_entry(node.subject("inspector"), 0)
    assert bundle.entries[0].index == 0
    assert check(encode(bundle), "--fingerprint", fingerprint(node))[0] == 0
    with pytest.raises(Problem, match="9999"):
        actions.prove_entry(node.subject("inspector"), 9999)
