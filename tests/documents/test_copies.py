"""Certified copies of scans, pictures and signed documents: sealed by the agency, checked by anyone."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from ccvc.access.models import AccessLog
from ccvc.documents import actions, domain, verifying
from ccvc.documents.actions import CopyOrder
from ccvc.documents.copies import HALF
from ccvc.documents.models import Document, Picture, State
from ccvc.evidence import actions as evidence
from ccvc.evidence import storage
from ccvc.evidence.domain import Details
from ccvc.evidence.models import Attachment
from ccvc.ledger.verification import verify
from ccvc.standard.problems import Problem
from tests.documents import archival, office
from tests.documents.test_forms import laid_out
from tests.evidence import samples
from tests.people import Agency

SAID = Details(
    "01", "employment", "12/QĐ-SNV", date(2026, 3, 7), "Sở Nội vụ", "Trần Văn B", "Phó Giám đốc", "a.pdf"
)
WHOLE = CopyOrder("sao-y", "Nộp hồ sơ xét tuyển")
PASSAGE = "Điều 1. Bổ nhiệm bà Nguyễn Thị Thuỳ Dương.\nĐiều 2. Quyết định có hiệu lực từ ngày ký."


def attached(agency: Agency, person: UUID, content: bytes) -> Attachment:
    subject = agency.subject("officer")
    return evidence.attach(subject, person, evidence.receive(subject, content), SAID)


@pytest.fixture
def scan() -> bytes:
    """A decision as PDF."""
    return laid_out("nd27-2026", [office.rich()])


@pytest.fixture
def paper(agency: Agency, person: UUID, scan: bytes) -> Attachment:
    return attached(agency, person, scan)


def copied(agency: Agency, paper: Attachment, order: CopyOrder = WHOLE) -> Document:
    return actions.copy_paper(agency.subject("approver"), paper.pk, order)


def sealed(agency: Agency, row: Document) -> Document:
    return office.sealed_only(agency, row)


def text_of(row: Document, folder: Path) -> str:
    return " ".join(office.run("pdftotext", "-layout", office.file_of(row, folder), "-").split())


def test_a_true_copy_is_the_very_file_with_the_agencys_mark_in_its_corner(
    agency: Agency, paper: Attachment, scan: bytes, tmp_path: Path
) -> None:
    row = sealed(agency, copied(agency, paper))
    content = storage.read(row.sha256)
    assert (row.state, row.source.sha256, str(row)) == (State.VALID, paper.file.sha256, "1/SY-H41")
    assert content.startswith(scan)
    assert [(one.field, one.verdict.status) for one in verifying.signatures(content)] == [
        ("CoQuanSao", "valid")
    ]
    assert archival.faults(content) == []
    assert office.run("pdfsig", "-nocert", office.file_of(row, tmp_path)).count("Signature is Valid.") == 1
    page = ("-f", "1", "-l", "1", "-x", "290", "-y", "0", "-W", "310", "-H", "90")
    corner = " ".join(office.run("pdftotext", *page, office.file_of(row, tmp_path), "-").split())
    for words in ("SAO Y", "Số: 1/SY-H41", row.agency_name, "Thời gian ký: 2", row.code[:5], row.code[-5:]):
        assert words in corner
    assert verify().ok
    spoilt = bytearray(content)
    spoilt[500] ^= 1
    assert [one.verdict.code for one in verifying.signatures(bytes(spoilt))] == ["DOC-MODIFIED"]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_on_a_page_shown_turned_the_mark_is_upright_in_the_corner_seen(
    agency: Agency, person: UUID, scan: bytes, tmp_path: Path, turn: int
) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(scan))
    page = writer.root["/Pages"]["/Kids"].raw_get(0).get_object()
    page["/Rotate"] = generic.NumberObject(turn)
    writer.update_container(page)
    turned = io.BytesIO()
    writer.write(turned)
    row = sealed(agency, copied(agency, attached(agency, person, turned.getvalue())))
    width = 595 if turn == HALF else 842
    crop = ("-f", "1", "-l", "1", "-x", width - 260, "-y", "0", "-W", "260", "-H", "80")
    corner = office.run("pdftotext", *crop, office.file_of(row, tmp_path), "-")
    assert "SAO Y · Số: 1/SY-H41" in corner


def test_a_copy_whose_file_was_swapped_is_not_sealed(agency: Agency, paper: Attachment) -> None:
    row = copied(agency, paper)
    other = storage.keep(laid_out("xac-nhan", [office.rich()]))
    Document.objects.filter(pk=row.pk).update(sha256=other)
    done = actions.seal(agency.subject("clerk"), [row.pk], office.signer(agency, "Cơ quan", "seal"))
    assert done.refused[row.pk].code == "DOC-COPY-CHANGED"


def test_a_picture_is_laid_on_a_sheet_and_an_extract_made_anew(
    agency: Agency, person: UUID, paper: Attachment, tmp_path: Path
) -> None:
    actions.keep_picture(
        agency.subject("clerk"), Picture.Kind.SEAL, office.picture(200, 200, b"\xc8\x10\x2e")
    )
    lying = attached(agency, person, office.picture(600, 400, clear=False))
    shown = sealed(agency, copied(agency, lying, CopyOrder("sao-luc", "Lưu hồ sơ")))
    assert archival.faults(storage.read(shown.sha256)) == []
    assert office.run("pdfimages", "-list", office.file_of(shown, tmp_path)).count("image") >= 2
    row = sealed(agency, copied(agency, paper, CopyOrder("trich-sao", "Xét tuyển", PASSAGE)))
    words = text_of(row, tmp_path)
    for one in (
        "TRÍCH SAO",
        "Số: 1/TrS-H41",
        "Quyết định",
        "12/QĐ-SNV",
        "07/03/2026",
        "Điều 2.",
        "Người approver",
    ):
        assert one in words
    assert archival.faults(storage.read(row.sha256)) == []


def test_a_signed_document_keeps_its_signatures_under_that_of_the_copy(agency: Agency, person: UUID) -> None:
    original = office.sealed(agency, office.issued(agency, person))
    row = sealed(agency, actions.copy_document(agency.subject("approver"), original.pk, WHOLE))
    found = verifying.signatures(storage.read(row.sha256))
    assert [(one.field, one.verdict.status) for one in found] == [
        ("NguoiKy", "valid"),
        ("CoQuan", "valid"),
        ("CoQuanSao", "valid"),
    ]
    with office.refused("DOC-COPY-COPY"):
        actions.copy_document(agency.subject("approver"), row.pk, WHOLE)
    actions.revoke(agency.subject("approver"), original.pk, "Sai thông tin")
    with office.refused("DOC-STATE"):
        actions.copy_document(agency.subject("approver"), original.pk, WHOLE)
    page = Client().get(f"/kiem-tra/{row.code}/").content.decode()
    assert "Bản gốc đã bị thu hồi" in page


def test_anyone_checks_a_copy_and_sees_what_it_was_made_of(agency: Agency, paper: Attachment) -> None:
    row = copied(agency, paper)
    before = Client().get(f"/kiem-tra/{row.code}/").content.decode()
    assert "Không có văn bản nào có giá trị với mã này" in before
    sealed(agency, row)
    page = Client().get(f"/kiem-tra/{domain.grouped(row.code)}/").content.decode()
    for words in ("Bản sao y", "1/SY-H41", "12/QĐ-SNV", "Sở Nội vụ", "Có giá trị"):
        assert words in page
    assert "Thuỳ Dương" not in page


REFUSED: dict[str, tuple[CopyOrder, Callable[[bytes], bytes]]] = {
    "DOC-PURPOSE": (CopyOrder("sao-y", " "), lambda pdf: pdf),
    "DOC-COPY-EXCERPT": (CopyOrder("trich-sao", "Nộp"), lambda pdf: pdf),
    "DOC-FORM-UNKNOWN": (CopyOrder("sao-chup", "Nộp"), lambda pdf: pdf),
    "DOC-COPY-PDF": (WHOLE, lambda _pdf: samples.pdf()),
    "DOC-COPY-FORMAT": (WHOLE, lambda _pdf: samples.tiff()),
    "DOC-LETTER": (CopyOrder("trich-sao", "Nộp", "chữ 𓀀"), lambda pdf: pdf),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_cannot_be_copied_is_said_and_takes_no_number(
    agency: Agency, person: UUID, scan: bytes, code: str
) -> None:
    order, change = REFUSED[code]
    paper = attached(agency, person, change(scan))
    with office.refused(code):
        copied(agency, paper, order)
    assert not Document.objects.exists()
    other = attached(agency, person, laid_out("xac-nhan", [office.rich()]))
    assert copied(agency, other).number == 1


def test_who_may_not_sign_for_the_unit_has_nothing_copied(
    agency: Agency, person: UUID, paper: Attachment
) -> None:
    for name in ("officer", "clerk", "inspector", "stranger", "foreign_approver"):
        with pytest.raises(Problem) as caught:
            actions.copy_paper(agency.subject(name), paper.pk, WHOLE)
        assert caught.value.code in {"ACC-DENIED", "EVI-UNKNOWN"}
    signer = agency.users["approver"]
    signer.person_key = person
    signer.save()
    with office.refused("DOC-SIGNER"):
        copied(agency, paper)


def test_from_the_paper_to_the_copy_through_pages(agency: Agency, person: UUID, paper: Attachment) -> None:
    client = Client()
    client.force_login(agency.users["approver"])
    address = reverse("documents:copy_paper", args=[paper.pk])
    assert address in client.get(reverse("evidence:person", args=[person])).content.decode()
    page = client.get(address).content.decode()
    assert "Bản trích sao" in page
    refused = client.post(address, {"form": "trich-sao", "purpose": "Nộp"})
    assert refused.status_code == 422
    assert "Bản trích sao cần phần nội dung" in refused.content.decode()
    done = client.post(address, {"form": "sao-y", "purpose": "Nộp hồ sơ"})
    row = Document.objects.get()
    assert done["Location"] == reverse("documents:detail", args=[row.pk])
    shown = client.get(done["Location"]).content.decode()
    for words in ("Bản sao y", "12/QĐ-SNV", "Cho sao", "Cơ quan ký số"):
        assert words in shown
    assert client.get(reverse("documents:file", args=[row.pk])).content == storage.read(paper.file.sha256)
    assert AccessLog.objects.filter(person_keys__contains=[person], purpose="Nộp hồ sơ").exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        type(row.source).objects.update(sha256="0" * 64)
