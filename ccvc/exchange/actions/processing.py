"""Processing what was taken: one package, one transaction, with its receipt; in the order of each stream."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import psycopg
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone
from psycopg.errors import DeadlockDetected, UniqueViolation

from ccvc.access.domain import Right, Subject, require
from ccvc.exchange.actions.sending import Contents, write_outbound
from ccvc.exchange.actions.streams import lock_stream, own_code
from ccvc.exchange.domain.handlers import Arrival, Judgement, handler_of
from ccvc.exchange.domain.manifest import Kind, Period
from ccvc.exchange.domain.opening import open_package
from ccvc.exchange.domain.records import SummaryLine, line_bytes
from ccvc.exchange.models import Cursor, Inbound, Outbound, Peer
from ccvc.ledger import actions as ledger
from ccvc.signing import store
from ccvc.standard.problems import Problem

RECEIPTED_KINDS = frozenset({Kind.CHANGES, Kind.SNAPSHOT, Kind.TRANSFER, Kind.CATALOGUE})
MET_ANOTHER = (UniqueViolation, DeadlockDetected)
TRIES = 3
State = Inbound.State


def process_all(subject: Subject, peer: Peer | None = None) -> list[Inbound]:
    """Process every stored package, of one peer or of all, each stream in its order.

    A package that fails for a reason of this node (not a Problem) raises; its stream waits, nothing is
    skipped.
    """
    waiting = Inbound.objects.filter(state=State.STORED)
    if peer is not None:
        waiting = waiting.filter(peer=peer)
    ids = waiting.order_by("received_at", "epoch", "sequence").values_list("pk", flat=True)
    return [process_inbound(subject, pk) for pk in list(ids)]


def process_inbound(subject: Subject, inbound_id: int) -> Inbound:
    """Let the handler of its kind judge a stored package; mark it, answer with a receipt, enter it in the
    ledger.

    All in one transaction: a kill leaves either nothing or everything. A package already processed, or with
    an earlier one of its stream still waiting, is left as it is. One that met another stream's in the database
    (both the first to claim a number) is judged again, by what stands now. Locks: Cursor(out) of the peer, the
    Inbound row, the handler's rows, the ledger's head.
    """
    require(subject, Right.EXCHANGE_RUN)
    for _again in range(TRIES - 1):
        try:
            return _process(subject, inbound_id)
        except (DatabaseError, psycopg.Error) as error:
            if not isinstance(error.__cause__ or error, MET_ANOTHER):
                raise
    return _process(subject, inbound_id)


@transaction.atomic
def _process(subject: Subject, inbound_id: int) -> Inbound:
    known = Inbound.objects.select_related("peer").defer("data").filter(pk=inbound_id).first()
    if known is None:
        raise Problem("EXC-NOT-FOUND")
    cursor = lock_stream(known.peer, Cursor.Direction.OUT)
    inbound = Inbound.objects.select_for_update(of=("self",)).select_related("peer").get(pk=inbound_id)
    if inbound.state == State.STORED and not _earlier_waits(inbound):
        _judge(subject, inbound, cursor)
    return inbound


def _earlier_waits(inbound: Inbound) -> bool:
    before = Q(epoch__lt=inbound.epoch) | Q(epoch=inbound.epoch, sequence__lt=inbound.sequence)
    return Inbound.objects.filter(before, peer=inbound.peer, state=State.STORED).exists()


def _judge(subject: Subject, inbound: Inbound, cursor: Cursor) -> None:
    judgement: Judgement | None = None
    problem: Problem | None = None
    judged = inbound.records
    try:
        with transaction.atomic():
            arrival = _open(inbound)
            judged = _judged_records(arrival)
            judgement = handler_of(arrival.manifest.kind)(subject, arrival)
    except Problem as refused:
        problem = refused
    _mark(inbound, judgement, problem)
    if Kind(inbound.kind) in RECEIPTED_KINDS and (judgement is not None or problem is not None):
        answer = judgement or Judgement(0, judged, 0)
        inbound.receipt = _write_receipt(inbound, cursor, answer, problem)
        inbound.save(update_fields=["receipt"])


def _judged_records(arrival: Arrival) -> int:
    """How many lines of a package await a verdict: all but the approvals."""
    return sum(not raw.endswith(b'"type":"approval"}') for raw in arrival.lines)


def _open(inbound: Inbound) -> Arrival:
    """Open the stored bytes again, from nothing believed but the moment they came."""
    opened = open_package(
        bytes(inbound.data),
        decrypt_key=store.node_keys().decrypt,
        trust=store.trust(),
        receiver=own_code(),
        at=inbound.received_at,
    )
    return Arrival(
        inbound=inbound.pk,
        sender=opened.manifest.sender,
        manifest=opened.manifest,
        manifest_sha256=opened.manifest_sha256,
        lines=opened.lines,
        received_at=inbound.received_at,
    )


def _mark(inbound: Inbound, judgement: Judgement | None, problem: Problem | None) -> None:
    inbound.state = State.QUARANTINED if problem else State.ACCEPTED
    inbound.problem = problem.as_json() if problem else None
    inbound.processed_at = timezone.now()
    inbound.accepted = judgement.accepted if judgement else 0
    inbound.refused = judgement.refused if judgement else 0
    inbound.pending = judgement.pending if judgement else 0
    inbound.verdicts = [[v.record, v.verdict, v.code] for v in judgement.verdicts] if judgement else []
    counted = ["accepted", "refused", "pending"]
    inbound.save(update_fields=["state", "problem", "processed_at", "verdicts", *counted])
    payload = {
        "direction": "received",
        "peer": inbound.peer.agency_code,
        "sequence": inbound.sequence,
        "package": str(inbound.package_id),
        "kind": inbound.kind,
        "manifest_sha256": inbound.manifest_sha256,
        "data_sha256": hashlib.sha256(inbound.data).hexdigest(),
        "records": inbound.records,
        "state": inbound.state,
        "problem": problem.code if problem else None,
        **{name: getattr(inbound, name) for name in counted},
    }
    kind = "receipt" if inbound.kind == Kind.RECEIPT else "package_received"
    ledger.append(kind, f"{inbound.peer.agency_code}#{inbound.sequence}", payload)


@transaction.atomic
def send_receipt(subject: Subject, inbound_id: int, judgement: Judgement) -> Outbound:
    """Answer a processed package once more, when records that were pending are settled.

    The counts of the judgement are the totals as they now stand; its verdicts are those that changed.
    Locks: Cursor(out), the Inbound row, the ledger's head.
    """
    require(subject, Right.EXCHANGE_RUN)
    known = Inbound.objects.select_related("peer").defer("data").get(pk=inbound_id)
    cursor = lock_stream(known.peer, Cursor.Direction.OUT)
    inbound = Inbound.objects.select_for_update(of=("self",)).select_related("peer").get(pk=inbound_id)
    if inbound.state != State.ACCEPTED:
        raise Problem("EXC-STATE", sequence=inbound.sequence, got=inbound.get_state_display())
    for name in ("accepted", "refused", "pending"):
        setattr(inbound, name, getattr(judgement, name))
    settled = {
        verdict.record: [verdict.record, verdict.verdict, verdict.code] for verdict in judgement.verdicts
    }
    kept = [old for old in inbound.verdicts if old[0] not in settled]
    inbound.verdicts = [*kept, *(new for new in settled.values() if new[1] != "accepted")]
    inbound.save(update_fields=["accepted", "refused", "pending", "verdicts"])
    return _write_receipt(inbound, cursor, judgement, None)


def _write_receipt(
    inbound: Inbound, cursor: Cursor, judgement: Judgement, problem: Problem | None
) -> Outbound:
    lines = _receipt_lines(inbound, judgement, problem)
    return write_outbound(
        inbound.peer, cursor, Kind.RECEIPT, Contents(lines, Period.day(timezone.localdate()))
    )


def _receipt_lines(inbound: Inbound, judgement: Judgement, problem: Problem | None) -> Sequence[bytes]:
    summary = SummaryLine(
        package=inbound.package_id,
        manifest_sha256=inbound.manifest_sha256,
        accepted=judgement.accepted,
        refused=judgement.refused,
        pending=judgement.pending,
        register_root=judgement.register_root,
        problem=problem.as_json() if problem else None,
    )
    return [line_bytes(summary), *(line_bytes(verdict) for verdict in judgement.verdicts), *judgement.more]
