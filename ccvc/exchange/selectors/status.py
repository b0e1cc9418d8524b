"""How the exchange stands: what waits, since when, what was refused. Counts only, no person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.db.models import Count, F, Max, Min, Q, Sum

from ccvc.access.domain import Right, Subject
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.models import Version
from ccvc.exchange.models import Cursor, Inbound, Outbound, Peer, RecordVerdict
from ccvc.exchange.scope import peers_within, quarantine_within
from ccvc.ledger.models import HeadAlarm
from ccvc.standard.problems import Problem

RECEIPTED = ["changes", "snapshot", "transfer"]


@dataclass(frozen=True, slots=True)
class PeerStatus:
    """How the streams with one peer stand; times are None where nothing waits or nothing came yet.

    unpacked: approved changes not yet in a package. waiting: packages not yet taken by the peer.
    unreceipted: packages taken, with no receipt yet. unprocessed: packages from the peer not yet judged.
    alarms: heads of logs that do not fit, theirs or this node's own.
    """

    agency: str
    name: str
    transport: str
    state: str
    seen_at: datetime | None
    unpacked: int
    oldest_unpacked: datetime | None
    waiting: int
    oldest_waiting: datetime | None
    unreceipted: int
    oldest_unreceipted: datetime | None
    refused_packages: int
    last_error: dict[str, Any] | None
    stopped: bool
    alarms: list[Problem]
    sent_changes: int
    accepted: int
    refused: int
    pending: int
    last_received: datetime | None
    taken_packages: int
    taken_records: int
    taken_accepted: int
    taken_refused: int
    unprocessed: int
    oldest_unprocessed: datetime | None

    @property
    def blocked(self) -> bool:
        """A package was refused, or what comes from the peer does not go on: the stream waits for a person."""
        return self.refused_packages > 0 or self.stopped

    @property
    def in_step(self) -> bool:
        """Everything approved is packed, taken, answered and judged."""
        waits = self.unpacked or self.waiting or self.unreceipted or self.unprocessed
        return not (waits or self.blocked)


@dataclass(frozen=True, slots=True)
class Status:
    """The node's exchange: one entry a peer, open work, packages kept aside."""

    agency: str
    kind: str
    peers: list[PeerStatus]
    open_verdicts: int
    quarantined: int

    @property
    def in_step(self) -> bool:
        """Nothing waits with any peer."""
        return all(peer.in_step for peer in self.peers)


def status(subject: Subject) -> Status:
    """The picture within reach; Problem ACC-DENIED without the right to see the exchange."""
    within = peers_within(subject, Right.EXCHANGE_SEE)
    return Status(
        agency=settings.CCVC_AGENCY,
        kind=settings.CCVC_KIND,
        peers=peers(subject),
        open_verdicts=RecordVerdict.objects.filter(resolved_at=None, outbound__peer__in=within).count(),
        quarantined=quarantine_within(subject, Right.EXCHANGE_SEE).count(),
    )


def peers(subject: Subject) -> list[PeerStatus]:
    """How each peer within reach stands, by agency code; the number of queries does not grow with the peers."""
    within = peers_within(subject, Right.EXCHANGE_SEE)
    sent, taken, errors, unpacked = _sent(), _taken(), _last_errors(), _unpacked()
    alarms = open_alarms()
    return [
        PeerStatus(
            agency=peer.agency_code,
            name=peer.name,
            transport=peer.transport,
            state=peer.state,
            seen_at=peer.seen_at,
            last_error=peer.trouble or errors.get(peer.pk),
            stopped=peer.trouble is not None,
            alarms=alarms.get(peer.agency_code, []),
            **unpacked.get(peer.pk, {"unpacked": 0, "oldest_unpacked": None}),
            **sent.get(peer.pk, NOTHING_SENT),
            **taken.get(peer.pk, NOTHING_TAKEN),
        )
        for peer in within.order_by("agency_code")
    ]


