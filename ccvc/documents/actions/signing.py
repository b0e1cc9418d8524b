"""Signing what was issued: first the authorised person, then the agency. NĐ 30/2020/NĐ-CP Điều 13, 32, 33.

A signature is made outside any transaction, for its services may be slow, and counts only if the document still
stands where it stood: two that sign at once give one signed document.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ccvc.access.actions import record_look
from ccvc.access.domain import Right, Subject, denied, require
from ccvc.documents import appearance, domain, pades, selectors, services, verifying
from ccvc.documents.models import Document, State
from ccvc.documents.verification import KIND, described
from ccvc.evidence import storage
from ccvc.ledger import actions as ledger
from ccvc.signing import certificates, store
from ccvc.signing.certificates import Use
from ccvc.signing.signers import Signer
from ccvc.signing.verification import verify_certificate
from ccvc.standard.problems import Problem

SIGNING = "Ký văn bản"
SEALING = "Ký số của cơ quan trên văn bản"
Drawing = Callable[[Document, datetime], pades.Mark]


@dataclass(slots=True)
class Outcome:
    """What became of documents signed together: done, and refused by id."""

    done: list[Document] = field(default_factory=list)
    refused: dict[UUID, Problem] = field(default_factory=dict)


def sign(subject: Subject, ids: Sequence[UUID], signer: Signer) -> Outcome:
    """Sign documents as the authorised person they were issued for; one that cannot be signed holds back no other.

    Problem ACC-DENIED, and any verdict on the certificate but valid.
    """
    require(subject, Right.DOCUMENT_SIGN)
    now = timezone.now()
    _certified(signer, now, "approve")
    if certificates.account_of(signer.chain[0]) != subject.username:
        raise Problem("DOC-CERTIFICATE", where="certificate")
    beside = services.current(signer.chain[0])
    return _each(ids, lambda pk: _sign_one(subject, pk, signer, beside))


def seal(subject: Subject, ids: Sequence[UUID], signer: Signer) -> Outcome:
    """Sign documents as the agency, each after its signer's signature was verified anew. As `sign`."""
    require(subject, Right.SEAL_USE, settings.CCVC_AGENCY)
    now = timezone.now()
    _certified(signer, now, "seal")
    beside = services.current(signer.chain[0])
    return _each(ids, lambda pk: _seal_one(subject, pk, signer, beside))


def _certified(signer: Signer, at: datetime, use: Use) -> None:
    verify_certificate(signer.chain[0], store.trust(), at, use, settings.CCVC_AGENCY).required("certificate")


def _each(ids: Sequence[UUID], act: Callable[[UUID], Document]) -> Outcome:
    """Act on each; what is wrong with the means or a service ends it, for it would be wrong with every one."""
    outcome, waiting = Outcome(), list(dict.fromkeys(ids))
    for place, pk in enumerate(waiting):
        try:
            outcome.done.append(act(pk))
        except Problem as problem:
            together = problem.code.startswith("SIG-")
            outcome.refused |= dict.fromkeys(waiting[place:] if together else [pk], problem)
            if together:
                break
    return outcome


def _sign_one(subject: Subject, pk: UUID, signer: Signer, beside: pades.Services) -> Document:
    row, now = selectors.known(pk), timezone.now()
    if row.signer_id != subject.user_id:
        raise Problem("DOC-UNKNOWN")
    lines = selectors.signing_lines(subject, [row.unit_id])
    if lines is None:
        raise denied(Right.DOCUMENT_SIGN)
    domain.require_state(row.state, State.ISSUED)
    if lines != row.signer_lines:
        raise Problem("DOC-CAPACITY", now=" / ".join(lines), printed=" / ".join(row.signer_lines))
    mark = appearance.of_person(row, now)
    made = pades.sign(
        storage.read(row.sha256),
        signer,
        mark,
        name=subject.full_name,
        reason=SIGNING,
        services=beside,
    )
    with transaction.atomic():
        locked = _still(pk, State.ISSUED)
        locked.sha256, locked.signed_size = storage.keep(made), len(made)
        locked.state, locked.signed_at, locked.level = State.SIGNED, now, beside.level
        locked.save(update_fields=["sha256", "signed_size", "state", "signed_at", "level"])
        record_look(subject, _keys(locked), purpose=SIGNING, detail=f"{locked.title} {locked}")
        _enter(subject, locked, "sign", len(made), signer)
    return locked


def _seal_one(subject: Subject, pk: UUID, signer: Signer, beside: pades.Services) -> Document:
    row, now = selectors.known(pk), timezone.now()
    if row.agency != settings.CCVC_AGENCY:
        raise Problem("DOC-UNKNOWN")
    domain.require_state(row.state, State.SIGNED)
    content = storage.read(row.sha256)
    verifying.require_signed(content)
    mark = appearance.of_agency(row, now)
    made = pades.sign(content, signer, mark, name=row.agency_name, reason=SEALING, services=beside)
    with transaction.atomic():
        locked = _still(pk, State.SIGNED)
        locked.sha256, locked.sealed_size = storage.keep(made), len(made)
        locked.state, locked.sealed_at, locked.sealed_by = State.VALID, now, subject.username
        locked.level = min(locked.level, beside.level)
        locked.save(update_fields=["sha256", "sealed_size", "state", "sealed_at", "sealed_by", "level"])
        replaced = _supersede(locked)
        _enter(subject, locked, "seal", len(made), signer, replaces=replaced)
    return locked


def _still(pk: UUID, state: State) -> Document:
    """The row, locked, if nobody went on with it meanwhile."""
    locked = Document.objects.select_for_update().get(pk=pk)
    domain.require_state(locked.state, state)
    return locked


def _supersede(row: Document) -> list[str]:
    """A newer curriculum vitae takes the place of that person's earlier ones; which they were."""
    if row.kind != "cv":
        return []
    earlier = Document.objects.select_for_update().filter(
        kind=row.kind, state=State.VALID, people__person_key__in=_keys(row)
    )
    found = [one for one in earlier.order_by("pk") if one.pk != row.pk]
    for one in found:
        one.state, one.replaced_by = State.SUPERSEDED, row
        one.save(update_fields=["state", "replaced_by"])
    return [str(one.pk) for one in found]


def _keys(row: Document) -> list[UUID]:
    return list(row.people.values_list("person_key", flat=True))


def _enter(subject: Subject, row: Document, act: str, size: int, signer: Signer, **more: object) -> None:
    payload = described(row, act, row.sha256, size)
    serial = certificates.serial_of(signer.chain[0])
    ledger.append(KIND, str(row.pk), payload | {"serial": serial, "by": subject.username, **more})
