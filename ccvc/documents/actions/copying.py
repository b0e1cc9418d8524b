"""Certified copies: whoever may sign for the unit decides that one is made; the clerk then seals it.

A whole copy of a PDF is that very file, to which the agency's signature is added; of a picture, the picture on a
sheet. An extract is a passage laid out anew. NĐ 30/2020/NĐ-CP Điều 25, 26, Phụ lục I.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
import typst
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ccvc.access.actions import record_look
from ccvc.access.domain import Right, Subject, denied
from ccvc.accounts.models import User
from ccvc.documents import composing, copies, domain, selectors, typesetting
from ccvc.documents.actions import numbering
from ccvc.documents.copies import CopyForm, Medium
from ccvc.documents.models import Document, Picture, Shown, Source, State
from ccvc.documents.verification import KIND, described, people_of
from ccvc.dossiers.models import Version
from ccvc.evidence import selectors as evidence
from ccvc.evidence import storage
from ccvc.evidence.models import Attachment
from ccvc.evidence.presentation import title_of
from ccvc.ledger import actions as ledger
from ccvc.standard.problems import Problem

PICTURES = {"jpg", "png"}
"""Formats of papers that are laid out on a sheet."""


@dataclass(frozen=True, slots=True)
class CopyOrder:
    """What is asked for: the form of copy, what for, and of an extract the passage."""

    form: str
    purpose: str
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class _Original:
    """What is copied: its file, of which medium, whose, and how it is called."""

    file: bytes
    format: str
    medium: Medium
    people: dict[UUID, tuple[int, str]]
    unit_id: int
    said: dict[str, str]
    paper: Attachment | None = None
    document: Document | None = None


@transaction.atomic
def copy_paper(subject: Subject, paper_id: UUID, order: CopyOrder) -> Document:
    """Make a certified copy of a paper of a dossier; it then waits for the agency's signature.

    Problem EVI-UNKNOWN, EVI-NOT-SCANNED, EVI-INFECTED, EVI-GONE, ACC-DENIED, DOC-SIGNER for one's own paper,
    DOC-FORM-UNKNOWN, DOC-PURPOSE, DOC-LETTER, and DOC-COPY-FORM, -EXCERPT, -FORMAT, -PDF, -LOCKED.
    """
    paper = evidence.paper(subject, paper_id)
    newest = Version.objects.filter(dossier__key=paper.person_key).select_related("dossier").latest("number")
    said = {
        "title": title_of(paper),
        "number": paper.number,
        "day": f"{paper.issued_on:%d/%m/%Y}" if paper.issued_on else "",
        "issuer": paper.issuer,
        "signer": ", ".join(filter(None, (paper.signer, paper.signer_position))),
    }
    shown = {paper.person_key: (newest.number, bytes(newest.hash).hex())}
    unit = newest.dossier.unit_id
    _decided(subject, unit, shown)
    file = evidence.content(subject, paper)
    return _made(subject, _Original(file, paper.file.format, "paper", shown, unit, said, paper=paper), order)


@transaction.atomic
def copy_document(subject: Subject, pk: UUID, order: CopyOrder) -> Document:
    """Make a certified copy of a document of ours that holds.

    Problem as for `copy_paper`, DOC-UNKNOWN, DOC-STATE, DOC-FIELDS, DOC-COPY-COPY.
    """
    row = selectors.document(subject, pk)
    file = selectors.opened(subject, row)
    if row.kind == copies.KIND:
        raise Problem("DOC-COPY-COPY")
    domain.require_state(row.state, State.VALID)
    said = {
        "title": row.title,
        "number": str(row),
        "day": f"{row.issued_on:%d/%m/%Y}",
        "issuer": row.agency_name,
        "signer": row.signer_name,
    }
    shown = {one.person_key: (one.version, one.version_hash) for one in row.people.all()}
    _decided(subject, row.unit_id, shown)
    original = _Original(file, "pdf", "electronic", shown, row.unit_id, said, document=row)
    return _made(subject, original, order)


def _decided(subject: Subject, unit_id: int, shown: Mapping[UUID, Any]) -> None:
    """Whoever has a copy made must be able to sign for the unit, and not about themself alone."""
    if selectors.signing_lines(subject, [unit_id]) is None:
        raise denied(Right.DOCUMENT_SIGN)
    if set(shown) == {subject.person_key}:
        raise Problem("DOC-SIGNER", where="signer", name=subject.full_name)


def _made(subject: Subject, original: _Original, order: CopyOrder) -> Document:
    form, on = copies.copy_form(order.form), timezone.localdate()
    passage = order.excerpt.strip()
    if not form.fits(original.medium, on):
        raise Problem("DOC-COPY-FORM", where="form", form=form.label)
    if not order.purpose.strip():
        raise Problem("DOC-PURPOSE", where="purpose")
    if form.whole == bool(passage) or len(passage) > copies.LONGEST_EXCERPT:
        raise Problem("DOC-COPY-EXCERPT", where="excerpt", most=copies.LONGEST_EXCERPT)
    row = _numbered(subject, form, original, order)
    file = _file(row, form, original, passage)
    sealed = selectors.picture(Picture.Kind.SEAL, settings.CCVC_AGENCY) is not None
    row.spot = msgspec.to_builtins(copies.spot_on(file, sealed=sealed))
    row.sha256, row.issued_size = storage.keep(file), len(file)
    row.content_sha256 = row.sha256
    _keep(subject, row, original, passage)
    return row


def _numbered(subject: Subject, form: CopyForm, original: _Original, order: CopyOrder) -> Document:
    """A row with the next number of the register of this form, which stays locked until the end."""
    now = timezone.now()
    on = timezone.localtime(now).date()
    symbol = domain.symbol_of(form.symbol, settings.CCVC_DOCUMENT_SYMBOL or settings.CCVC_AGENCY)
    register, numbers = numbering.take(symbol, on, 1)
    return Document(
        code=domain.new_code(),
        form=form.name,
        kind=copies.KIND,
        title=form.label,
        agency=register.agency,
        agency_name=composing.issuer_on(on).name,
        unit_id=original.unit_id,
        number=numbers[0],
        year=register.year,
        symbol=register.symbol,
        issued_on=on,
        purpose=" ".join(order.purpose.split()),
        known_at=now,
        valid_on=on,
        state=State.SIGNED,
        signer=User.objects.get(username=subject.username),
        signer_name=subject.full_name,
        signer_lines=selectors.signing_lines(subject, [original.unit_id]) or [],
        issued_by=subject.username,
        issued_by_name=subject.full_name,
        issued_at=now,
    )


def _file(row: Document, form: CopyForm, original: _Original, passage: str) -> bytes:
    """The copy before it is sealed."""
    if not form.whole:
        return typesetting.sheet("excerpt", _excerpt(row, form, original, passage), row.issued_at)
    if original.format == "pdf":
        return original.file
    if original.format not in PICTURES:
        raise Problem("DOC-COPY-FORMAT", format=original.format.upper())
    name = f"scan.{original.format}"
    try:
        return typesetting.scanned(original.file, name, {"name": f"{form.label} {row}"}, row.issued_at)
    except typst.TypstError as error:
        raise Problem("DOC-COPY-PDF") from error


def _excerpt(row: Document, form: CopyForm, original: _Original, passage: str) -> dict[str, Any]:
    issuer, said = composing.issuer_on(row.issued_on), original.said
    labels = {
        "issuer": "Cơ quan ban hành",
        "number": "Số, ký hiệu",
        "day": "Ngày ban hành",
        "signer": "Người ký",
    }
    return {
        "name": f"{form.label} {row}",
        "agency": issuer.name,
        "title": said["title"],
        "facts": [[label, said[name]] for name, label in labels.items() if said[name]],
        "passages": [" ".join(one.split()) for one in passage.splitlines() if one.strip()],
        "heading": form.heading,
        "number": f"Số: {row}",
        "place_date": domain.dated(issuer.place, row.issued_on),
        "recipients": [f"Phục vụ: {row.purpose};", "Lưu: VT."],
        "lines": list(row.signer_lines),
        "signer": row.signer_name,
        "code": domain.grouped(row.code),
    }


def _keep(subject: Subject, row: Document, original: _Original, passage: str) -> None:
    """The row, what it was made of, whom it shows, the look at them and the ledger entry."""
    row.save(force_insert=True)
    digest = hashlib.sha256(original.file).hexdigest()
    Source.objects.create(
        document=row,
        paper=original.paper,
        original=original.document,
        sha256=digest,
        described=original.said,
        excerpt=passage,
    )
    Shown.objects.bulk_create(
        Shown(document=row, person_key=key, version=number, version_hash=name)
        for key, (number, name) in original.people.items()
    )
    keys = list(original.people)
    record_look(subject, keys, act="export", purpose=row.purpose, detail=f"{row.title} {row}")
    payload = described(row, "issue", row.sha256, row.issued_size)
    more = {"people": people_of(row), "purpose": row.purpose, "by": subject.username, "copy_of": digest}
    ledger.append(KIND, str(row.pk), payload | more)
