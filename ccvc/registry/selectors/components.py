"""How each component stands with the register: counts and times, no person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Literal

from django.db import connection
from django.db.models import Count, QuerySet
from django.utils import timezone

from ccvc.access.domain import Right, Subject
from ccvc.exchange.models import Inbound
from ccvc.exchange.selectors import PeerStatus, peers
from ccvc.organisations.selectors import agencies
from ccvc.registry.models import Conflict, Person, Version
from ccvc.registry.selectors.people import within

DAY = timedelta(days=1)
State = Literal["suspended", "never", "waiting", "refused", "silent", "in_step"]


@dataclass(frozen=True)
class Component:
    """One component: its stream as the exchange knows it, and what the register holds of it.

    `behind` counts people whose newest change was refused; `lag` is the time from the last approval that came to its
    acceptance; `conflicts` counts open claims on either side.
    """

    peer: PeerStatus
    name: str
    people: int
    behind: int
    conflicts: int
    lag: timedelta | None
    at: datetime

    @property
    def sent(self) -> int:
        """Records judged so far."""
        return self.peer.taken_accepted + self.peer.taken_refused

    @property
    def step(self) -> float | None:
        """Share of its people whose newest change is in the register; None before it sent any."""
        known = self.people + self.behind
        return self.people / known if known else None

    @property
    def state(self) -> State:
        """What most needs a look."""
        if self.peer.state == "suspended":
            return "suspended"
        if self.peer.last_received is None:
            return "never"
        if self.peer.unprocessed:
            return "waiting"
        if self.behind or self.conflicts:
            return "refused"
        return "silent" if self.at - self.peer.last_received > DAY else "in_step"

    @property
    def late(self) -> bool:
        """Whether the last approved change took more than the day the decree allows (NĐ 27/2026 Điều 19)."""
        return self.lag is not None and self.lag > DAY


@dataclass(frozen=True)
class Components:
    """All components within reach, and their sums."""

    rows: list[Component]

    @cached_property
    def people(self) -> int:
        """People in the register."""
        return sum(row.people for row in self.rows)

    @cached_property
    def behind(self) -> int:
        """People whose newest change was refused."""
        return sum(row.behind for row in self.rows)

    @cached_property
    def step(self) -> float | None:
        """Share of all people whose newest change is in the register."""
        known = self.people + self.behind
        return self.people / known if known else None

    @cached_property
    def in_step(self) -> int:
        """Components that need no look."""
        return sum(row.state == "in_step" for row in self.rows)

    @cached_property
    def late(self) -> int:
        """Components whose last change came late, or that have been silent for a day."""
        return sum(row.late or row.state == "silent" for row in self.rows)


def components(subject: Subject) -> Components:
    """The state of every component within reach; Problem ACC-DENIED."""
    now, names = timezone.now(), {unit.code: unit.name for unit in agencies(timezone.localdate())}
    people, behind, claims, lags = counts(subject), _behind(), _claims(subject), _lags()
    rows = [
        Component(
            peer=peer,
            name=names.get(peer.agency, peer.name),
            people=people.get(peer.agency, 0),
            behind=behind.get(peer.agency, 0),
            conflicts=claims.get(peer.agency, 0),
            lag=lags.get(peer.agency),
            at=now,
        )
        for peer in peers(subject)
    ]
    return Components(rows)


def counts(subject: Subject) -> dict[str, int]:
    """People of the register by managing agency, for whoever may see the exchange."""
    rows = Person.objects.filter(within(subject, Right.EXCHANGE_SEE)).order_by()
    return dict(rows.values_list("agency_code").annotate(n=Count("key")))


def conflicts(subject: Subject) -> QuerySet[Conflict]:
    """Claims of two agencies on one person that are not settled, where either agency is within reach."""
    reached = within(subject, Right.EXCHANGE_SEE, "holder") | within(subject, Right.EXCHANGE_SEE, "claimant")
    return Conflict.objects.filter(reached, settled_at=None).order_by("-found_at", "pk")


def _claims(subject: Subject) -> dict[str, int]:
    found: dict[str, int] = {}
    for sides in conflicts(subject).values_list("holder", "claimant"):
        for agency in sides:
            found[agency] = found.get(agency, 0) + 1
    return found


def _behind() -> dict[str, int]:
    """People by agency with a refused change newer than what the register holds of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.agency_code, count(DISTINCT r.person) FROM registry_refusal r"
            " LEFT JOIN registry_person p ON p.key = r.person"
            " WHERE p.key IS NULL OR r.number > p.number GROUP BY r.agency_code"
        )
        return dict(cursor.fetchall())


def _lags() -> dict[str, timedelta]:
    """From approval to acceptance of the first change in the last package of each component."""
    last = Inbound.objects.filter(kind="changes", state=Inbound.State.ACCEPTED, accepted__gt=0)
    newest = dict(
        _pairs(last.order_by("peer_id", "-sequence").distinct("peer_id"), "pk", "peer__agency_code")
    )
    first = Version.objects.filter(package__in=newest).order_by("package", "record").distinct("package")
    rows = first.values_list("package", "known_at", "signature__at")
    return {newest[package]: known_at - signed_at for package, known_at, signed_at in rows}


def _pairs(rows: QuerySet[Inbound], *columns: str) -> list[tuple[Any, ...]]:
    return list(rows.values_list(*columns))
