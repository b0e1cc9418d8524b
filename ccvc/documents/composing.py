"""What a document says, as one value: drawn from dossiers the issuer may read, ready for any layout."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
import segno
from django.conf import settings
from django.utils import timezone

from ccvc.access.domain import Right, Subject
from ccvc.documents import catalogue, domain, filling
from ccvc.documents.catalogue import Form
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.domain import Document as Dossier
from ccvc.organisations.selectors import unit_by_code
from ccvc.standard import Field
from ccvc.standard.problems import Problem

Content = dict[str, Any]
MASK = 2
"""Columns of three (ISO/IEC 18004, 7.8.2)."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One person as a document shows them: the key, the unit, the document redacted for the issuer, its version."""

    key: UUID
    unit_id: int
    document: Dossier
    version: int
    version_hash: str


@dataclass(frozen=True, slots=True)
class Issuer:
    """The agency as its documents name it, those above it, and where it sits."""

    name: str
    superior: str
    place: str


@dataclass(frozen=True, slots=True)
class Head:
    """What stands around the content: who issues, number, day, signer's lines and name, recipients, public check."""

    issuer: Issuer
    number: str
    on: date
    lines: Sequence[str]
    signer: str
    recipients: Sequence[str]
    code: str


def draw(
    subject: Subject,
    form: Form,
    chosen: Sequence[str],
    keys: Sequence[UUID],
    known_at: datetime,
    valid_on: date,
) -> list[Drawn]:
    """The people a document is to show, each as known at a moment and valid on a day.

    Problem DOS-UNKNOWN for one out of reach, DOC-FIELDS where the form shows what the subject may not read,
    DOC-NOTHING where there was no dossier then.
    """
    found = draw_each(subject, form, chosen, keys, known_at, valid_on)
    refused = next((one for one in (found[key] for key in keys) if isinstance(one, Problem)), None)
    if refused is not None:
        raise refused
    return [one for one in (found[key] for key in keys) if isinstance(one, Drawn)]


def draw_each(
    subject: Subject,
    form: Form,
    chosen: Sequence[str],
    keys: Sequence[UUID],
    known_at: datetime,
    valid_on: date,
) -> dict[UUID, Drawn | Problem]:
    """As `draw`, for people who do not depend on each other: each drawn, or what keeps them from being."""
    wanted = catalogue.fields_shown(form, chosen)
    told = dossiers.seen_together(subject, keys, Right.DOCUMENT_ISSUE, known_at=known_at, valid_on=valid_on)
    return {key: _drawn(told.get(key), wanted, valid_on) for key in keys}


def _drawn(told: dossiers.Told | None, wanted: Sequence[Field], valid_on: date) -> Drawn | Problem:
    if told is None:
        return Problem("DOS-UNKNOWN")
    seen = told.seen
    if hidden := [field.label_vi for field in wanted if not seen.may_see(field)]:
        return Problem("DOC-FIELDS", fields=", ".join(dict.fromkeys(hidden)))
    if not seen.document or not told.version:
        return Problem("DOC-NOTHING", on=f"{valid_on:%d/%m/%Y}")
    return Drawn(seen.dossier.key, seen.dossier.unit_id, seen.document, told.version, told.version_hash.hex())


def issuer_on(day: date) -> Issuer:
    """The node's agency as it issues documents on a day; its bare code where the catalogue does not know it."""
    code = settings.CCVC_AGENCY
    state = unit_by_code(code, day)
    if state is None:
        return Issuer(code, "", domain.CAPITAL)
    kind = state.unit.kind
    return Issuer(domain.issuer_name(state.name, kind), "", domain.place_of(state.name, kind))


def check_address(code: str = "") -> str:
    """Address of the public check, of one document where its code is given."""
    base = f"{settings.CCVC_PUBLIC_ADDRESS.rstrip('/')}/kiem-tra/"
    return base + domain.grouped(code) if code else base


def compose(
    form: Form, drawn: Sequence[Drawn], chosen: Sequence[str], head: Head, known_at: datetime, valid_on: date
) -> Content:
    """All a layout needs, as plain data."""
    first = drawn[0].document
    documents = [one.document for one in drawn]
    blocks = filling.fill_across(documents, chosen) if form.many else filling.fill(form, first, chosen)
    asked = [] if form.many else [one.version for one in drawn]
    local = timezone.localtime(known_at)
    return numbered(form, head.number) | {
        "landscape": form.many,
        "superior": head.issuer.superior,
        "agency": filling.printable(head.issuer.name),
        "place_date": domain.dated(head.issuer.place, head.on),
        "title": form.title,
        "subtitle": form.subtitle,
        "mark": form.mark,
        "photo": form.photo,
        "lead": form.lead,
        "head": [] if form.many else filling.head_of(form, first),
        "blocks": blocks,
        "as_of": domain.spoken(local, valid_on, asked),
        "oath": form.oath,
        "declarant": filling.value_of(first, "identity.full_name")["v"],
        "recipients": [filling.printable(one) for one in head.recipients],
        "signature": {"lines": list(head.lines), "name": filling.printable(head.signer)},
        "code": domain.grouped(head.code),
        "address": check_address(),
        "qr": qr(check_address(head.code)),
    }


def numbered(form: Form, number: str) -> Content:
    """What of a content its number says: given at last, under a lock, it is laid over all the rest."""
    return {"name": f"{form.title} {number}", "number": f"Số: {number}", "number_line": f"Số: {number}"}


def digest(content: Content) -> str:
    """SHA-256 of a content."""
    return sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def qr(address: str) -> str:
    """An address as a QR picture (SVG).

    Every reader undoes any of the eight masks. To weigh all of them takes most of the time, and gains at such addresses
    next to nothing.
    """
    drawn = io.BytesIO()
    segno.make(address, error="m", mask=MASK).save(drawn, kind="svg", border=0, xmldecl=False)
    return drawn.getvalue().decode()
