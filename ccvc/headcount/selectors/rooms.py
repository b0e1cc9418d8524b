"""Whether a place is free: who is there, who comes and leaves by decisions signed already, and who is to come.

Asked of the unit and of every unit above it with a number of its own, on the day and on every later day on which
something changes, so that a place promised to one is not given to another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.headcount.domain import Given, every_line
from ccvc.headcount.models import Passing
from ccvc.headcount.selectors.assigned import given
from ccvc.headcount.selectors.crowds import Arrival, Crowd
from ccvc.organisations import selectors as organisations
from ccvc.organisations.domain import written
from ccvc.organisations.homes import belonging, lineage
from ccvc.organisations.models import Succession, UnitState
from ccvc.standard.problems import Problem


@dataclass(frozen=True, slots=True)
class Level:
    """A unit with all below it on a day: people of a line who are there, and who will be.

    `actual` is of today (of the day, where it is past); `promised` is how many more are there on the day by decisions
    signed already, those who leave taken off; `coming` how many more with those asked about.
    """

    unit: UnitState
    line: str
    day: date
    assigned: int | None
    actual: int
    promised: int
    coming: int

    @property
    def free(self) -> int | None:
        """Places free on the day before anybody asked about comes; below zero where there are too few."""
        return None if self.assigned is None else self.assigned - self.actual - self.promised

    @property
    def beyond(self) -> int:
        """How many too many there would be because of those asked about."""
        return 0 if self.free is None else min(max(self.coming - self.free, 0), max(self.coming, 0))

    @property
    def over(self) -> bool:
        """Whether those asked about have no place."""
        return self.beyond > 0


@dataclass(frozen=True, slots=True)
class Room:
    """A unit, then each above it with a number of its own, on the first day one would be exceeded, else on the day."""

    levels: tuple[Level, ...]

    @property
    def exceeded(self) -> Level | None:
        """The first that would be exceeded."""
        return next((level for level in self.levels if level.over), None)

    @property
    def assigned(self) -> int | None:
        """Of the unit itself, as all that follows."""
        return self.levels[0].assigned

    @property
    def actual(self) -> int:
        """People there."""
        return self.levels[0].actual

    @property
    def promised(self) -> int:
        """People who come, less those who leave."""
        return self.levels[0].promised

    @property
    def free(self) -> int | None:
        """The fewest free places of the unit and those above it; None where no number is assigned to any."""
        return min((level.free for level in self.levels if level.free is not None), default=None)

    @property
    def over(self) -> bool:
        """Whether somebody asked about has no place."""
        return self.exceeded is not None


def room(unit_id: int, line: str, on: date, coming: int = 1, *, people: Collection[UUID] = ()) -> Room:
    """Whether so many who come to a unit on a day have places; of `people` (keys), where they are now is left free.

    Problem HC-LINE; ORG-NO-UNIT where the unit does not stand on the day. Knows no reach.
    """
    named: list[UUID | None] = [*people]
    newcomers = [*named, *[None] * (coming - len(named))]
    arrivals = [Arrival(unit_id, line, on, person) for person in newcomers]
    found = list(_rooms(_line(line), arrivals, {(unit_id, on)}))
    full = next((one for one in found if one.over), None)
    return full or found[0]


def exceeded(arrivals: Iterable[Arrival]) -> list[Level]:
    """Units that those who come together would bring beyond their number, each on its first such day."""
    asked = list(arrivals)
    found: dict[tuple[int, str], Level] = {}
    for line in dict.fromkeys(arrival.line for arrival in asked):
        some = [arrival for arrival in asked if arrival.line == line]
        for one in _rooms(_line(line), some, {(arrival.unit_id, arrival.on) for arrival in some}):
            for level in one.levels:
                if level.over:
                    found.setdefault((level.unit.unit_id, line), level)
    return list(found.values())


def _rooms(line: str, arrivals: Sequence[Arrival], asked: Collection[tuple[int, date]]) -> Iterator[Room]:
    """The units asked about with those above them, day by day from the first."""
    first = min(on for _, on in asked)
    crowd, trees = Crowd(line, arrivals, first), _Trees({unit for unit, _ in asked}, first)
    numbers = {unit: given([unit], line) for unit in trees.units()}
    begun = {one.first for some in numbers.values() for one in some if one.first > first}
    days = {
        first,
        max(first, crowd.today),
        *(on for _, on in asked),
        *crowd.turns(first),
        *trees.turns,
        *begun,
    }
    for day in sorted(days):
        for unit in dict.fromkeys(unit for unit, on in asked if on <= day):
            levels = trees.levels(unit, day)
            if not levels and (unit, day) in asked:
                raise Problem("ORG-NO-UNIT", where="unit", unit=_code(unit), on=written(day))
            if not levels:  # it ends later, and its people go with it
                continue
            yield Room(tuple(_levels(levels, day, line, numbers, crowd)))


def _levels(
    found: Sequence[Held], day: date, line: str, numbers: Mapping[int, Sequence[Given]], crowd: Crowd
) -> Iterator[Level]:
    """The unit itself, and of those above it each with a number of its own."""
    for place, (state, members) in enumerate(found):
        number = next((one.number for one in numbers[state.unit_id] if one.on(day)), None)
        if place and number is None:
            continue
        now = _within(crowd.people(min(day, crowd.today)), members)
        then, come = (_within(crowd.people(day, come=come), members) for come in (False, True))
        yield Level(state, line, day, number, now, then - now, come - then)


def _within(people: Mapping[int, int], units: Collection[int]) -> int:
    return sum(number for unit, number in people.items() if unit in units)


def _code(unit: int) -> str:
    """The last code of a unit that does not stand."""
    rows = organisations.as_known().filter(unit_id=unit).order_by("-valid_from")
    return rows.values_list("code", flat=True).first() or ""


def _line(name: str) -> str:
    if name not in {line.name for line in every_line()}:
        raise Problem("HC-LINE", where="line", line=name[:40])
    return name


Held = tuple[UnitState, frozenset[int]]
"""A unit on a day, and the units whose people belong in or under it."""


class _Trees:
    """What these units stand under, from a day on: the tree is another from each of its turns."""

    def __init__(self, units: Collection[int], first: date) -> None:
        known = organisations.as_known()
        opened = known.filter(valid_from__gt=first).values_list("valid_from", flat=True)
        closed = known.filter(valid_to__gte=first).values_list("valid_to", flat=True)
        taken = Succession.objects.filter(on__gt=first).values_list("on", flat=True)
        ends = (day + timedelta(days=1) for day in closed.distinct() if day is not None)
        self.turns = sorted({*opened.distinct(), *ends, *taken.distinct()})
        self.ages = [first, *self.turns]
        self.members: dict[tuple[int, date], frozenset[int]] = {}
        self.found = {(unit, age): self._levels(unit, age) for age in self.ages for unit in units}

    def levels(self, unit: int, day: date) -> list[Held]:
        """The unit, or where its people belong, and all it stands under on a day, nearest first."""
        return self.found[unit, max(age for age in self.ages if age <= day)]

    def units(self) -> frozenset[int]:
        """All of them, in every age."""
        return frozenset(state.unit_id for levels in self.found.values() for state, _ in levels)

    def _levels(self, unit: int, age: date) -> list[Held]:
        line = lineage(unit, age)
        states = {state.unit_id: state for state in organisations.states(age).filter(unit_id__in=line)}
        return [(states[one], self._members(one, age)) for one in line if one in states]

    def _members(self, unit: int, age: date) -> frozenset[int]:
        if (unit, age) not in self.members:
            self.members[unit, age] = belonging([unit], age)
        return self.members[unit, age]


def passings(subject: Subject, unit: UUID) -> QuerySet[Passing]:
    """Stops of a unit that somebody passed, the newest first."""
    require(subject, Right.HEADCOUNT_SEE)
    reached = organisations.reach(subject, Right.HEADCOUNT_SEE, timezone.localdate())
    return Passing.objects.filter(unit__key=unit, unit_id__in=reached).order_by("-at")
