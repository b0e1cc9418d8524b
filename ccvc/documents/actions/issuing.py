"""Issuing: drawn from dossiers, numbered, laid out, kept, entered in the ledger; signed afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ccvc.access.actions import record_look
from ccvc.access.domain import Subject
from ccvc.access.selectors import subject_of
from ccvc.accounts.models import User
from ccvc.documents import catalogue, composing, domain, selectors, typesetting
from ccvc.documents.catalogue import Form
from ccvc.documents.composing import Drawn, Head
from ccvc.documents.models import Document, Register, RunPerson, Shown
from ccvc.documents.verification import KIND, described, people_of
from ccvc.evidence import storage
from ccvc.ledger import actions as ledger
from ccvc.standard.problems import Problem


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: a form by name, whose, what for, who is to sign; as known and valid when (None: now).

    `chosen` are columns, groups or facts, as the form offers them. `recipients` stand at its end.
    """

    form: str
    people: Sequence[UUID]
    purpose: str
    signer: User
    chosen: Sequence[str] = ()
    known_at: datetime | None = None
    valid_on: date | None = None
    recipients: Sequence[str] = field(default_factory=tuple)


@transaction.atomic
def issue(subject: Subject, order: Order, of_run: RunPerson | None = None) -> Document:
    """Issue a document, which then waits for its signer.

    Problem DOS-UNKNOWN, DOC-FIELDS, DOC-PURPOSE, DOC-PEOPLE, DOC-CHOICE, DOC-SIGNER, DOC-NOTHING, DOC-LETTER.
    """
    form, now = catalogue.form(order.form), timezone.now()
    _sound(form, order, now)
    known_at, valid_on = order.known_at or now, order.valid_on or timezone.localdate()
    chosen = catalogue.choices(form, order.chosen)
    drawn = composing.draw(subject, form, chosen, order.people, known_at, valid_on)
    lines = signer_lines(order.signer, drawn, many=form.many)
    row = _numbered(form, now)
    row.code, row.purpose, row.chosen = domain.new_code(), " ".join(order.purpose.split()), chosen
    row.known_at, row.valid_on, row.unit_id = known_at, valid_on, drawn[0].unit_id
    row.signer, row.signer_name, row.signer_lines = order.signer, order.signer.full_name, list(lines)
    row.issued_by, row.issued_by_name, row.issued_at = subject.username, subject.full_name, now
    row.run = of_run.run if of_run else None
    _lay_out(row, form, drawn, order.recipients)
    _keep(subject, row, drawn)
    if of_run is not None:
        of_run.document = row
        of_run.save(update_fields=["document"])
    return row


def _sound(form: Form, order: Order, now: datetime) -> None:
    if not order.purpose.strip():
        raise Problem("DOC-PURPOSE", where="purpose")
    most = domain.MOST_PEOPLE if form.many else 1
    if not 0 < len(set(order.people)) == len(order.people) <= most:
        raise Problem("DOC-PEOPLE", most=most)
    if order.known_at is not None and order.known_at > now:
        raise Problem("DOC-KNOWN", where="known")


def signer_lines(signer: User, drawn: Sequence[Drawn], *, many: bool) -> Sequence[str]:
    """The lines above a signer's name, by what they may sign for; Problem DOC-SIGNER.

    Nobody signs a document about themself alone.
    """
    own = not many and signer.person_key is not None and signer.person_key == drawn[0].key
    lines = selectors.signing_lines(subject_of(signer), {one.unit_id for one in drawn})
    if own or lines is None:
        raise Problem("DOC-SIGNER", where="signer", name=signer.full_name)
    return lines


def _numbered(form: Form, now: datetime) -> Document:
    """A new row with the next number of its register, which stays locked until the end."""
    on = timezone.localtime(now).date()
    symbol = domain.symbol_of(form.symbol, settings.CCVC_DOCUMENT_SYMBOL or settings.CCVC_AGENCY)
    named: dict[str, Any] = {"agency": settings.CCVC_AGENCY, "year": on.year, "symbol": symbol}
    Register.objects.get_or_create(**named)
    register = Register.objects.select_for_update().get(**named)
    register.last += 1
    register.save(update_fields=["last"])
    return Document(
        form=form.name, kind=form.kind, title=form.title, number=register.last, issued_on=on, **named
    )


def _lay_out(row: Document, form: Form, drawn: Sequence[Drawn], recipients: Sequence[str]) -> None:
    issuer = composing.issuer_on(row.issued_on)
    at_end = [f"Phục vụ: {row.purpose};", *recipients, f"Lưu: VT, {row.issued_by_name}."]
    head = Head(issuer, str(row), row.issued_on, row.signer_lines, row.signer_name, at_end, row.code)
    content = composing.compose(form, drawn, row.chosen, head, row.known_at, row.valid_on)
    laid_out = typesetting.typeset(content, row.issued_at)
    row.agency_name = issuer.name
    row.content_sha256 = composing.digest(content)
    row.sha256, row.issued_size = storage.keep(laid_out.pdf), len(laid_out.pdf)
    corner = laid_out.signature
    row.spot = {"page": corner.page, "x": round(corner.x, 2), "y": round(corner.y, 2)}


def _keep(subject: Subject, row: Document, drawn: Sequence[Drawn]) -> None:
    """The row, the people it shows, the look at them and the ledger entry."""
    row.save(force_insert=True)
    Shown.objects.bulk_create(
        Shown(document=row, person_key=one.key, version=one.version, version_hash=one.version_hash)
        for one in drawn
    )
    keys = [one.key for one in drawn]
    record_look(subject, keys, act="export", purpose=row.purpose, detail=f"{row.title} {row}")
    payload = described(row, "issue", row.sha256, row.issued_size)
    ledger.append(
        KIND,
        str(row.pk),
        payload | {"people": people_of(row), "purpose": row.purpose, "by": subject.username},
    )
