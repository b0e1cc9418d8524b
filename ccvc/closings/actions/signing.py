"""Signing a month: the statement exactly as it was drawn up and shown, once, and on its way to the national node."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.accounts.models import User
from ccvc.closings import domain
from ccvc.closings.actions.preparing import policy_or_refuse, refuse_settled
from ccvc.closings.models import Closing, Snapshot
from ccvc.closings.overdue import people_of
from ccvc.closings.selectors import months, states
from ccvc.closings.verification import KIND
from ccvc.exchange.actions import give_up_refused, send_package
from ccvc.exchange.domain import snapshots
from ccvc.exchange.domain.reconcile import StateRow
from ccvc.exchange.domain.snapshots import PURPOSE, Statement
from ccvc.ledger import actions as ledger
from ccvc.means.actions import keep_pending, open_own, take_pending
from ccvc.means.models import PendingSignature
from ccvc.signing import certificates, jws
from ccvc.signing.actions import OpenKey, keep_signed, sign_batch, stated
from ccvc.signing.models import Signature
from ccvc.signing.selectors import get_key
from ccvc.standard.problems import Problem

Signing = Callable[[list[bytes]], Signature]
LOCK = 0x636C6F73  # "clos": one signature on a month at a time


@dataclass(frozen=True, slots=True)
class Handed:
    """What the officer's machine is given: the bytes to sign, and the figures they stand for."""

    pending: PendingSignature
    statement: str


def sign(subject: Subject, snapshot_id: UUID, passphrase: str, means_id: int | None = None) -> Closing:
    """Sign the figures of a month and have them sent. Only who is authorised for the whole agency may.

    A service elsewhere is asked for its signature outside the transaction: what it signs is fixed already.
    Locks: the month (advisory), the ledger's head. Problem ACC-DENIED, CLS-UNKNOWN, CLS-STALE, CLS-REASON and those of
    `prepare` and of signing; EXC-NOT-JOINED where there is no national node to send to.
    """
    require(subject, Right.CLOSING_SIGN, settings.CCVC_AGENCY)
    opened = open_own(subject, passphrase, means_id)
    by = _signed_away(opened, snapshot_id) if opened.away else _signed_here(opened)
    with transaction.atomic():
        return _sign(subject, snapshot_id, by)


def begin_locally(subject: Subject, session: str, snapshot_id: UUID, means_id: int) -> Handed:
    """What the officer's own machine is to sign for a month; as `sign` raises, and SIG-NO-KEY."""
    require(subject, Right.CLOSING_SIGN, settings.CCVC_AGENCY)
    with transaction.atomic():
        snapshot, _statement, _in_time = _ready(snapshot_id)
    signer = User.objects.get(username=subject.username)
    row = get_key(signer, means_id)
    chain = certificates.from_pem(row.certificate_pem)
    agency, leaves = settings.CCVC_AGENCY, [bytes(snapshot.hash)]
    at, payload = stated(signer, chain[0], leaves, agency=agency, purpose=PURPOSE)
    prepared = jws.prepare(payload, chain, str(row.place.get("algorithm", "")), at=at)
    about = {"snapshot": str(snapshot.pk), "means": row.pk}
    pending = keep_pending(subject, session, PendingSignature.Kind.CLOSING, prepared, about)
    return Handed(pending, snapshot.statement)


def end_locally(subject: Subject, session: str, pending_id: UUID, signature: bytes) -> Closing:
    """Close the month with what came back signed; as `take_pending` and `sign` raise."""
    require(subject, Right.CLOSING_SIGN, settings.CCVC_AGENCY)
    taken = take_pending(subject, session, PendingSignature.Kind.CLOSING, pending_id, signature)
    signer, means_id = User.objects.get(username=subject.username), taken.about["means"]
    by = partial(keep_signed, signer, means_id, taken.made, agency=settings.CCVC_AGENCY, purpose=PURPOSE)
    with transaction.atomic():
        return _sign(subject, UUID(taken.about["snapshot"]), by)


def _signed_here(opened: OpenKey) -> Signing:
    """The signature is made inside the transaction."""
    agency = settings.CCVC_AGENCY
    return partial(sign_batch, opened.user, opened, agency=agency, purpose=PURPOSE, audit=ledger.append)


def _signed_away(opened: OpenKey, snapshot_id: UUID) -> Signing:
    """The signature is asked for now, and kept inside the transaction if it is over what was asked."""
    agency, leaves = settings.CCVC_AGENCY, [bytes(_waiting(snapshot_id).hash)]
    at, payload = stated(opened.user, opened.cert, leaves, agency=agency, purpose=PURPOSE)
    made = jws.sign_with(payload, opened.signer, at=at)
    return partial(keep_signed, opened.user, opened.row_id, made, agency=agency, purpose=PURPOSE)


