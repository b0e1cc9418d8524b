"""Signing documents with a token in the officer's own machine, or the clerk's: prepared and kept, then completed.

Only the signature comes back. It must be of the means named, over exactly what was prepared, and the document must
still stand where it stood.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.documents import appearance, handing, pades, services
from ccvc.documents.actions import signing
from ccvc.documents.actions.keeping import SEALING, SIGNING, Made, Outcome, each, keep_sealed, keep_signed
from ccvc.documents.handing import Prepared
from ccvc.documents.models import Document
from ccvc.evidence import storage
from ccvc.means.actions import Whose, claim_pending, keep_pending, owner_of
from ccvc.means.models import PendingSignature
from ccvc.signing import certificates
from ccvc.signing.certificates import Use
from ccvc.signing.helper.papers import MOST_PAPERS
from ccvc.signing.selectors import get_key
from ccvc.standard.problems import Problem

Act = Literal["sign", "seal"]


@dataclass(frozen=True, slots=True)
class _Way:
    """How one act goes: whose means, for what use, what is ready, what it looks like, and how it is kept."""

    whose: Whose
    use: Use
    reason: str
    ready: Callable[[Subject, UUID], tuple[Document, bytes]]
    mark: Callable[[Document, datetime], pades.Mark]
    keep: Callable[[Subject, UUID, Made], Document]


def _ready_to_sign(subject: Subject, pk: UUID) -> tuple[Document, bytes]:
    row = signing.signable(subject, pk)
    return row, storage.read(row.sha256)


_WAYS: Mapping[str, _Way] = {
    "sign": _Way("mine", "approve", SIGNING, _ready_to_sign, appearance.of_person, keep_signed),
    "seal": _Way(
        "seal",
        "seal",
        SEALING,
        lambda _subject, pk: signing.sealable(pk),
        appearance.of_agency,
        keep_sealed,
    ),
}


@dataclass(frozen=True, slots=True)
class Handed:
    """What the machine is given: each document with its file as it will be, and what is to be signed of it."""

    pending: PendingSignature
    at: datetime
    documents: list[tuple[Document, Prepared]]


def begin_locally(subject: Subject, session: str, act: Act, ids: Sequence[UUID], means_id: int) -> Handed:
    """Prepare documents for their signature and keep what was prepared, for minutes.

    Problem ACC-DENIED, DOC-NONE, DOC-LOCAL-MANY, SIG-NO-KEY, SIG-NO-SEAL, any verdict on the certificate but valid, and
    whatever keeps one of them from being signed: nothing is prepared then.
    """
    way, wanted = _allowed(subject, act), list(dict.fromkeys(ids))
    if not wanted:
        raise Problem("DOC-NONE")
    if len(wanted) > MOST_PAPERS:
        raise Problem("DOC-LOCAL-MANY", most=MOST_PAPERS, got=len(wanted))
    means, now = get_key(owner_of(subject, way.whose), means_id), timezone.now()
    chain, algorithm = certificates.from_pem(means.certificate_pem), str(means.place.get("algorithm", ""))
    signing.certified(chain[0], now, way.use)
    room = pades.room_of(services.current(chain[0]))
    prepared, kept = [], []
    for pk in wanted:
        row, content = way.ready(subject, pk)
        name = row.agency_name if act == "seal" else subject.full_name
        made = handing.prepare(
            content, chain, algorithm, way.mark(row, now), name=name, reason=way.reason, room=room
        )
        prepared.append((row, made))
        kept.append(_kept(row, content, made))
    about = {"act": act, "means": means.pk, "at": now.isoformat(), "documents": kept}
    digest = sha256(b"".join(made.attributes for _row, made in prepared)).hexdigest()
    pending = keep_pending(subject, session, PendingSignature.Kind.DOCUMENT, digest.encode(), about)
    return Handed(pending, now, prepared)


def end_locally(
    subject: Subject, session: str, act: Act, pending_id: UUID, signatures: Sequence[bytes]
) -> Outcome:
    """Complete documents with what came back; one that cannot be completed holds back no other.

    Problem ACC-DENIED, SIG-PENDING, SIG-NO-KEY, SIG-NO-SEAL where the means was ended meanwhile, and any verdict on its
    certificate but valid. Of single documents SIG-KEY-MISMATCH, DOC-STATE and those of `signable` and `sealable`.
    """
    way = _allowed(subject, act)
    about = claim_pending(subject, session, PendingSignature.Kind.DOCUMENT, pending_id).about
    if about["act"] != act or len(signatures) != len(about["documents"]):
        raise Problem("SIG-PENDING", where="signature")
    means = get_key(owner_of(subject, way.whose), about["means"])
    chain, algorithm = certificates.from_pem(means.certificate_pem), str(means.place.get("algorithm", ""))
    signing.certified(chain[0], timezone.now(), way.use)
    beside, at = services.current(chain[0]), datetime.fromisoformat(about["at"])
    parts = {UUID(one["id"]): (one, made) for one, made in zip(about["documents"], signatures, strict=True)}

    def complete(pk: UUID) -> Document:
        one, signature = parts[pk]
        row, content = way.ready(subject, pk)
        if row.sha256 != one["kept"]:
            raise Problem("DOC-STATE", state=row.get_state_display(), wanted=row.get_state_display())
        file = handing.finish(_again(one, content), chain, algorithm, signature, beside)
        return way.keep(subject, pk, Made(file, at, beside.level, chain[0]))

    return each(list(parts), complete)


def _allowed(subject: Subject, act: Act) -> _Way:
    if act == "seal":
        require(subject, Right.SEAL_USE, settings.CCVC_AGENCY)
    else:
        require(subject, Right.DOCUMENT_SIGN)
    return _WAYS[act]


def _kept(row: Document, content: bytes, made: Prepared) -> dict[str, Any]:
    """What completes a document later: what was added behind the file kept already, and where its room is."""
    return {
        "id": str(row.pk),
        "kept": row.sha256,
        "added": base64.b64encode(made.file[len(content) :]).decode(),
        "start": made.start,
        "end": made.end,
        "attributes": base64.b64encode(made.attributes).decode(),
    }


def _again(one: Mapping[str, Any], content: bytes) -> Prepared:
    added, attributes = (base64.b64decode(one[name]) for name in ("added", "attributes"))
    return Prepared(content + added, one["start"], one["end"], attributes)
