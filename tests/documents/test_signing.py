"""From issuing to the agency's signature, and what tools not ours say of the file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from ccvc.access.domain import Subject
from ccvc.documents import actions, verifying
from ccvc.documents.actions import Outcome, signing
from ccvc.documents.actions.keeping import Made, keep_signed_together
from ccvc.documents.models import Document, Picture, State
from ccvc.evidence import storage
from ccvc.ledger.models import Entry
from ccvc.ledger.verification import verify
from ccvc.signing import certificates
from tests.documents import office
from tests.people import Agency


@pytest.fixture
def document(agency: Agency, person: UUID) -> Document:
    return office.sealed(agency, office.issued(agency, person))


def trusted_by_nss(agency: Agency, folder: Path) -> Path:
    """A database of NSS that believes the agency's authority."""
    assert agency.issuer is not None
    folder.mkdir()
    anchor = folder / "ca.pem"
    anchor.write_text(certificates.to_pem([agency.issuer.cert]))
    office.run("certutil", "-N", "-d", f"sql:{folder}", "--empty-password")
    office.run("certutil", "-A", "-d", f"sql:{folder}", "-n", "ca", "-t", "CT,C,C", "-i", anchor)
    return folder


def test_both_signatures_are_valid_and_trusted_by_pdfsig_and_by_us(
    agency: Agency, document: Document, tmp_path: Path
) -> None:
    assert document.state == State.VALID
    assert document.level == "B-B"
    file = office.file_of(document, tmp_path)
    told = office.run("pdfsig", "-nssdir", f"sql:{trusted_by_nss(agency, tmp_path / 'nss')}", file)
    assert told.count("Signature is Valid.") == 2
    assert told.count("Certificate is Trusted.") == 2
    assert told.count("ETSI.CAdES.detached") == 2
    assert "Total document signed" in told
    found = verifying.signatures(storage.read(document.sha256))
    assert [(one.field, one.verdict.status) for one in found] == [("NguoiKy", "valid"), ("CoQuan", "valid")]
    assert [one.agency for one in found] == ["H41", "H41"]


def test_one_changed_byte_is_reported_by_pdfsig_and_by_us(
    agency: Agency, document: Document, tmp_path: Path
) -> None:
    spoilt = bytearray(storage.read(document.sha256))
    spoilt[spoilt.index(b"/Length") - 30] ^= 1
    file = tmp_path / "spoilt.pdf"
    file.write_bytes(spoilt)
    told = office.run("pdfsig", "-nssdir", f"sql:{trusted_by_nss(agency, tmp_path / 'nss')}", file)
    assert told.count("Digest Mismatch.") == 2
    found = verifying.signatures(bytes(spoilt))
    assert [one.verdict.code for one in found] == ["DOC-MODIFIED", "DOC-MODIFIED"]


def test_the_ledger_holds_each_step_and_the_file_begins_with_what_was_issued(document: Document) -> None:
    content = storage.read(document.sha256)
    assert hashlib.sha256(content).hexdigest() == document.sha256
    entries = Entry.objects.filter(kind="document").order_by("index")
    assert [entry.payload.count('"act":"issue"') for entry in entries] == [1, 0, 0]
    assert verify().ok


def test_the_ledger_names_a_file_that_was_changed_or_is_gone(document: Document) -> None:
    place = storage.place(document.sha256)
    spoilt = bytearray(place.read_bytes())
    spoilt[500] ^= 1
    place.write_bytes(spoilt)
    assert {fault.code for fault in verify().faults} == {"DOC-FILE"}
    place.unlink()
    assert {fault.code for fault in verify().faults} == {"DOC-FILE"}


def test_only_the_signer_signs_and_only_the_clerk_seals_what_is_signed(agency: Agency, person: UUID) -> None:
    row = office.issued(agency, person)
    seal = office.signer(agency, "Cơ quan", "seal")
    early = actions.seal(agency.subject("clerk"), [row.pk], seal)
    assert early.refused[row.pk].code == "DOC-STATE"
    for name in ("officer", "clerk", "inspector", "administrator"):
        with office.refused("ACC-DENIED"):
            actions.sign(agency.subject(name), [row.pk], office.signer(agency, name))
    with office.refused("DOC-CERTIFICATE"):
        actions.sign(agency.subject("approver"), [row.pk], office.signer(agency, "officer"))
    with office.refused("SIG-USE"):
        actions.sign(agency.subject("approver"), [row.pk], seal)
    with office.refused("SIG-AGENCY"):
        actions.sign(agency.subject("approver"), [row.pk], office.signer(agency, "approver", code="H56"))
    foreign = actions.sign(
        agency.subject("foreign_approver"), [row.pk], office.signer(agency, "foreign_approver")
    )
    assert foreign.refused[row.pk].code == "DOC-UNKNOWN"
    office.signed(agency, row)
    again = actions.sign(agency.subject("approver"), [row.pk], office.signer(agency, "approver"))
    assert again.refused[row.pk].code == "DOC-STATE"
    with office.refused("ACC-DENIED"):
        actions.seal(agency.subject("approver"), [row.pk], seal)
    with office.refused("SIG-USE"):
        actions.seal(agency.subject("clerk"), [row.pk], office.signer(agency, "approver"))