def _waiting(snapshot_id: UUID, *, lock: bool = False) -> Snapshot:
    """The figures drawn up and not signed; Problem CLS-UNKNOWN."""
    rows = Snapshot.objects.filter(pk=snapshot_id, agency_code=settings.CCVC_AGENCY, closing=None)
    snapshot = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if snapshot is None:
        raise Problem("CLS-UNKNOWN", where="snapshot")
    return snapshot


def _sign(subject: Subject, snapshot_id: UUID, by: Signing) -> Closing:
    snapshot, statement, in_time = _ready(snapshot_id)
    signature = by([bytes(snapshot.hash)])
    closing = Closing.objects.create(
        agency_code=snapshot.agency_code,
        month=snapshot.month,
        number=months.next_number(snapshot.agency_code, snapshot.month),
        snapshot=snapshot,
        signature=signature,
        signed_at=signature.at,
        in_time=in_time,
        overdue=people_of(statement),
    )
    _send(closing, statement, signature)
    enter(closing, subject)
    return closing


def _ready(snapshot_id: UUID) -> tuple[Snapshot, Statement, bool]:
    """The figures, locked, what they state, and whether they are signed in time; a Problem where they may not be."""
    lock_months()
    snapshot = _waiting(snapshot_id, lock=True)
    statement = snapshots.decode_statement(snapshot.statement.encode())
    replaced = months.latest(snapshot.agency_code, snapshot.month)
    return snapshot, statement, _check(snapshot, statement, replaced)


def lock_months() -> None:
    """One closing of this node at a time, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _check(snapshot: Snapshot, statement: Statement, replaced: Closing | None) -> bool:
    """Whether the signature comes in time; a Problem where these figures may not be signed any more."""
    policy = policy_or_refuse(snapshot.agency_code, snapshot.month)
    in_time = domain.is_in_time(policy.window(snapshot.month), timezone.localdate())
    refuse_settled(snapshot.month, replaced, late=not in_time)
    domain.checked_reason(statement.reason, late=not in_time)
    newest = bytes(replaced.snapshot.hash).hex() if replaced else None
    if statement.replaces != newest or timezone.now() - snapshot.at > domain.FRESH:
        hours = int(domain.FRESH.total_seconds() // 3600)
        raise Problem("CLS-STALE", at=_told(snapshot), hours=hours)
    return in_time


def _told(snapshot: Snapshot) -> str:
    return f"{timezone.localtime(snapshot.at):%H:%M %d/%m/%Y}"


def _send(closing: Closing, statement: Statement, signature: Signature) -> None:
    """Have the snapshot packed behind the last change it holds; one refused before is waited for no more."""
    earlier = months.held().filter(agency_code=closing.agency_code, month=closing.month)
    give_up_refused(earlier.values_list("pk", flat=True))
    send_package(
        Subject.system("closings"),
        settings.CCVC_NATIONAL_AGENCY,
        "snapshot",
        package_lines(closing, signature),
        group=closing.pk,
        position=statement.position,
    )


def package_lines(closing: Closing, signature: Signature) -> Iterator[bytes]:
    """The content lines of a closing's package, from what is kept."""
    snapshot = closing.snapshot
    return snapshots.snapshot_lines(
        signature.jws,
        bytes(signature.leaves),
        snapshot.statement.encode(),
        _states(snapshot),
        orjson.loads(signature.evidence) if signature.evidence else None,
    )


def _states(snapshot: Snapshot) -> Iterator[tuple[str, Sequence[StateRow]]]:
    for name, kept in states.kept_rows(snapshot):
        yield name, [one.state for one in kept]


def enter(closing: Closing, subject: Subject) -> None:
    """The closing in the ledger, as signed here or taken from its agency."""
    ledger.append(
        KIND, subject_of(closing.agency_code, closing.month, closing.number), entry(closing, subject)
    )


def subject_of(agency: str, month: date, number: int) -> str:
    """What ledger entries call a closing."""
    return f"{agency} {month:%Y-%m} #{number}"


def entry(closing: Closing, subject: Subject) -> dict[str, Any]:
    """What the ledger says of a closing."""
    return {
        "agency": closing.agency_code,
        "month": f"{closing.month:%Y-%m}",
        "number": closing.number,
        "package": closing.package,
        "statement": bytes(closing.snapshot.hash).hex(),
        "signature": str(closing.signature_id),
        "in_time": closing.in_time,
        "by": subject.username,
        "request": subject.request_id,
    }
