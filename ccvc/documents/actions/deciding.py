"""Decisions as documents: laid out and kept under the number the room above gave them, signed in that room's own act.

Neither the desk of documents nor its pages of signing touch them: who signs one signs what it changes in the same act.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from cryptography import x509
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ccvc.access.actions import record_look
from ccvc.access.domain import Right, Subject, denied
from ccvc.accounts.models import User
from ccvc.documents import appearance, domain, handing, pades, ruling, selectors, services, typesetting
from ccvc.documents.actions.keeping import SIGNING, Made, keep_signed
from ccvc.documents.actions.revoking import revoked
from ccvc.documents.actions.signing import certified
from ccvc.documents.handing import Prepared
from ccvc.documents.models import Document, Shown, State
from ccvc.documents.ruling import DecisionText
from ccvc.documents.verification import KIND, described, people_of
from ccvc.evidence import storage
from ccvc.ledger import actions as ledger
from ccvc.signing.signers import Signer
from ccvc.standard.problems import Problem


@dataclass(frozen=True, slots=True)
class Ruled:
    """A decision to be laid out: what it says, whom it is about with the version each was read at, who signs it.

    `number` of the register `symbol` and `year` was given before; `shown` are the fields its paper speaks of, which
    whoever opens it must be allowed to read. `purpose` is what the ledger and the look say it is for.
    """

    text: DecisionText
    number: int
    symbol: str
    year: int
    effective_on: date
    unit_id: int
    people: Mapping[UUID, tuple[int, str]]
    shown: Sequence[str]
    signer: User
    purpose: str


def require_signer(
    signer: User, signing: Subject, unit_ids: Sequence[int], people: Sequence[UUID], right: Right
) -> list[str]:
    """The lines above a signer's name by which they sign for all of these units.

    Problem DOC-SIGNER where they may not, or where the decision is about themself alone.
    """
    lines = selectors.signing_lines(signing, unit_ids, right)
    if lines is None or (signer.person_key is not None and list(people) == [signer.person_key]):
        raise Problem("DOC-SIGNER", where="signer", name=signer.full_name)
    return lines


@transaction.atomic
def issue_decision(subject: Subject, ruled: Ruled) -> Document:
    """Lay a decision out and keep it, with its row, whom it is about, the look at them and the ledger entry.

    It then waits for its signer. Problem DOC-LETTER.
    """
    now, code = timezone.now(), domain.new_code()
    laid_out = typesetting.decision(ruling.content(ruled.text, code), now)
    row = _row(subject, ruled, code, now)
    corner = laid_out.signature
    row.spot = {"page": corner.page, "x": round(corner.x, 2), "y": round(corner.y, 2)}
    row.sha256, row.issued_size = storage.keep(laid_out.pdf), len(laid_out.pdf)
    row.content_sha256 = row.sha256
    row.save(force_insert=True)
    Shown.objects.bulk_create(
        Shown(document=row, person_key=key, version=number, version_hash=name)
        for key, (number, name) in ruled.people.items()
    )
    record_look(subject, list(ruled.people), act="export", purpose=row.purpose, detail=f"{row.title} {row}")
    told = described(row, "issue", row.sha256, row.issued_size)
    more = {"people": people_of(row), "purpose": row.purpose, "by": subject.username}
    ledger.append(KIND, str(row.pk), told | more)
    return row


def _row(subject: Subject, ruled: Ruled, code: str, now: datetime) -> Document:
    text = ruled.text
    return Document(
        code=code,
        form=domain.ONE_DECISION,
        kind=domain.MANY_DECISIONS if len(ruled.people) > 1 else domain.ONE_DECISION,
        title="Quyết định",
        agency=settings.CCVC_AGENCY,
        agency_name=text.agency,
        unit_id=ruled.unit_id,
        number=ruled.number,
        year=ruled.year,
        symbol=ruled.symbol,
        issued_on=text.on,
        purpose=ruled.purpose[: domain.LONGEST_PURPOSE],
        chosen=list(ruled.shown),
        known_at=now,
        valid_on=ruled.effective_on,
        signer=ruled.signer,
        signer_name=text.signer,
        signer_lines=list(text.lines),
        issued_by=subject.username,
        issued_by_name=subject.full_name,
        issued_at=now,
    )


def decision_to_sign(
    subject: Subject, pk: UUID, seen: str, unit_ids: Sequence[int], right: Right
) -> Document:
    """A decision's document that waits for the subject's signature for these units, as it was seen (its SHA-256).

    Problem DOC-UNKNOWN, ACC-DENIED, DOC-STATE, DOC-CAPACITY, DOC-SEEN where it is another file than was shown.
    """
    row = selectors.known(pk)
    if row.signer_id != subject.user_id:
        raise Problem("DOC-UNKNOWN")
    lines = selectors.signing_lines(subject, unit_ids, right)
    if lines is None:
        raise denied(right)
    domain.require_state(row.state, State.ISSUED)
    if lines != row.signer_lines:
        raise Problem("DOC-CAPACITY", now=" / ".join(lines), printed=" / ".join(row.signer_lines))
    if row.sha256 != seen:
        raise Problem("DOC-SEEN")
    return row


def signature_on(subject: Subject, row: Document, signer: Signer) -> Made:
    """The file of a decision with its signer's signature behind it; outside of any transaction.

    Any verdict on the certificate but valid is raised, and what keeps its services from answering.
    """
    cert, now = signer.chain[0], timezone.now()
    certified(cert, now, "approve")
    pen = pades.Pen(signer, services.current(cert))
    mark = appearance.of_person(row, now)
    file = pen.sign(storage.read(row.sha256), mark, name=subject.full_name, reason=SIGNING)
    return Made(file, now, pen.services.level, cert)


def signature_to_hand(
    subject: Subject, row: Document, chain: Sequence[x509.Certificate], algorithm: str, at: datetime
) -> Prepared:
    """The file of a decision as it will be but for the signature made in the signer's own machine."""
    certified(chain[0], at, "approve")
    room = pades.room_of(services.current(chain[0]))
    content, mark = storage.read(row.sha256), appearance.of_person(row, at)
    return handing.prepare(content, chain, algorithm, mark, name=subject.full_name, reason=SIGNING, room=room)


def signature_handed(
    prepared: Prepared, chain: Sequence[x509.Certificate], algorithm: str, signature: bytes, at: datetime
) -> Made:
    """What came back from there, completed; outside of any transaction. Problem SIG-KEY-MISMATCH."""
    certified(chain[0], timezone.now(), "approve")
    beside = services.current(chain[0])
    return Made(handing.finish(prepared, chain, algorithm, signature, beside), at, beside.level, chain[0])


def hold_decision(pk: UUID) -> Document:
    """A decision's document locked, before anything that its signature brings about is."""
    return Document.objects.select_for_update().get(pk=pk)


def keep_decision(subject: Subject, row: Document, made: Made) -> Document:
    """Keep a decision's file with its signature, in the transaction of what it changes. Problem DOC-STATE, DOC-SEEN."""
    before = made.file[: row.issued_size]
    if hashlib.sha256(before).hexdigest() != row.content_sha256:
        raise Problem("DOC-SEEN")
    return keep_signed(subject, row.pk, made)


@transaction.atomic
def end_decision(subject: Subject, pk: UUID, reason: str) -> Document:
    """A decision's document holds no more: it was sent back unsigned, or another decision took it back."""
    return revoked(subject, Document.objects.select_for_update().get(pk=pk), reason)
