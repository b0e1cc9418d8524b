"""What the node does again and again: build and send, fetch and process. Plain functions, safe to run at
once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.conf import settings

from ccvc.access.domain import Subject
from ccvc.exchange import actions, carriers
from ccvc.exchange.actions import heads
from ccvc.exchange.actions.histories import held_digest
from ccvc.exchange.domain.manifest import Kind
from ccvc.exchange.models import Cursor, Inbound, Peer
from ccvc.exchange.transports import Transport
from ccvc.exchange.transports.file import FileTransport
from ccvc.standard.problems import Problem

log = structlog.get_logger(__name__)
STOPPING = frozenset({"EXC-RESTORED", "EXC-FORK", "EXC-CHAIN"})
"""What a person must see to before anything more is taken from a peer."""
Progress = Callable[[int], None]


@dataclass(slots=True)
class SendReport:
    """What one round of sending did; `problems` by agency."""

    built: int = 0
    changes: int = 0
    delivered: int = 0
    problems: dict[str, dict[str, Any]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The report for programs."""
        return {
            "built": self.built,
            "changes": self.changes,
            "delivered": self.delivered,
            "problems": self.problems,
        }


@dataclass(slots=True)
class ReceiveReport:
    """What one round of receiving did; `problems` by agency."""

    fetched: int = 0
    processed: int = 0
    accepted: int = 0
    refused: int = 0
    problems: dict[str, dict[str, Any]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The report for programs."""
        counts = {"fetched": self.fetched, "processed": self.processed}
        return {**counts, "accepted": self.accepted, "refused": self.refused, "problems": self.problems}


def send_all(progress: Progress | None = None) -> SendReport:
    """Build what is new for every enrolled peer and deliver what is due; a peer in trouble holds back no
    other.
    """
    subject, report = Subject.system("exchange"), SendReport()
    for peer in Peer.objects.filter(state=Peer.State.ENROLLED).order_by("agency_code"):
        try:
            _send(subject, peer, report, progress)
        except Problem as problem:
            _note(report.problems, peer, problem)
    return report


def _send(subject: Subject, peer: Peer, report: SendReport, progress: Progress | None) -> None:
    for outbound in actions.build_packages(subject, peer.agency_code):
        report.built += 1
        report.changes += outbound.changes
    for outbound in actions.deliver_due(subject, peer):
        report.delivered += 1
        if progress:
            progress(outbound.changes)


def receive_all(progress: Progress | None = None) -> ReceiveReport:
    """Fetch what waits at every peer this node asks, store it, and process all that is stored."""
    report = ReceiveReport()
    for peer in Peer.objects.filter(state=Peer.State.ENROLLED).order_by("agency_code"):
        if peer.transport != Peer.Transport.MAILBOX:
            _guarded(report, peer, _fetch)
        _guarded(report, peer, lambda peer, report: _process(peer, report, progress))
    return report


def _guarded(report: ReceiveReport, peer: Peer, step: Callable[[Peer, ReceiveReport], None]) -> None:
    try:
        step(peer, report)
    except Problem as problem:
        _note(report.problems, peer, problem)


def _fetch(peer: Peer, report: ReceiveReport) -> None:
    carrier = carriers.transport_for(peer)
    cursor = Cursor.objects.get(peer=peer, direction=Cursor.Direction.IN)
    try:
        _refuse_other_files(carrier, peer, cursor.sequence)
        for data in carrier.fetch(cursor.sequence, cursor.manifest_sha256):
            stored = actions.store_inbound(data, peer.transport)
            report.fetched += not stored.repeated
    except Problem as problem:
        if problem.code in STOPPING:
            Peer.objects.filter(pk=peer.pk).update(trouble=problem.as_json())
        raise
    Peer.objects.filter(pk=peer.pk, trouble__isnull=False).update(trouble=None)
    _tidy(carrier, peer)


def _refuse_other_files(carrier: Transport, peer: Peer, taken: int) -> None:
    """Problem EXC-RESTORED where a file of a number taken is another package: files are removed once they are held."""
    if isinstance(carrier, FileTransport):
        other = carrier.first_other(taken, lambda number: held_digest(peer, number))
        if other is not None:
            raise Problem("EXC-RESTORED", where=peer.address, expected=other - 1, got=taken)


def _tidy(carrier: Transport, peer: Peer) -> None:
    if isinstance(carrier, FileTransport):
        carrier.tidy(Cursor.objects.get(peer=peer, direction=Cursor.Direction.IN).sequence)


def _process(peer: Peer, report: ReceiveReport, progress: Progress | None) -> None:
    for inbound in actions.process_all(Subject.system("exchange"), peer):
        if inbound.state != Inbound.State.STORED:
            report.processed += 1
            changes = inbound.kind != Kind.SNAPSHOT  # whose lines are no changes
            report.accepted += (inbound.accepted or 0) * changes
            report.refused += (inbound.refused or 0) * changes
        if progress:
            progress(inbound.records)


def refresh_trust() -> bool:
    """Take up newer revocation lists and certificates published by the peers; whether there were any."""
    subject, taken = Subject.system("exchange"), False
    for peer in Peer.objects.filter(transport=Peer.Transport.HTTPS, state=Peer.State.ENROLLED):
        try:
            taken = actions.refresh_revocations(subject, peer) or taken
        except Problem as problem:
            log.warning("exchange.refresh_trust", peer=peer.agency_code, code=problem.code)
    return taken


def exchange_heads(*, now: bool = False) -> int:
    """Exchange heads of logs with every peer this node asks, where it was not done for an hour (or `now`); how
    many did.

    Until that goes on, a log rewritten since the last time cannot be told.
    """
    subject, done = Subject.system("exchange"), 0
    asked = Peer.objects.filter(state=Peer.State.ENROLLED).exclude(transport=Peer.Transport.MAILBOX)
    for peer in asked.order_by("agency_code"):
        try:
            done += (now or heads.due(peer)) and heads.exchange_heads(subject, peer)
        except Problem as problem:
            log.warning("exchange.heads", peer=peer.agency_code, code=problem.code)
    return done


def _note(problems: dict[str, dict[str, Any]], peer: Peer, problem: Problem) -> None:
    problems[peer.agency_code] = problem.as_json()
    log.warning("exchange.problem", node=settings.CCVC_AGENCY, peer=peer.agency_code, code=problem.code)
