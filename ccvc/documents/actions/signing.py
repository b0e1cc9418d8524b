"""Signing what was issued: first the authorised person, then the agency. NĐ 30/2020/NĐ-CP Điều 13, 32, 33.

A signature is made outside any transaction, for its services may be slow, and counts only if the document still
stands where it stood: two that sign at once give one signed document. Several are kept together, slice after slice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from cryptography import x509
from django.conf import settings
from django.utils import timezone
from pyhanko.pdf_utils.reader import PdfFileReader

from ccvc.access.domain import Right, Subject, denied, require
from ccvc.documents import appearance, copies, domain, pades, selectors, services, verifying
from ccvc.documents.actions.keeping import (
    SEALING,
    SIGNING,
    Made,
    Outcome,
    keep_sealed_together,
    keep_signed_together,
    together,
)
from ccvc.documents.models import Document, State
from ccvc.evidence import storage
from ccvc.signing import certificates, embedded, store
from ccvc.signing.certificates import Use
from ccvc.signing.signers import Signer
from ccvc.signing.verification import verify_certificate
from ccvc.standard.problems import Problem

SLICE = 20
"""Documents kept in one transaction: the signatures a kill loses at most, which nobody has seen."""
Lines = Callable[[int], list[str] | None]
Making = Callable[[Document, datetime], bytes]
Keeping = Callable[[Subject, Mapping[UUID, Made]], Outcome]


@dataclass(frozen=True, slots=True)
class _Work:
    """One act on many documents: by whom, with which means, how a file is made, and how it is kept."""

    subject: Subject
    pen: pades.Pen
    make: Making
    keep: Keeping


def sign(subject: Subject, ids: Sequence[UUID], signer: Signer) -> Outcome:
    """Sign documents as the authorised person they were issued for; one that cannot be signed holds back no other.

    Problem ACC-DENIED, and any verdict on the certificate but valid.
    """
    require(subject, Right.DOCUMENT_SIGN)
    certified(signer.chain[0], timezone.now(), "approve")
    if certificates.account_of(signer.chain[0]) != subject.username:
        raise Problem("DOC-CERTIFICATE", where="certificate")
    pen = pades.Pen(signer, services.current(signer.chain[0]))
    lines, picture = cache(_lines_of(subject)), cache(selectors.picture)

    def make(row: Document, at: datetime) -> bytes:
        _require_signable(subject, row, lines)
        mark = appearance.of_person(row, at, picture)
        return pen.sign(storage.read(row.sha256), mark, name=subject.full_name, reason=SIGNING)

    return _in_slices(ids, _Work(subject, pen, make, keep_signed_together))


def seal(subject: Subject, ids: Sequence[UUID], signer: Signer) -> Outcome:
    """Sign documents as the agency, each after its signer's signature was verified anew. As `sign`."""
    require(subject, Right.SEAL_USE, settings.CCVC_AGENCY)
    certified(signer.chain[0], timezone.now(), "seal")
    pen, picture = pades.Pen(signer, services.current(signer.chain[0])), cache(selectors.picture)

    def make(row: Document, at: datetime) -> bytes:
        read, mark = _judged(row)[1], appearance.of_agency(row, at, picture)
        return pen.sign(read, mark, name=row.agency_name, reason=SEALING)

    return _in_slices(ids, _Work(subject, pen, make, keep_sealed_together))


def certified(cert: x509.Certificate, at: datetime, use: Use) -> None:
    """Any verdict on a certificate but valid for this use and agency is raised."""
    verify_certificate(cert, store.trust(), at, use, settings.CCVC_AGENCY).required("certificate")


def signable(subject: Subject, pk: UUID) -> Document:
    """A document the subject may sign as it stands now.

    Problem DOC-UNKNOWN, ACC-DENIED, DOC-STATE, DOC-CAPACITY where the lines above the name are others by now.
    """
    row = selectors.known(pk)
    _require_signable(subject, row, _lines_of(subject))
    return row


def _lines_of(subject: Subject) -> Lines:
    return lambda unit_id: selectors.signing_lines(subject, [unit_id])


def _require_signable(subject: Subject, row: Document, lines_for: Lines) -> None:
    if row.signer_id != subject.user_id:
        raise Problem("DOC-UNKNOWN")
    domain.refuse_decision(row.kind)
    lines = lines_for(row.unit_id)
    if lines is None:
        raise denied(Right.DOCUMENT_SIGN)
    domain.require_state(row.state, State.ISSUED)
    if lines != row.signer_lines:
        raise Problem("DOC-CAPACITY", now=" / ".join(lines), printed=" / ".join(row.signer_lines))


def sealable(pk: UUID) -> tuple[Document, bytes]:
    """A document the agency may sign as it stands now, with its file, whose first signature is good.

    Problem DOC-UNKNOWN, DOC-STATE, DOC-NOT-SIGNED.
    """
    row = selectors.known(pk)
    return row, _judged(row)[0]


def _judged(row: Document) -> tuple[bytes, PdfFileReader]:
    """The file of a document the agency may sign, also as it was read for judging its first signature.

    A copy has none: it must be the file that was made when its number was given, which no row can say otherwise of.
    """
    if row.agency != settings.CCVC_AGENCY:
        raise Problem("DOC-UNKNOWN")
    domain.require_state(row.state, State.SIGNED)
    content = storage.read(row.sha256)
    if row.kind != copies.KIND:
        return content, verifying.require_signed(content)
    if row.sha256 != row.content_sha256:
        raise Problem("DOC-COPY-CHANGED")
    return content, embedded.read(content)


def _in_slices(ids: Sequence[UUID], work: _Work) -> Outcome:
    """Act on all, slice after slice; what is wrong with the means or a service ends it: it would be with every one."""
    outcome, waiting = Outcome(), list(dict.fromkeys(ids))
    for first in range(0, len(waiting), SLICE):
        made, refused = _made(waiting[first : first + SLICE], work)
        kept = work.keep(work.subject, made)
        outcome.done += kept.done
        outcome.refused |= refused | kept.refused
        last = next(reversed(refused.values()), None)
        if last is not None and together(last):
            outcome.refused |= dict.fromkeys(waiting[first + SLICE :], last)
            break
    return outcome


def _made(part: Sequence[UUID], work: _Work) -> tuple[dict[UUID, Made], dict[UUID, Problem]]:
    """The files of a slice with their new signature, and whom it could not be made for."""
    rows, made, refused = selectors.known_together(part), dict[UUID, Made](), dict[UUID, Problem]()
    at, pen = timezone.now(), work.pen
    for place, pk in enumerate(part):
        try:
            file = work.make(_known(rows, pk), at)
        except Problem as problem:
            if together(problem):
                refused |= dict.fromkeys(part[place:], problem)
                break
            refused[pk] = problem
        else:
            made[pk] = Made(file, at, pen.services.level, pen.cert)
    return made, refused


def _known(rows: Mapping[UUID, Document], pk: UUID) -> Document:
    if pk not in rows:
        raise Problem("DOC-UNKNOWN")
    return rows[pk]
