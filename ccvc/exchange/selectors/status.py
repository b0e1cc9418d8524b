"""How the exchange stands: what waits, since when, what was refused. Counts only, no person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Min, Q, Sum

from ccvc.access.domain import Right, Subject, require
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.models import Version
from ccvc.exchange.models import Cursor, Inbound, Outbound, Peer, Quarantine, RecordVerdict

RECEIPTED = ["changes", "snapshot", "transfer"]


@dataclass(frozen=True, slots=True)
class PeerStatus:
    """How the streams with one peer stand; times are None where nothing waits or nothing came yet.

    unpacked: approved changes not yet in a package. waiting: packages not yet taken by the peer.
    unreceipted: packages taken, with no receipt yet. unprocessed: packages from the peer not yet judged.
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
    def in_step(self) -> bool:
        """Everything approved is packed, taken, answered and judged."""
        return not (
            self.unpacked or self.waiting or self.unreceipted or self.refused_packages or self.unprocessed
        )


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
    """The whole picture; Problem ACC-DENIED without the right to see the exchange."""
    return Status(
        agency=settings.CCVC_AGENCY,
        kind=settings.CCVC_KIND,
        peers=peers(subject),
        open_verdicts=RecordVerdict.objects.filter(resolved_at=None).count(),
        quarantined=Quarantine.objects.count(),
    )


def peers(subject: Subject) -> list[PeerStatus]:
    """How each peer stands, by agency code."""
    require(subject, Right.EXCHANGE_SEE)
    return [_peer(peer) for peer in Peer.objects.order_by("agency_code")]


def _peer(peer: Peer) -> PeerStatus:
    return PeerStatus(
        agency=peer.agency_code,
        name=peer.name,
        transport=peer.transport,
        state=peer.state,
        seen_at=peer.seen_at,
        **_unpacked(peer),
        **_sent(peer),
        **_taken(peer),
        last_error=_last_error(peer),
    )


def _unpacked(peer: Peer) -> dict[str, Any]:
    """Changes behind the cursor of the feed, where this node sends its feed to the peer."""
    if settings.CCVC_KIND != "component" or peer.agency_code != settings.CCVC_NATIONAL_AGENCY:
        return {"unpacked": 0, "oldest_unpacked": None}
    cursor = Cursor.objects.filter(peer=peer, direction=Cursor.Direction.OUT).first()
    position = cursor.position if cursor else 0
    oldest = Version.objects.filter(position=position + 1).values_list("known_at", flat=True).first()
    return {"unpacked": dossiers.last_position() - position, "oldest_unpacked": oldest}


def _sent(peer: Peer) -> dict[str, Any]:
    waiting = Q(state=Outbound.State.BUILT)
    unreceipted = Q(state=Outbound.State.DELIVERED, kind__in=RECEIPTED)
    found = Outbound.objects.filter(peer=peer).aggregate(
        waiting=Count("pk", filter=waiting),
        oldest_waiting=Min("built_at", filter=waiting),
        unreceipted=Count("pk", filter=unreceipted),
        oldest_unreceipted=Min("delivered_at", filter=unreceipted),
        refused_packages=Count("pk", filter=Q(state=Outbound.State.REFUSED)),
        sent_changes=Sum("changes", default=0),
        accepted=Sum("accepted", default=0),
        refused=Sum("refused", default=0),
        pending=Sum("pending", default=0),
    )
    return dict(found)


def _taken(peer: Peer) -> dict[str, Any]:
    unprocessed = Q(state=Inbound.State.STORED)
    content = Q(kind__in=RECEIPTED)
    found = Inbound.objects.filter(peer=peer).aggregate(
        last_received=Max("received_at"),
        taken_packages=Count("pk", filter=content),
        taken_records=Sum("records", filter=content, default=0),
        taken_accepted=Sum("accepted", filter=content, default=0),
        taken_refused=Sum("refused", filter=content, default=0),
        unprocessed=Count("pk", filter=unprocessed),
        oldest_unprocessed=Min("received_at", filter=unprocessed),
    )
    return dict(found)


def _last_error(peer: Peer) -> dict[str, Any] | None:
    wanting = Outbound.objects.filter(peer=peer, last_error__isnull=False).exclude(
        state=Outbound.State.RECEIPTED
    )
    return wanting.order_by("sequence").values_list("last_error", flat=True).first()
