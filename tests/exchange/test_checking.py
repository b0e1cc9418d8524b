"""`exchange check`: everything that is wrong with a file is said at once, with its place."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import orjson
import pytest

from ccvc.exchange.domain import check_bytes, check_file, container, content, records
from ccvc.exchange.domain.checking import CheckReport
from ccvc.signing import certificates, jwe, keys, revocation, store
from ccvc.standard.problems import Problem
from tests.exchange import scheme
from tests.exchange.scheme import COMPONENT, NATIONAL, NOW, OTHER, authority, node, package, trust
from tests.exchange.test_packages import rebuilt, with_blob


def check(data: bytes, **changed) -> CheckReport:
    given = {"key": node(NATIONAL, "encrypt").key, "trust": trust(), "receiver": NATIONAL, "at": NOW}
    return check_bytes(data, **{**given, **changed})


def codes(report: CheckReport) -> list[str]:
    return [finding.problem.code for finding in report.faults if finding.problem]


def places(report: CheckReport) -> dict[str, str]:
    return {f.problem.where: f.problem.code for f in report.faults if f.problem}


@pytest.fixture
def fine() -> bytes:
    return package().data


def test_a_good_package_has_no_fault_and_every_step_is_made(fine):
    report = check(fine)
    assert report.ok
    assert report.complete
    assert (report.records, report.manifest.sequence) == (4, 1)
    assert "✗" not in report.as_text()


def test_what_was_not_checked_is_said(fine):
    report = check(fine, key=None, trust=None)
    assert report.ok
    assert not report.complete
    assert [f.step for f in report.findings if f.outcome == "skipped"] == ["chữ ký và chứng thư", "nội dung"]
    assert "--trust" in report.as_text()
    assert "--key" in report.as_text()


def test_faults_of_signature_parties_and_content_are_all_found(fine):
    wrong = rebuilt(fine, by=node(OTHER, "sign"), records=9, merkle_root="ab" * 32)
    report = check(wrong, receiver="G10")
    assert codes(report) == ["EXC-SENDER", "EXC-COUNT"]
    expired = check(wrong, trust=trust(), at=NOW.replace(year=NOW.year + 2))
    assert "EXC-CERT-EXPIRED" in codes(expired)
    assert "EXC-COUNT" in codes(expired)


def test_a_changed_blob_is_named_with_its_offset(fine):
    parts = container.split(fine)
    report = check(fine[:-1] + bytes([fine[-1] ^ 1]))
    assert codes(report) == ["EXC-BLOB-DIGEST", "EXC-DECRYPT"]
    assert report.faults[0].problem.where == f"byte {parts.blob_offset}"
    assert {"expected", "got"} <= report.as_json()["findings"][-3].keys() | report.faults[0].as_json().keys()


def test_a_file_that_is_no_package_is_named_at_once(tmp_path):
    file = tmp_path / "a.xlsx"
    file.write_bytes(b"PK\x03\x04")
    assert codes(check_file(file)) == ["EXC-MAGIC"]
    assert codes(check_file(tmp_path / "missing.ccvc")) == ["EXC-FILE"]
    file.write_bytes(b"")
    assert codes(check_file(file)) == ["EXC-EMPTY"]


def test_a_file_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(container, "MAX_PACKAGE", 10)
    file = tmp_path / "big.ccvc"
    file.write_bytes(b"x" * 11)
    assert codes(check_file(file)) == ["EXC-SIZE"]


def faulty(lines: list[bytes]) -> CheckReport:
    return check(package(lines=lines).data)


def test_each_faulty_line_is_named_and_the_others_are_still_read(fine):
    lines = scheme.change_lines(range(4))
    spaced = lines[1].replace(b'"leaf":0', b'"leaf": 0')
    wrong_leaf = orjson.dumps(orjson.loads(lines[2]) | {"leaf": 3}, option=orjson.OPT_SORT_KEYS)
    wrong_document = orjson.dumps(orjson.loads(lines[3]) | {"document": {}}, option=orjson.OPT_SORT_KEYS)
    report = faulty([lines[0], spaced, wrong_leaf, wrong_document, b"not json", lines[4]])
    assert places(report) == {
        "line 1": "EXC-LINE",
        "line 2.leaf": "EXC-CHANGE-LEAF",
        "line 3.document": "EXC-CHANGE-DOCUMENT",
        "line 4.line": "EXC-LINE",
    }


def test_an_approval_that_does_not_verify_still_lets_the_changes_be_compared(fine):
    lines = scheme.change_lines(range(2), by=node(COMPONENT, "sign"))
    assert places(faulty(lines)) == {"line 0.jws": "EXC-APPROVAL-SIGNATURE"}
    assert check(package(lines=lines).data, trust=None).ok


def test_a_document_the_standard_refuses_is_named_by_field():
    wrong = scheme.document(1, sex="9")
    raw = scheme.statement(1, of=wrong)
    signed, leaves = scheme.approval([raw])
    line = records.change_line(approval=0, leaf=0, statement=raw, document=scheme.canonical(wrong))
    report = faulty([records.approval_line(0, signed, leaves), line])
    assert places(report) == {"line 1.document.identity.sex": "REG-INVALID"}


def signed_change(document: bytes, **stated) -> list[bytes]:
    """An approval and its one change, of whatever the approver signed."""
    told = {"document_sha256": (digest := hashlib.sha256(document).hexdigest()), "national_sha256": digest}
    raw = scheme.canonical(orjson.loads(scheme.statement(1)) | told | stated)
    signed, leaves = scheme.approval([raw])
    line = records.change_line(approval=0, leaf=0, statement=raw, document=document)
    return [records.approval_line(0, signed, leaves), line]


@pytest.mark.parametrize("document", [b"[]", b'"x"', b"null", b'{"standard":"\xff"}', b"1e999"])
def test_a_signed_document_that_is_none_is_named(document):
    assert places(faulty(signed_change(document)))["line 1.document"] == "REG-UNREADABLE"


@pytest.mark.parametrize("day", ["infinity", "2026-02-30", ""])
def test_a_signed_day_that_is_none_is_named(day):
    lines = signed_change(scheme.canonical(scheme.document(1)), valid_from=day)
    assert places(faulty(lines)) == {"line 1.statement.valid_from": "EXC-CHANGE-STATEMENT"}


def test_a_missing_newline_is_said_and_the_line_is_still_counted(fine):
    made = package()
    key = content.new_key()
    lines = scheme.change_lines(range(2))
    blob = content.encrypt(content.compress(content.join_lines(lines)[:-1]), key, made.manifest.id)
    data = with_blob(made.data, blob)
    data = rebuilt(
        data,
        key=jwe.wrap(key, node(NATIONAL, "encrypt").cert),
        records=3,
        merkle_root=content.merkle_root(lines),
    )
    report = check(rebuilt(data, records=3, merkle_root=content.merkle_root(lines)))
    assert "EXC-LINES" in codes(report)
    assert report.records == 3


def test_thousands_of_faults_are_cut_short(fine):
    report = faulty([b"{}"] * 500)
    assert len(report.faults) == 200
    assert not report.complete


def test_the_report_is_json_for_programs(fine):
    report = check(fine[:-5]).as_json()
    assert json.loads(json.dumps(report)) == report
    assert report["ok"] is False
    fault = next(f for f in report["findings"] if f["outcome"] == "fault")
    assert {"step", "code", "message", "where", "next", "expected", "got"} <= fault.keys()


def test_receipts_are_read_too(fine):
    made = package(kind="receipt", lines=[b'{"type":"summary"}'], sender=NATIONAL, receiver=COMPONENT)
    report = check(made.data, key=node(COMPONENT, "encrypt").key, receiver=COMPONENT)
    assert codes(report) == ["EXC-RECEIPT"]


def test_the_trust_of_any_folder_counts_and_keys_beside_it_do_no_harm(tmp_path: Path):
    issuer = authority()
    (tmp_path / "trust.pem").write_text(certificates.to_pem([issuer.cert]))
    (tmp_path / "trust.crl.pem").write_text(revocation.crl(issuer) * 2)
    (tmp_path / "sign.key.pem").write_text(keys.to_pem(keys.generate(), None))
    assert len(store.trust_in(tmp_path).crls) == 2
    assert check(package().data, trust=store.trust_in(tmp_path)).ok


def test_a_folder_without_anyone_to_trust_is_named(tmp_path: Path):
    with pytest.raises(Problem) as refused:
        store.trust_in(tmp_path)
    assert (refused.value.code, refused.value.where) == ("SIG-TRUST", str(tmp_path))
