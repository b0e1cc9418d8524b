"""Papers and what they prove: attached, signed over, sent by name, shown to those who may read what they prove."""

from __future__ import annotations

import hashlib
import json
import stat
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import msgspec
import orjson
import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from ccvc.changes import actions as changes
from ccvc.changes import selectors as change_selectors
from ccvc.changes.domain import Proposal
from ccvc.changes.models import Change, Refusal, State
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.domain import EvidenceNamed, Statement, columns, parse
from ccvc.dossiers.models import Version
from ccvc.evidence import actions, selectors, storage
from ccvc.evidence.domain import Details
from ccvc.evidence.models import Attachment, ScanState, StoredFile
from ccvc.evidence.verification import named_in_statement
from ccvc.exchange.domain.records import decode_statement
from ccvc.intake import storage as originals
from ccvc.ledger.models import Entry
from ccvc.ledger.verification import verify
from ccvc.quality.actions.accepting import accept as accept_suggestions
from ccvc.registry import models as register
from ccvc.registry.domain import refuse_misshapen
from ccvc.registry.selectors import history as register_history
from tests import people
from tests.evidence import samples
from tests.owner import tamper
from tests.people import Agency
from tests.problems import code_of

SCAN = samples.pdf()
DECISION = Details(
    kind="01",
    path="employment",
    number="12/QĐ-SNV",
    issued_on=date(2026, 3, 7),
    issuer="Sở Nội vụ",
    signer="Trần Văn B",
    signer_position="Phó Giám đốc",
    file_name="quyet dinh.pdf",
)


def received(agency: Agency, content: bytes = SCAN, by: str = "officer") -> actions.Received:
    return actions.receive(agency.subject(by), content)


def promoted(agency: Agency, version: Version, **more: Any) -> Any:
    """A change of the position of a person."""
    whole = parse(version.document)
    whole["employment"] |= {"position_title": "Phó trưởng phòng"}
    return people.propose(agency, whole, key=version.dossier.key, **more)


def with_paper(agency: Agency, change: Any, content: bytes = SCAN, **details: Any) -> Attachment:
    said = replace(DECISION, **details)
    return changes.prove(agency.subject("officer"), change.pk, received(agency, content), said)


def statement_of(version: Version) -> Statement:
    return msgspec.json.decode(version.statement, type=Statement)


def test_what_was_approved_on_a_paper_is_signed_with_it(agency: Agency) -> None:
    first = people.kept(agency, people.dossier())
    change = promoted(agency, first)
    paper = with_paper(agency, change)
    people.pass_steps(agency, [change.pk])
    version = people.approve(agency, [change.pk])[0]
    assert statement_of(version).evidence == [
        EvidenceNamed(
            sha256=hashlib.sha256(SCAN).hexdigest(),
            kind="01",
            path="employment",
            number="12/QĐ-SNV",
            date="2026-03-07",
            issuer="Sở Nội vụ",
            signer="Trần Văn B",
            signer_position="Phó Giám đốc",
        )
    ]
    paper.refresh_from_db()
    assert paper.version == version
    assert decode_statement(version.statement.encode()).evidence == statement_of(version).evidence
    assert verify().ok


def test_a_statement_without_papers_reads_as_it_always_did(agency: Agency) -> None:
    version = people.kept(agency, people.dossier())
    assert "evidence" not in json.loads(version.statement)


