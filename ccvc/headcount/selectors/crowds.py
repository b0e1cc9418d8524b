"""People of a line by unit on any day: as they stand, as approved changes will have them, and with those to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.models import Dossier, Head, Standing
from ccvc.dossiers.selectors import Moment
from ccvc.headcount.domain import lines
from ccvc.standard.reading import serving

Stay = tuple[date, int | None]
"""From a day on somebody counts in a unit, or (None) nowhere on the line."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who would come to a unit on a line from a day on; `person` (key) where they have a dossier here."""

    unit_id: int
    line: str
    on: date
    person: UUID | None = None


class Crowd:
    """Who is on a line in which unit, without and with those who are to come."""

    def __init__(self, line: str, arrivals: Sequence[Arrival], first: date) -> None:
        self.today = timezone.localdate()
        self.serves = Q(status__in=serving()) & _on_line(line, first)
        movers = {arrival.person: arrival for arrival in arrivals if arrival.person is not None}
        known = dict(Dossier.objects.filter(key__in=movers).values_list("key", "pk"))
        self.movers = frozenset(known.values())
        self.stays = self._stays()
        self.asked: list[list[Stay]] = [
            [(arrival.on, arrival.unit_id)] for arrival in arrivals if arrival.person not in known
        ]
        self.moved = {known[key]: moved(self.stays[known[key]], movers[key]) for key in known}
        self.kept: dict[tuple[date, bool], Counter[int]] = {}
        self.still: dict[date, Counter[int]] = {}

    def people(self, day: date, *, come: bool = False) -> Counter[int]:
        """How many are in each unit on a day; with those who are to come, or without them."""
        if (day, come) not in self.kept:
            told = self.stays if day >= self.today else {one: self.stays[one] for one in self.movers}
            stays: list[list[Stay]] = [
                *(told | self.moved if come else told).values(),
                *(self.asked if come else []),
            ]
            places = (place_on(one, day) for one in stays)
            self.kept[day, come] = self._still(day) + Counter(place for place in places if place is not None)
        return self.kept[day, come]

    def turns(self, first: date) -> Iterator[date]:
        """Later days on which somebody whose change is approved comes to a unit."""
        return (
            day for stays in self.stays.values() for day, unit in stays if unit is not None and day > first
        )

    def _still(self, day: date) -> Counter[int]:
        """Those whom no approved change moves later; on a past day all but those asked about."""
        asked = min(day, self.today)
        if asked not in self.still:
            self.still[asked] = _by_unit(self._unmoving() if asked == self.today else self._then(asked))
        return self.still[asked]

    def _unmoving(self) -> QuerySet[Any]:
        moving = Q(changes_on__isnull=False) | Q(pk__in=self.movers)
        return Head.objects.filter(self.serves).exclude(moving)

    def _then(self, day: date) -> QuerySet[Any]:
        standing = dossiers.standing(Moment(timezone.now(), day))
        return standing.filter(self.serves).exclude(dossier_id__in=self.movers)

    def _stays(self) -> dict[int, list[Stay]]:
        """Where each of those who move is through time, as known now, by dossier."""
        moving = Head.objects.filter(Q(changes_on__isnull=False) | Q(pk__in=self.movers)).values("pk")
        rows = Standing.objects.filter(dossier_id__in=moving, known_to=None).annotate(counts=Q(self.serves))
        found: dict[int, list[Stay]] = {pk: [] for pk in self.movers}
        told = rows.order_by("dossier_id", "valid_from").values_list(
            "dossier_id", "valid_from", "unit_id", "counts"
        )
        for dossier, day, unit, counts in told:
            _go_on(found.setdefault(dossier, []), day or date.min, unit if counts else None)
        return found


def _on_line(name: str, on: date) -> Q:
    """Those whose line this is: of contracts that fit an earlier line of the day none."""
    held = lines(on)
    line = next((one for one in held if one.name == name), None)
    if line is None:
        return Q(pk__in=[])
    earlier = held[: held.index(line)]
    taken = {kind for one in earlier if one.categories & line.categories for kind in one.contracts}
    if line.contracts:
        return Q(category__in=line.categories, contract_kind__in=line.contracts - taken)
    other = Q(contract_kind=None) | ~Q(contract_kind__in=taken) if taken else Q()
    return Q(category__in=line.categories) & other


def _by_unit(people: QuerySet[Any]) -> Counter[int]:
    rows = people.order_by().values_list("unit_id").annotate(number=Count("*"))
    return Counter({unit: number for unit, number in rows if unit is not None})


def _go_on(stays: list[Stay], day: date, unit: int | None) -> None:
    if (stays[-1][1] if stays else None) != unit:
        stays.append((day, unit))


def place_on(stays: Iterable[Stay], day: date) -> int | None:
    """The unit somebody counts in on a day."""
    return next((unit for since, unit in reversed(list(stays)) if since <= day), None)


def moved(stays: Sequence[Stay], arrival: Arrival) -> list[Stay]:
    """Stays with a move laid over them: what is approved for later days holds still, but where it left them there."""
    ground = place_on(stays, arrival.on)
    later = [
        (day, arrival.unit_id if unit is not None and unit == ground else unit)
        for day, unit in stays
        if day > arrival.on
    ]
    return [*(stay for stay in stays if stay[0] < arrival.on), (arrival.on, arrival.unit_id), *later]