def _unpacked() -> dict[int, dict[str, Any]]:
    """Changes behind the cursor of the feed, where this node sends its feed: at a component, to the national node."""
    if settings.CCVC_KIND != "component":
        return {}
    national = Peer.objects.filter(agency_code=settings.CCVC_NATIONAL_AGENCY)
    cursor = Cursor.objects.filter(peer__in=national, direction=Cursor.Direction.OUT).first()
    if cursor is None:
        return {}
    oldest = Version.objects.filter(position=cursor.position + 1).values_list("known_at", flat=True).first()
    waiting = dossiers.last_position() - cursor.position
    return {cursor.peer_id: {"unpacked": waiting, "oldest_unpacked": oldest}}


NOTHING_SENT: dict[str, Any] = {
    "waiting": 0,
    "oldest_waiting": None,
    "unreceipted": 0,
    "oldest_unreceipted": None,
    "refused_packages": 0,
    "sent_changes": 0,
    "accepted": 0,
    "refused": 0,
    "pending": 0,
}


def _sent() -> dict[int, dict[str, Any]]:
    waiting = Q(state=Outbound.State.BUILT)
    unreceipted = Q(state=Outbound.State.DELIVERED, kind__in=RECEIPTED)
    counted = ~Q(state=Outbound.State.REPLACED) & ~Q(kind="snapshot")
    rows = (
        Outbound.objects.order_by()
        .values("peer_id")
        .annotate(
            waiting=Count("pk", filter=waiting),
            oldest_waiting=Min("built_at", filter=waiting),
            unreceipted=Count("pk", filter=unreceipted),
            oldest_unreceipted=Min("delivered_at", filter=unreceipted),
            refused_packages=Count("pk", filter=Q(state=Outbound.State.REFUSED)),
            sent_changes=Sum("changes", filter=counted, default=0),
            accepted=Sum(F("accepted"), filter=counted, default=0),
            refused=Sum(F("refused"), filter=counted, default=0),
            pending=Sum(F("pending"), filter=counted, default=0),
        )
    )
    return _by_peer(rows)


NOTHING_TAKEN: dict[str, Any] = {
    "last_received": None,
    "taken_packages": 0,
    "taken_records": 0,
    "taken_accepted": 0,
    "taken_refused": 0,
    "unprocessed": 0,
    "oldest_unprocessed": None,
}


def _taken() -> dict[int, dict[str, Any]]:
    unprocessed = Q(state=Inbound.State.STORED)
    content = Q(kind__in=["changes", "transfer"])
    rows = (
        Inbound.objects.order_by()
        .values("peer_id")
        .annotate(
            last_received=Max("received_at"),
            taken_packages=Count("pk", filter=content),
            taken_records=Sum("records", filter=content, default=0),
            taken_accepted=Sum("accepted", filter=content, default=0),
            taken_refused=Sum("refused", filter=content, default=0),
            unprocessed=Count("pk", filter=unprocessed),
            oldest_unprocessed=Min("received_at", filter=unprocessed),
        )
    )
    return _by_peer(rows)


def _by_peer(rows: Iterable[Mapping[str, object]]) -> dict[int, dict[str, Any]]:
    return {cast("int", row["peer_id"]): {k: v for k, v in row.items() if k != "peer_id"} for row in rows}


def open_alarms() -> dict[str, list[Problem]]:
    """By agency, what nobody has said why of: two heads that cannot be of one log that only grows."""
    found: dict[str, list[Problem]] = {}
    for alarm in HeadAlarm.objects.filter(closed_at=None).order_by("pk"):
        found.setdefault(alarm.agency, []).append(alarm.problem)
    return found


def _last_errors() -> dict[int, dict[str, Any]]:
    """The trouble of the earliest package of each peer that has any."""
    done = [Outbound.State.RECEIPTED, Outbound.State.REPLACED]
    wanting = Outbound.objects.filter(last_error__isnull=False).exclude(state__in=done)
    first = wanting.order_by("peer_id", "sequence").distinct("peer_id")
    return {peer: error for peer, error in first.values_list("peer_id", "last_error") if error}