def test_what_was_signed_before_papers_named_their_signer_is_still_whole(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_before(row: Attachment) -> EvidenceNamed:
        return msgspec.structs.replace(named_in_statement(row), signer="", signer_position="")

    change = people.propose(agency, people.dossier())
    with_paper(agency, change, path="identity")
    people.pass_steps(agency, [change.pk])
    monkeypatch.setattr("ccvc.changes.actions.approving.named_in_statement", as_before)
    version = people.approve(agency, [change.pk])[0]
    assert b"signer" not in msgspec.json.encode(json.loads(version.statement)["evidence"])
    assert verify().ok


def test_a_paper_added_after_the_approver_looked_is_not_signed_unseen(agency: Agency) -> None:
    change = people.propose(agency, people.dossier())
    people.pass_steps(agency, [change.pk])
    root = changes.prepare(agency.subject("approver"), [change.pk]).root
    row = StoredFile.objects.create(
        sha256=received(agency).sha256, size=1, format="pdf", stored_at=timezone.now()
    )
    Attachment.objects.create(
        file=row, person_key=change.person_key, change_id=change.pk, kind="99", attached_at=timezone.now()
    )
    approver = agency.subject("approver")
    assert (
        code_of(lambda: changes.approve(approver, [change.pk], people.PASSPHRASE, root)) == "CHG-SEEN-CHANGED"
    )


def test_of_a_paper_for_what_stays_in_the_component_only_digest_and_kind_leave_it(agency: Agency) -> None:
    change = people.propose(agency, people.dossier(phone="0903111222"))
    with_paper(agency, change, path="identity.phone")
    people.pass_steps(agency, [change.pk])
    version = people.approve(agency, [change.pk])[0]
    assert statement_of(version).evidence == [
        EvidenceNamed(sha256=hashlib.sha256(SCAN).hexdigest(), kind="01")
    ]


def test_the_original_is_kept_once_closed_to_others_and_as_it_came(agency: Agency) -> None:
    first, second = (people.propose(agency, people.dossier(n)) for n in (1, 2))
    papers = [with_paper(agency, change, path="identity") for change in (first, second)]
    assert papers[0].file == papers[1].file
    files = [f for f in storage.folder().rglob("*") if f.is_file()]
    assert [f.name for f in files] == [hashlib.sha256(SCAN).hexdigest()]
    assert files[0].read_bytes() == SCAN
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600
    assert papers[0].file.state == ScanState.UNSCANNED


@pytest.mark.parametrize("room", [storage, originals])
def test_a_file_another_process_puts_in_its_place_meanwhile_is_left_to_it(agency: Agency, room: Any) -> None:
    room.folder().mkdir(parents=True, exist_ok=True)
    (room.folder() / "arriving-1-gone").symlink_to(
        "moved"
    )  # listed, and no longer there when it is looked at
    room._sweep()
    assert storage.read(storage.keep(SCAN)) == SCAN


def test_the_database_refuses_to_change_or_delete_a_paper(agency: Agency) -> None:
    paper = with_paper(agency, people.propose(agency, people.dossier()), path="identity")
    for act in (
        lambda: Attachment.objects.filter(pk=paper.pk).update(number="13"),
        lambda: Attachment.objects.filter(pk=paper.pk).delete(),
        lambda: StoredFile.objects.filter(pk=paper.file.pk).update(sha256="0" * 64),
    ):
        with pytest.raises(DatabaseError, match="stays as it is"), transaction.atomic():
            act()


def test_every_attachment_is_in_the_ledger(agency: Agency) -> None:
    paper = with_paper(agency, people.propose(agency, people.dossier()), path="identity")
    said = orjson.loads(Entry.objects.get(kind="evidence").payload)
    assert (said["attachment"], said["sha256"]) == (str(paper.pk), hashlib.sha256(SCAN).hexdigest())
    assert (said["by"], said["path"], said["issued_on"], said["scan"]) == (
        "officer",
        "identity",
        "2026-03-07",
        "unscanned",
    )


def test_without_the_ledger_nothing_is_attached(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    change = people.propose(agency, people.dossier())
    monkeypatch.setattr("ccvc.ledger.actions.append", _fail)
    with pytest.raises(RuntimeError):
        with_paper(agency, change, path="identity")
    assert not Attachment.objects.exists()


def _fail(*_args: Any) -> None:
    raise RuntimeError("no ledger")


def test_the_ledger_names_what_was_done_to_a_paper(agency: Agency) -> None:
    version = people.kept(agency, people.dossier(2))
    paper = with_paper(agency, people.propose(agency, people.dossier()), path="identity")
    place = storage.place(paper.file.sha256)
    place.unlink()
    assert first_fault() == ("EVI-FILE-MISSING", "file", str(paper.pk))
    place.write_bytes(SCAN.replace(b"12", b"13"))
    assert first_fault() == ("EVI-FILE-CHANGED", "file", str(paper.pk))
    assert code_of(lambda: selectors.content(agency.subject("officer"), paper)) == "EVI-GONE"
    place.write_bytes(SCAN)
    assert verify().ok
    Attachment.objects.filter(pk=paper.pk).update(version=version)
    assert first_fault() == ("EVI-NOT-SIGNED", "statement", str(paper.pk))
    tamper("UPDATE evidence_attachment SET number = '99/QĐ'")
    assert first_fault() == ("LED-DATA", "number", str(paper.pk))


def first_fault() -> tuple[str, str, str]:
    fault = verify().first_fault
    return fault.code, fault.what, fault.subject


def test_papers_are_attached_until_somebody_has_checked(agency: Agency) -> None:
    change = people.propose(agency, people.dossier())
    paper = with_paper(agency, change, path="identity")
    officer = agency.subject("officer")
    changes.unprove(officer, change.pk, paper.pk)
    assert code_of(lambda: changes.unprove(officer, change.pk, paper.pk)) == "EVI-UNKNOWN"
    again = with_paper(agency, change, path="identity")
    assert code_of(lambda: with_paper(agency, change, path="identity")) == "EVI-TWICE"
    changes.check(agency.subject("checker"), [change.pk])
    for act in (
        lambda: with_paper(agency, change, samples.png(), path="identity"),
        lambda: changes.unprove(officer, change.pk, again.pk),
    ):
        assert code_of(act) == "CHG-STATE"
    assert [e.kind for e in Entry.objects.filter(kind__startswith="evidence").order_by("index")] == [
        "evidence",
        "evidence_taken_back",
        "evidence",
    ]


def test_others_attach_nothing(agency: Agency) -> None:
    change = people.propose(agency, people.dossier())
    given, said = received(agency), replace(DECISION, path="identity")
    for who, code in (
        ("stranger", "CHG-UNKNOWN"),
        ("colleague", "CHG-UNKNOWN"),
        ("administrator", "CHG-UNKNOWN"),
        ("inspector", "CHG-UNKNOWN"),
        ("verifier", "DOS-UNKNOWN"),
        ("checker", "CHG-NOT-YOUR-PAPERS"),
    ):
        assert code_of(partial(changes.prove, agency.subject(who), change.pk, given, said)) == code, who
    assert not Attachment.objects.exists()


def test_what_is_refused_within_a_larger_act_is_recorded_after_all_of_it_is_undone(agency: Agency) -> None:
    held, officer = people.kept(agency, people.dossier()), agency.subject("officer")
    whole = parse(held.document) | {"health": {"height_cm": 161}}
    proposal = Proposal(held.dossier.key, people.UNIT, whole, timezone.localdate(), "Quyết định số 12")
    elsewhere = (received(agency), replace(DECISION, path="education"))
    propose = partial(changes.propose, officer, proposal, [elsewhere])
    correct = partial(changes.correct, officer, held.dossier.key, proposal, authority="")
    accept = partial(accept_suggestions, officer, [1])
    for act, code in ((propose, "EVI-PATH"), (correct, "CHG-CORRECT-AUTHORITY"), (accept, "QUA-UNKNOWN")):
        assert code_of(act) == code
        assert Refusal.objects.get(code=code).actor_account == "officer"
    assert Change.objects.count() == 1


NONSENSE: list[tuple[dict[str, Any], str]] = [
    ({"kind": "77"}, "EVI-KIND"),
    ({"number": " "}, "EVI-PARTICULAR"),
    ({"issued_on": None}, "EVI-PARTICULAR"),
    ({"issuer": ""}, "EVI-PARTICULAR"),
    ({"number": "1" * 101}, "EVI-LONG"),
    ({"issued_on": timezone.localdate() + timedelta(days=1)}, "EVI-LATER"),
    ({"path": "family"}, "EVI-PATH"),
    ({"path": "nothing.at_all"}, "EVI-PATH"),
]


def test_what_is_said_of_a_paper_must_make_sense(agency: Agency) -> None:
    change = people.propose(agency, people.dossier())
    for details, code in NONSENSE:
        said = {"path": "identity", **details}
        assert code_of(lambda said=said: with_paper(agency, change, **said)) == code, details


def test_a_change_takes_so_many_papers_and_no_more(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccvc.evidence.domain.MOST_OF_A_CHANGE", 2)
    change = people.propose(agency, people.dossier())
    for text in ("1", "2"):
        with_paper(agency, change, samples.pdf(text), path="identity")
    assert code_of(lambda: with_paper(agency, change, samples.pdf("3"), path="identity")) == "EVI-TOO-MANY"


def test_a_file_larger_than_the_setting_allows_is_refused(agency: Agency, settings: Any) -> None:
    settings.CCVC_EVIDENCE_MEGABYTES = 1
    assert code_of(lambda: received(agency, samples.pdf("x" * 1024 * 1024))) == "EVI-TOO-LARGE"
    assert not storage.folder().exists()


def test_an_officer_attaches_a_copy_of_form_2c_without_changing_a_value(agency: Agency) -> None:
    version = people.kept(agency, people.dossier())
    key, officer = version.dossier.key, agency.subject("officer")
    said = Details(kind="04", file_name="2C.doc")
    paper = actions.attach(officer, key, received(agency, samples.doc()), said)
    assert (paper.path, paper.version, paper.change_id) == ("", None, None)
    assert Version.objects.count() == 1
    assert code_of(lambda: actions.attach(officer, key, received(agency, samples.doc()), said)) == "EVI-TWICE"
    assert code_of(lambda: actions.take_back(officer, paper.pk, " ")) == "EVI-REASON"
    actions.take_back(agency.subject("checker"), paper.pk, "Của người khác")
    assert selectors.of_dossier(officer, version.dossier) == ([], 0)
    assert verify().ok


def test_nobody_but_an_officer_within_reach_attaches_to_a_dossier(agency: Agency) -> None:
    version = people.kept(agency, people.dossier())
    agency.users["owner"].person_key = version.dossier.key
    given, said = received(agency), Details(kind="04", file_name="2C.pdf")
    for who, code in (("stranger", "DOS-UNKNOWN"), ("verifier", "DOS-UNKNOWN"), ("owner", "ACC-DENIED")):
        act = partial(actions.attach, agency.subject(who), version.dossier.key, given, said)
        assert code_of(act) == code


def test_a_paper_is_seen_by_who_may_read_what_it_proves(agency: Agency) -> None:
    whole = people.dossier() | {"family": {"relatives": [{"id": "r1", "relationship": "01"}]}}
    version = people.kept(agency, whole)
    officer, key = agency.subject("officer"), version.dossier.key
    family = actions.attach(
        officer, key, received(agency), Details(kind="06", path="family.relatives[r1]", file_name="a.pdf")
    )
    job = actions.attach(officer, key, received(agency, samples.png()), replace(DECISION, path="education"))
    for who, seen in (("officer", [family, job]), ("verifier", [family, job]), ("inspector", [job])):
        subject = agency.subject(who)
        assert selectors.of_dossier(subject, version.dossier) == (seen, 2 - len(seen)), who
        for paper in (family, job):
            if paper in seen:
                assert selectors.paper(subject, paper.pk) == paper
            else:
                assert code_of(lambda subject=subject, paper=paper: selectors.paper(subject, paper.pk)) == (
                    "EVI-UNKNOWN"
                )
    for who in ("stranger", "colleague", "administrator"):
        assert code_of(lambda who=who: selectors.paper(agency.subject(who), job.pk)) == "EVI-UNKNOWN"
    assert code_of(lambda: selectors.paper(officer, uuid4())) == "EVI-UNKNOWN"


def test_a_paper_of_a_change_is_not_of_the_dossier_before_it_is_approved(agency: Agency) -> None:
    first = people.kept(agency, people.dossier())
    change = promoted(agency, first)
    paper = with_paper(agency, change)
    verifier = agency.subject("verifier")
    assert selectors.of_dossier(verifier, first.dossier) == ([], 0)
    assert code_of(lambda: selectors.paper(verifier, paper.pk)) == "EVI-UNKNOWN"
    assert change_selectors.paper(verifier, change.pk, paper.pk) == paper
    people.pass_steps(agency, [change.pk])
    second = people.approve(agency, [change.pk])[0]
    assert selectors.of_dossier(verifier, first.dossier) == ([paper], 0)
    assert selectors.of_dossier(verifier, first.dossier, first.known_at) == ([], 0)
    newest, oldest = dossiers.history(verifier, first.dossier.key)
    assert ([p.version for p in newest.papers], oldest.papers) == ([second.number], [])


def test_what_is_returned_never_reaches_the_dossier(agency: Agency) -> None:
    first = people.kept(agency, people.dossier())
    change = promoted(agency, first)
    with_paper(agency, change)
    changes.send_back(agency.subject("checker"), [change.pk], "Thiếu dấu")
    change.refresh_from_db()
    assert change.state == State.RETURNED
    assert selectors.of_dossier(agency.subject("officer"), first.dossier) == ([], 0)


def test_the_register_tells_what_was_signed_and_refuses_what_is_no_digest(agency: Agency) -> None:
    change = people.propose(agency, people.dossier())
    with_paper(agency, change)
    people.pass_steps(agency, [change.pk])
    version = people.approve(agency, [change.pk])[0]
    statement = decode_statement(version.statement.encode())
    refuse_misshapen(statement)
    spoilt = msgspec.structs.replace(statement, evidence=[EvidenceNamed(sha256="../x", kind="01")])
    assert code_of(lambda: refuse_misshapen(spoilt)) == "REG-STATEMENT"
    facts = {"number": 1, "hash": version.hash, "agency_code": people.AGENCY}
    person = register.Person.objects.create(
        key=version.dossier.key, accepted_at=timezone.now(), **facts, **columns(parse(version.document))
    )
    register.Version.objects.create(
        person=person,
        statement=version.statement,
        document=version.document,
        valid_from=version.valid_from,
        known_at=version.known_at,
        package=1,
        record=1,
        signature=version.signature,
        leaf=version.leaf,
        **facts,
    )
    seen = register_history(people.SYSTEM, version.dossier.key)
    assert seen[0].papers == [("Quyết định số 12/QĐ-SNV", statement.evidence[0])]
