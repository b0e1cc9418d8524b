"""What was approved here, is not known to have reached the national node, and should be by now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from ccvc.access.domain import Right, Subject
from ccvc.dossiers.models import Version
from ccvc.exchange.domain.manifest import Kind
from ccvc.exchange.domain.timeliness import Urgency, late_before, limit_since
from ccvc.exchange.models import Cursor, Outbound, Peer, Repeat

OPEN = (Outbound.State.BUILT, Outbound.State.DELIVERED, Outbound.State.REFUSED)
"""States of a package nobody has answered for what it holds."""
WORST_FIRST: tuple[Urgency, ...] = ("escalated", "late", "soon")


@dataclass(frozen=True, slots=True)
class Lag:
    """How urgent it has become, how many changes are, and when the first of them was approved."""

    peer: int
    urgency: Urgency
    changes: int
    since: datetime


def seen_lag(subject: Subject) -> Lag | None:
    """What is late or soon will be, for who sees the exchange over this agency; None where nothing is, or at theirs."""
    return lag(timezone.now()) if subject.may(Right.EXCHANGE_SEE) else None


def lag(now: datetime) -> Lag | None:
    """The worst there is now; None where all is known to be there in time, or this node sends no feed."""
    peer = Peer.objects.filter(agency_code=settings.CCVC_NATIONAL_AGENCY).first()
    if settings.CCVC_KIND != "component" or peer is None:
        return None
    waiting = _unanswered(peer)
    for urgency in WORST_FIRST if waiting is not None else ():
        before = late_before(urgency, now)
        if before is None or waiting is None:
            continue
        longer = Q(change__kind__in=("update", "correct"), change__due_by_law__gt=now)
        told = (
            waiting.filter(known_at__lt=before)
            .exclude(longer)
            .aggregate(n=Count("pk"), since=Min("known_at"))
        )
        if told["n"]:
            return Lag(peer.pk, urgency, told["n"], told["since"])
    return None


def _unanswered(peer: Peer) -> QuerySet[Version] | None:
    """Versions not packed, or in a package without an answer; None where there are none, found by two small reads."""
    cursor = Cursor.objects.filter(peer=peer, direction=Cursor.Direction.OUT).first()
    sent = cursor.position if cursor else 0
    packages = Outbound.objects.filter(peer=peer, kind=Kind.CHANGES, state__in=OPEN)
    again = Repeat.objects.filter(Q(outbound=None) | Q(outbound__in=packages))
    firsts = packages.aggregate(first=Min("first_position"))["first"], again.aggregate(p=Min("position"))["p"]
    first = min((one for one in firsts if one is not None), default=sent + 1)
    found = Version.objects.filter(position__gte=first, known_at__gte=limit_since())
    inside = packages.filter(
        first_position__lte=OuterRef("position"), last_position__gte=OuterRef("position")
    )
    repeated = again.filter(position=OuterRef("position"))
    waiting = found.filter(Q(position__gt=sent) | Exists(inside) | Exists(repeated))
    return waiting if waiting.exists() else None