def test_the_agency_signs_nothing_whose_first_signature_is_spoilt(agency: Agency, person: UUID) -> None:
    row = office.signed(agency, office.issued(agency, person))
    place = storage.place(row.sha256)
    spoilt = bytearray(place.read_bytes())
    spoilt[spoilt.index(b"/Length") - 30] ^= 1
    Document.objects.filter(pk=row.pk).update(sha256=storage.keep(bytes(spoilt)))
    done = actions.seal(agency.subject("clerk"), [row.pk], office.signer(agency, "Cơ quan", "seal"))
    assert done.refused[row.pk].code == "DOC-NOT-SIGNED"


def test_a_newer_curriculum_vitae_takes_the_place_of_the_former(agency: Agency, person: UUID) -> None:
    former = office.sealed(agency, office.issued(agency, person))
    newer = office.sealed(agency, office.issued(agency, person))
    former.refresh_from_db()
    assert former.state == State.SUPERSEDED
    assert former.replaced_by_id == newer.pk


def test_pictures_of_signature_and_seal_stand_in_the_file(
    agency: Agency, person: UUID, tmp_path: Path
) -> None:
    actions.keep_picture(agency.subject("approver"), Picture.Kind.SIGNATURE, office.picture())
    actions.keep_picture(
        agency.subject("clerk"), Picture.Kind.SEAL, office.picture(200, 200, b"\xc8\x10\x2e")
    )
    document = office.sealed(agency, office.issued(agency, person))
    told = office.run("pdfimages", "-list", office.file_of(document, tmp_path))
    assert told.count("image") >= 2
    assert told.count("smask") >= 2
    assert all(one.verdict.ok for one in verifying.signatures(storage.read(document.sha256)))


def test_above_the_name_stands_in_which_capacity_one_signs(agency: Agency, person: UUID) -> None:
    grants = agency.users["approver"].grants
    grants.update(mode="KT.", for_title="Chủ tịch", title="Phó Chủ tịch")
    row = office.issued(agency, person)
    assert row.signer_lines == ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]
    grants.update(mode="", for_title="", title="Chủ tịch")
    done = actions.sign(agency.subject("approver"), [row.pk], office.signer(agency, "approver"))
    assert done.refused[row.pk].code == "DOC-CAPACITY"


def test_nobody_signs_a_document_about_themself(agency: Agency, person: UUID) -> None:
    signer = agency.users["approver"]
    signer.person_key = person
    signer.save()
    with office.refused("DOC-SIGNER"):
        office.issued(agency, person)


def test_the_database_lets_nothing_of_a_document_change_but_its_way(agency: Agency, person: UUID) -> None:
    row = office.issued(agency, person)
    for change in ({"code": "0" * 20}, {"purpose": "Khác"}, {"signer_name": "Người khác"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Document.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.people.all().delete()


def test_of_documents_signed_together_each_is_kept_for_itself(
    agency: Agency, person: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (office.issued(agency, person) for _ in range(3))
    office.signed(agency, second)
    unknown = UUID(int=7)
    done = actions.sign(
        agency.subject("approver"),
        [third.pk, unknown, second.pk, first.pk],
        office.signer(agency, "approver"),
    )
    assert [row.pk for row in done.done] == [third.pk, first.pk]
    assert {pk: problem.code for pk, problem in done.refused.items()} == {
        unknown: "DOC-UNKNOWN",
        second.pk: "DOC-STATE",
    }
    monkeypatch.setattr(signing, "SLICE", 2)
    every = [row.pk for row in (first, second, third)]
    sealed = actions.seal(agency.subject("clerk"), every, office.signer(agency, "Cơ quan", "seal"))
    assert [row.pk for row in sealed.done] == every
    states = [Document.objects.get(pk=pk) for pk in every]
    assert [row.state for row in states] == [State.SUPERSEDED, State.SUPERSEDED, State.VALID]
    assert [row.replaced_by_id for row in states] == [second.pk, third.pk, None]
    assert verify().ok


def test_what_somebody_else_went_on_with_meanwhile_is_left_alone(
    agency: Agency, person: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, other = office.issued(agency, person), office.issued(agency, person)

    def after_the_other(subject: Subject, made: Mapping[UUID, Made]) -> Outcome:
        actions.revoke(agency.subject("approver"), row.pk, "Ghi nhầm người ký")
        return keep_signed_together(subject, made)

    monkeypatch.setattr(signing, "keep_signed_together", after_the_other)
    done = actions.sign(agency.subject("approver"), [row.pk, other.pk], office.signer(agency, "approver"))
    assert [one.pk for one in done.done] == [other.pk]
    assert done.refused[row.pk].code == "DOC-STATE"
    row.refresh_from_db()
    assert (row.state, row.signed_size) == (State.REVOKED, 0)
