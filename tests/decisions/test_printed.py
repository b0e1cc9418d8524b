"""The paper of a decision: laid out when it is submitted, signed in one act with its changes, behind every entry."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
import pytest

from ccvc.decisions import actions, kinds, papers, printing, signing
from ccvc.decisions.kinds import Kind
from ccvc.decisions.models import Decision
from ccvc.documents import selectors as documents
from ccvc.documents import verifying
from ccvc.documents.models import Document
from ccvc.documents.models import State as Paper
from ccvc.dossiers.domain import Statement
from ccvc.dossiers.models import Version
from ccvc.evidence import selectors as evidence
from ccvc.evidence import storage
from ccvc.evidence.models import Attachment
from ccvc.ledger.verification import verify
from ccvc.signing.models import Signature
from tests.decisions.world import TODAY, drafted, people, sign, submitted, terms, verified
from tests.documents import office
from tests.people import PASSPHRASE, Agency
from tests.problems import code_of


@pytest.mark.django_db
def test_what_was_seen_is_signed_and_stands_behind_every_entry(agency: Agency) -> None:
    """Both statements name the digest of the file as it was shown; the file only grew since; nothing is copied."""
    keys = people(agency, 2)
    row = verified(agency, drafted(agency, "raise_regular", keys))
    row.refresh_from_db()
    paper = row.paper
    assert paper is not None
    shown = storage.read(paper.sha256)
    ready = signing.prepare(agency.subject("approver"), row.pk)
    assert msgspec.json.decode(ready.stated)["paper"] == hashlib.sha256(shown).hexdigest()
    sign(agency, row)
    paper.refresh_from_db()
    file = storage.read(paper.sha256)
    assert paper.state == Paper.SIGNED
    assert file.startswith(shown)
    assert [one.verdict.status for one in verifying.signatures(file)] == ["valid"]
    for key in keys:
        statement = msgspec.json.decode(
            Version.objects.get(dossier__key=key, number=2).statement, type=Statement
        )
        named = {(one.sha256, one.number, one.path.partition("[")[0]) for one in statement.evidence}
        assert named == {(hashlib.sha256(shown).hexdigest(), str(row), "employment.salary_history")}
        attached = Attachment.objects.get(person_key=key)
        assert evidence.content(agency.subject("officer"), attached) == file
    assert Attachment.objects.values("file").distinct().count() == 1
    office.sealed_only(office.with_clerk(agency), paper)
    assert documents.by_code(paper.code) == paper
    assert verify().ok


@pytest.mark.django_db
def test_neither_signature_stands_without_the_other(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong passphrase, another root, a file that cannot be kept: no version, no signed paper, no signature."""
    row = verified(agency, drafted(agency, "raise_regular", people(agency)))
    approver = agency.subject("approver")
    root = signing.prepare(approver, row.pk).root
    before = Signature.objects.count()
    assert code_of(lambda: signing.sign(approver, row.pk, "sai rồi", root)) == "SIG-PASSPHRASE"
    assert code_of(lambda: signing.sign(approver, row.pk, PASSPHRASE, "0" * 64)) == "DEC-SEEN-CHANGED"
    with monkeypatch.context() as patched:
        patched.setattr("ccvc.documents.actions.keep_decision", _killed)
        with pytest.raises(KeyboardInterrupt):
            signing.sign(approver, row.pk, PASSPHRASE, root)
    assert not Version.objects.filter(number=2).exists()
    assert [one.state for one in Document.objects.all()] == [Paper.ISSUED]
    assert Signature.objects.count() == before
    assert sign(agency, row).state == "signed"


def _killed(*_given: Any) -> None:
    raise KeyboardInterrupt


@pytest.mark.django_db
def test_a_returned_decision_leaves_its_paper_revoked_and_is_laid_out_anew(agency: Agency) -> None:
    row = submitted(agency, drafted(agency, "raise_regular", people(agency)))
    first = row.paper
    assert first is not None
    actions.take_back(agency.subject("officer"), row.pk, "Sai tên người ký")
    first.refresh_from_db()
    assert (first.state, first.revoked_reason) == (Paper.REVOKED, "Sai tên người ký")
    again = submitted(agency, Decision.objects.get(pk=row.pk)).paper
    assert again is not None
    assert (again.pk != first.pk, again.number) == (True, first.number + 1)


@pytest.mark.django_db
def test_its_signer_is_chosen_before_and_nobody_else_signs(agency: Agency) -> None:
    officer = agency.subject("officer")
    row = drafted(agency, "raise_regular", people(agency))
    actions.fill(officer, row.pk, terms(signer="verifier"))
    assert code_of(lambda: actions.submit(officer, row.pk)) == "DEC-SIGNER"
    said = terms(signer="approver", proposed_by="Trưởng phòng Nội vụ", grounds="Biên bản họp số 3\n")
    actions.fill(officer, row.pk, said)
    paper = submitted(agency, row).paper
    assert paper is not None
    assert (paper.signer.username, paper.signer_name) == ("approver", agency.users["approver"].full_name)
    assert code_of(lambda: signing.sign(agency.subject("verifier"), row.pk, "x", "x")) == "ACC-DENIED"
    assert "salary_step" in " ".join(paper.chosen)


@pytest.mark.django_db
def test_words_the_form_took_stand_on_the_paper(agency: Agency, tmp_path: Any) -> None:
    officer = agency.subject("officer")
    row = drafted(agency, "raise_regular", people(agency))
    actions.fill(officer, row.pk, terms(proposed_by="Trưởng phòng Nội vụ", grounds="Biên bản họp số 3\n\n"))
    paper = submitted(agency, row).paper
    assert paper is not None
    text = " ".join(office.run("pdftotext", office.file_of(paper, tmp_path), "-").split())
    assert "Căn cứ Biên bản họp số 3; Theo đề nghị của Trưởng phòng Nội vụ." in text
    assert f"Số: {row.people.get().decision.number or 1}/QĐ-H41" in text
    assert "từ bậc 3, hệ số 3,00, lên bậc 4, hệ số 3,33, kể từ ngày 01 tháng 01 năm 2023." in text
    assert f"năm {TODAY.year}" in text


@pytest.mark.parametrize("one", kinds.kinds().values(), ids=lambda one: one.name)
def test_every_hole_of_a_wording_can_be_filled_by_its_kind(one: Kind) -> None:
    """Each names a field, a cell, an ask or a word; what must be there is held by every dossier or put by the kind."""
    worded = papers.paper(one.name)
    assert [fault for hole in worded.holes if (fault := papers.fault_of(hole, list(one.asked)))] == []
    rows = {step.table for step in one.effect if hasattr(step, "table")}
    fields = {path for step in one.effect if hasattr(step, "fields") for path in step.fields}
    named = {root_and_path(hole) for hole in worded.needed}
    assert one.amends or {path.rpartition(".")[0] for root, path in named if root == "row"} <= rows
    assert {path for root, path in named if root == "new"} <= fields
    assert printing.shown(one.name)[: len(printing.READ)] == list(printing.READ)


def root_and_path(hole: str) -> tuple[str, str]:
    root, _, path = hole.partition(".")
    return root, path


def test_every_kind_has_a_wording() -> None:
    assert set(kinds.kinds()) <= set(papers.kinds())
