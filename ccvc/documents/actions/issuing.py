"""Issuing: drawn from dossiers, numbered, laid out, kept, entered in the ledger; signed afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ccvc.access.actions import record_looks
from ccvc.access.domain import Subject
from ccvc.access.selectors import subject_of
from ccvc.accounts.models import User
from ccvc.documents import catalogue, composing, domain, selectors, typesetting
from ccvc.documents.actions import numbering
from ccvc.documents.catalogue import Form
from ccvc.documents.composing import Content, Drawn, Head, Issuer
from ccvc.documents.models import Document, Register, Shown
from ccvc.documents.verification import KIND, described
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


@dataclass(slots=True)
class Terms:
    """What all documents of one order share, asked for once: who issues, by which form, as of when, who signs."""

    subject: Subject
    form: Form
    chosen: list[str]
    purpose: str
    recipients: Sequence[str]
    known_at: datetime
    valid_on: date
    signer: User
    signing: Subject
    issuers: dict[date, Issuer] = field(default_factory=dict)
    lines: dict[frozenset[int], list[str] | None] = field(default_factory=dict)

    def issuer(self, on: date) -> Issuer:
        """The agency as it issues on a day."""
        if on not in self.issuers:
            self.issuers[on] = composing.issuer_on(on)
        return self.issuers[on]

    def signer_lines(self, drawn: Sequence[Drawn]) -> list[str]:
        """The lines above the signer's name, by what they may sign for; Problem DOC-SIGNER.

        Nobody signs a document about themself alone.
        """
        units = frozenset(one.unit_id for one in drawn)
        if units not in self.lines:
            self.lines[units] = selectors.signing_lines(self.signing, units)
        signer, lines = self.signer.person_key, self.lines[units]
        own = not self.form.many and signer is not None and signer == drawn[0].key
        if own or lines is None:
            raise Problem("DOC-SIGNER", where="signer", name=self.signer.full_name)
        return lines


@dataclass(slots=True)
class Draft:
    """A document before it has its number: its terms, its row, whom it shows, and all it will say but that."""

    terms: Terms
    row: Document
    drawn: Sequence[Drawn]
    content: Content


def terms_of(subject: Subject, order: Order, now: datetime) -> Terms:
    """The terms of an order by the rights of now. Problem DOC-FORM-UNKNOWN, DOC-CHOICE."""
    form = catalogue.form(order.form)
    return Terms(
        subject,
        form,
        catalogue.choices(form, order.chosen),
        " ".join(order.purpose.split()),
        order.recipients,
        order.known_at or now,
        order.valid_on or timezone.localdate(),
        order.signer,
        subject_of(order.signer),
    )


@transaction.atomic
def issue(subject: Subject, order: Order) -> Document:
    """Issue a document, which then waits for its signer.

    Problem DOS-UNKNOWN, DOC-FIELDS, DOC-PURPOSE, DOC-PEOPLE, DOC-CHOICE, DOC-SIGNER, DOC-NOTHING, DOC-LETTER.
    """
    now = timezone.now()
    _sound(catalogue.form(order.form), order, now)
    terms = terms_of(subject, order, now)
    drawn = composing.draw(subject, terms.form, terms.chosen, order.people, terms.known_at, terms.valid_on)
    made = draft(terms, drawn, timezone.localtime(now).date())
    register, numbers = numbering.take(made.row.symbol, made.row.issued_on, 1)
    number(made, register, numbers[0])
    keep([(made, lay_out(made))])
    return made.row


def _sound(form: Form, order: Order, now: datetime) -> None:
    if not order.purpose.strip():
        raise Problem("DOC-PURPOSE", where="purpose")
    most = domain.MOST_PEOPLE if form.many else 1
    if not 0 < len(set(order.people)) == len(order.people) <= most:
        raise Problem("DOC-PEOPLE", most=most)
    if order.known_at is not None and order.known_at > now:
        raise Problem("DOC-KNOWN", where="known")


def draft(terms: Terms, drawn: Sequence[Drawn], on: date) -> Draft:
    """A document of a day for people drawn, without its number. Problem DOC-SIGNER."""
    form, subject, issuer = terms.form, terms.subject, terms.issuer(on)
    lines, code = terms.signer_lines(drawn), domain.new_code()
    row = Document(
        form=form.name,
        kind=form.kind,
        title=form.title,
        code=code,
        purpose=terms.purpose,
        chosen=terms.chosen,
        known_at=terms.known_at,
        valid_on=terms.valid_on,
        unit_id=drawn[0].unit_id,
        agency=settings.CCVC_AGENCY,
        agency_name=issuer.name,
        symbol=numbering.symbol_of(form),
        issued_on=on,
        signer=terms.signer,
        signer_name=terms.signer.full_name,
        signer_lines=lines,
        issued_by=subject.username,
        issued_by_name=subject.full_name,
    )
    at_end = [f"Phục vụ: {row.purpose};", *terms.recipients, f"Lưu: VT, {row.issued_by_name}."]
    head = Head(issuer, "", on, lines, row.signer_name, at_end, code)
    content = composing.compose(form, drawn, terms.chosen, head, terms.known_at, terms.valid_on)
    return Draft(terms, row, drawn, content)


def number(made: Draft, register: Register, number: int) -> None:
    """Give a draft its number of a register."""
    row = made.row
    row.number, row.year, row.symbol, row.agency = number, register.year, register.symbol, register.agency
    made.content |= composing.numbered(made.terms.form, str(row))


def lay_out(made: Draft) -> bytes:
    """Lay a numbered draft out as PDF. Problem DOC-LETTER."""
    row, content = made.row, made.content
    row.issued_at = timezone.now()
    laid_out = typesetting.typeset(content, row.issued_at)
    row.content_sha256 = composing.digest(content)
    corner = laid_out.signature
    row.spot = {"page": corner.page, "x": round(corner.x, 2), "y": round(corner.y, 2)}
    return laid_out.pdf


def keep(made: Sequence[tuple[Draft, bytes]]) -> None:
    """The files in their places, the rows of one order, the people they show, the looks at them, the ledger entries."""
    digests = storage.keep_together([pdf for _draft, pdf in made])
    for (one, pdf), sha256 in zip(made, digests, strict=True):
        one.row.sha256, one.row.issued_size = sha256, len(pdf)
    drafts = [one for one, _pdf in made]
    Document.objects.bulk_create([one.row for one in drafts])
    Shown.objects.bulk_create(shown for one in drafts for shown in _shown(one))
    if drafts:
        looks = [([shown.key for shown in one.drawn], f"{one.row.title} {one.row}") for one in drafts]
        terms = drafts[0].terms
        record_looks(terms.subject, looks, act="export", purpose=terms.purpose)
        ledger.append_all(KIND, [(str(one.row.pk), _told(one)) for one in drafts])


def _shown(made: Draft) -> Iterable[Shown]:
    for one in made.drawn:
        yield Shown(document=made.row, person_key=one.key, version=one.version, version_hash=one.version_hash)


def _told(made: Draft) -> dict[str, Any]:
    """What the ledger says of a document issued."""
    row = made.row
    people = {str(one.key): one.version_hash for one in made.drawn}
    more = {"people": people, "purpose": row.purpose, "by": row.issued_by}
    return described(row, "issue", row.sha256, row.issued_size) | more
