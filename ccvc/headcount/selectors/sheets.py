"""Assigned beside actual, unit by unit, as of a day and as known at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.dossiers.selectors import Moment
from ccvc.headcount.domain import Cell, Line, lines
from ccvc.headcount.selectors.assigned import assigned
from ccvc.headcount.selectors.counting import Counted, Day, Numbers, add, aside, counted
from ccvc.organisations import selectors as organisations
from ccvc.organisations.homes import homes, lineage
from ccvc.organisations.models import Unit, UnitState
from ccvc.standard.problems import Problem


@dataclass(frozen=True, slots=True)
class Row:
    """A unit on a day with all below it: its cells by line, and those on no line by category.

    `own` and `own_aside` are of the unit alone: who is in none of the units below it.
    """

    state: UnitState
    cells: Mapping[str, Cell]
    aside: Mapping[str, int]
    own: Mapping[str, int]
    own_aside: Mapping[str, int]
    has_children: bool

    @property
    def people(self) -> int:
        """Everyone who serves there, on a line or on none."""
        return sum(cell.actual for cell in self.cells.values()) + sum(self.aside.values())


@dataclass(frozen=True, slots=True)
class Total:
    """Cells together, of a line in many units or of lines of a unit: free places and people too many kept apart."""

    assigned: int
    actual: int
    vacant: int
    over: int
    unassigned: int
    """People of units to which nothing was assigned."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A unit and the units directly under it; None at the top, where the agencies stand.

    `ended` are units that stand no more and whose people nobody took over; `unplaced` are people in no row: those of no
    unit that is known, or of one beside the agency.
    """

    row: Row | None
    below: list[Row]
    path: list[UnitState]
    ended: list[Row]
    unplaced: int
    lines: tuple[Line, ...]

    @property
    def totals(self) -> dict[str, Total]:
        """All rows together by line, where no unit stands above them."""
        return {line.name: total([row.cells[line.name] for row in self.listed]) for line in self.lines}

    @property
    def listed(self) -> list[Row]:
        """Rows that together hold everyone once: those standing and those ended."""
        return [*self.below, *self.ended]

    @property
    def aside(self) -> Numbers:
        """Those on no line, by category."""
        found: dict[str, Numbers] = {}
        for row in [self.row] if self.row else self.listed:
            add(found, "", dict(row.aside))
        return found.get("", {})


def total(cells: Sequence[Cell]) -> Total:
    given = [cell for cell in cells if cell.assigned is not None]
    free = [cell.vacant or 0 for cell in given]
    return Total(
        assigned=sum(cell.assigned or 0 for cell in given),
        actual=sum(cell.actual for cell in cells),
        vacant=sum(number for number in free if number > 0),
        over=-sum(number for number in free if number < 0),
        unassigned=sum(cell.actual for cell in cells if cell.assigned is None),
    )


def sheet(subject: Subject, moment: Moment | None = None, unit: UUID | None = None) -> Sheet:
    """Assigned and actual of a unit (None: the subject's own, or the agencies) and of those directly under it.

    Problem ACC-DENIED; ORG-UNIT-UNKNOWN for a unit out of reach as for none.
    """
    require(subject, Right.HEADCOUNT_SEE)
    day = Day.of(moment)
    reached = organisations.reach(subject, Right.HEADCOUNT_SEE, timezone.localdate())
    states = {state.unit_id: state for state in _states(day).filter(unit_id__in=reached)}
    chosen = _chosen(unit, states)
    numbers = _at_home(counted(subject, day), states, day)
    ended = {state.unit_id: state for state in _last_states(numbers, states, reached, day)}
    tree = _Tree(states | ended, numbers, assigned(day.on, moment, states), lines(day.on))
    row = tree.row(chosen) if chosen is not None else None
    below = [tree.row(one) for one in tree.children(chosen) if one not in ended]
    if unit is not None:
        return Sheet(row, below, tree.path(chosen), [], 0, tree.lines)
    gone = [tree.row(one) for one in tree.children(None) if one in ended]
    shown = sum(one.people for one in ([row] if row else below) + gone)
    everyone = sum(sum(some.values()) for some in numbers.values())
    return Sheet(row, below, tree.path(chosen), gone, everyone - shown, tree.lines)


def _states(day: Day) -> QuerySet[UnitState]:
    return organisations.states(day.on, day.moment.known_at if day.moment else None).order_by("code")


def _chosen(unit: UUID | None, states: Mapping[int, UnitState]) -> int | None:
    if unit is not None:
        found = Unit.objects.filter(key=unit, pk__in=states).values_list("pk", flat=True).first()
        if found is None:
            raise Problem("ORG-UNIT-UNKNOWN")
        return found
    roots = [key for key, state in states.items() if state.parent_id not in states]
    own = [key for key in roots if states[key].code == settings.CCVC_AGENCY]
    if settings.CCVC_KIND == "component" and own:
        return own[0]
    return roots[0] if len(roots) == 1 else None


def _at_home(found: Counted, states: Mapping[int, UnitState], day: Day) -> Counted:
    """People of a unit that has ended, counted where they belong on the day, or in what it was under last."""
    known = day.moment.known_at if day.moment else None
    places = homes([unit for unit in found if unit is not None], day.on, known)
    sums: Counted = {}
    for unit, numbers in found.items():
        place = places.get(unit) if unit is not None else None
        if place is not None and place not in states:
            place = next((one for one in lineage(place, day.on, known) if one in states), place)
        add(sums, place, numbers)
    return sums


def _last_states(
    found: Counted, states: Mapping[int, UnitState], reached: Iterable[int], day: Day
) -> QuerySet[UnitState]:
    """What units that people are still counted in, and that stand no more, were last."""
    gone = {unit for unit in found if unit is not None} - states.keys()
    rows = organisations.as_known(day.moment.known_at if day.moment else None)
    rows = rows.filter(unit_id__in=gone & set(reached), valid_from__lte=day.on)
    return rows.order_by("unit_id", "-valid_from").distinct("unit_id")


class _Tree:
    """The units of a day with what is assigned to each and who is in each, summed upward."""

    def __init__(
        self,
        states: Mapping[int, UnitState],
        counted: Counted,
        assigned: Mapping[tuple[int, str], int],
        lines: tuple[Line, ...],
    ) -> None:
        self.states, self.counted, self.assigned, self.lines = states, counted, assigned, lines
        self.below: dict[int | None, list[int]] = {}
        for key, state in states.items():
            parent = state.parent_id if state.parent_id in states else None
            self.below.setdefault(parent, []).append(key)
        self.sums: dict[int, Numbers] = {}

    def children(self, unit: int | None) -> list[int]:
        """Units directly under one, or (None) under none that is seen."""
        return self.below.get(unit, [])

    def row(self, unit: int) -> Row:
        """A unit with all below it."""
        sums, own = self._sum(unit), self.counted.get(unit, {})
        cells = {
            line.name: Cell(self.assigned.get((unit, line.name)), sums.get(line.name, 0))
            for line in self.lines
        }
        alone = {line: number for line, number in own.items() if line in cells}
        return Row(
            self.states[unit], cells, aside(sums), alone, aside(own), has_children=bool(self.children(unit))
        )

    def path(self, unit: int | None) -> list[UnitState]:
        """The units a unit stands under, the highest first."""
        found: list[UnitState] = []
        above = self.states[unit].parent_id if unit is not None else None
        while above is not None and above in self.states:
            found.insert(0, self.states[above])
            above = self.states[above].parent_id
        return found

    def _sum(self, unit: int) -> Numbers:
        if unit not in self.sums:
            total = {unit: dict(self.counted.get(unit, {}))}
            for child in self.children(unit):
                add(total, unit, self._sum(child))
            self.sums[unit] = total[unit]
        return self.sums[unit]
