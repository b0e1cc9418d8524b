"""Signed files hold what ISO 19005-2 asks, judged apart from what laid them out: each form, signed, with pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from ccvc.documents import actions, catalogue
from ccvc.documents.models import Document, Picture
from ccvc.evidence import storage
from tests.documents import archival, office
from tests.people import Agency


@pytest.fixture
def pictured(agency: Agency) -> Agency:
    """Signer and agency with the pictures that are drawn over one another."""
    actions.keep_picture(agency.subject("approver"), Picture.Kind.SIGNATURE, office.picture())
    red = office.picture(200, 200, b"\xc8\x10\x2e")
    actions.keep_picture(agency.subject("clerk"), Picture.Kind.SEAL, red)
    return agency


def judged(row: Document, folder: Path) -> list[str]:
    """What our own reading, qpdf and pdffonts find wrong with the file of a document."""
    file = office.file_of(row, folder)
    found = archival.faults(storage.read(row.sha256))
    told = office.run("qpdf", "--check", file)
    if "No syntax or stream encoding errors found" not in told:
        found.append(told)
    fonts = office.run("pdffonts", file).splitlines()[2:]
    assert fonts, "a document is written in letters"
    return found + [line for line in fonts if line.split()[-5] != "yes"]


def test_a_signed_document_of_each_form_is_archival(pictured: Agency, person: UUID, tmp_path: Path) -> None:
    rows = [office.issued(pictured, person, name) for name in catalogue.forms()]
    ids = [row.pk for row in rows]
    signed = actions.sign(pictured.subject("approver"), ids, office.signer(pictured, "approver"))
    done = actions.seal(pictured.subject("clerk"), ids, office.signer(pictured, "Cơ quan", "seal"))
    assert (signed.refused, done.refused, len(done.done)) == ({}, {}, len(catalogue.forms()))
    assert {row.form: judged(row, tmp_path) for row in done.done} == {name: [] for name in catalogue.forms()}


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "6.1.2 header": lambda pdf: pdf.replace(b"%PDF-1.7", b"%PDF-2.0", 1),
    "6.1.3 end": lambda pdf: pdf + b"more",
    "6.2.3 output intent": lambda pdf: pdf.replace(b"/GTS_PDFA1", b"/GTS_PDFX01"[:10]),
    "6.2.11 font not embedded": lambda pdf: pdf.replace(b"/FontFile", b"/FontFilm"),
    "6.3.2 flags": lambda pdf: pdf.replace(b"/F 132", b"/F 130"),
    "6.4.1 action": lambda pdf: pdf.replace(b"/T (", b"/A ("),
    "6.5.2 /AA": lambda pdf: pdf.replace(b"/CA", b"/AA"),
    "6.1.2 version": lambda pdf: pdf.replace(b"/Lang (vi)", b"/Version/2"),
    "6.6.4 identification": lambda pdf: pdf.replace(b"<pdfaid:part>2<", b"<pdfaid:part>3<"),
}


def test_each_thing_that_is_spoilt_is_named(pictured: Agency, person: UUID) -> None:
    pdf = storage.read(office.sealed(pictured, office.issued(pictured, person)).sha256)
    assert archival.faults(pdf) == []
    for fault, spoil in SPOILT.items():
        spoilt = spoil(pdf)
        assert spoilt != pdf, fault
        assert fault in archival.faults(spoilt), fault
