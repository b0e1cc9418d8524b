"""Assigned beside actual, unit by unit, as of a day and as known at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.models import Head
from ccvc.dossiers.selectors import Moment
from ccvc.headcount.domain import Cell, Given, line_of, lines
from ccvc.headcount.models import Assignment
from ccvc.insight.selectors import serving
from ccvc.organisations import selectors as organisations
from ccvc.organisations.homes import homes, lineage
from ccvc.organisations.models import Unit, UnitState
from ccvc.registry import selectors as registry
from ccvc.registry.models import Person
from ccvc.standard.problems import Problem

Counted = dict[int, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Row:
    """A unit on a day with all below it: its cells by line, and how many of its own are in none below."""

    state: UnitState
    cells: Mapping[str, Cell]
    own: Mapping[str, int]
    has_children: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A unit and the units directly under it; None at the top, where the agencies stand."""

    row: Row | None
    below: list[Row]
    path: list[UnitState]


def given(units: Iterable[int], line: str) -> list[Given]:
    """Numbers of a line as known now, of these units."""
    rows = Assignment.objects.filter(unit_id__in=list(units), line=line, known_to=None)
    return [Given(row.unit_id, row.number, row.valid_from, row.valid_to) for row in rows]


def given_below(unit: int, line: str, on: date) -> list[Given]:
    """Numbers of the units directly under one on a day."""
    return given(organisations.states(on).filter(parent_id=unit).values_list("unit_id", flat=True), line)


def sheet(subject: Subject, moment: Moment | None = None, unit: UUID | None = None) -> Sheet:
    """Assigned and actual of a unit (None: the subject's own, or the agencies) and of those directly under it.

    Problem ACC-DENIED; ORG-UNIT-UNKNOWN for a unit out of reach as for none.
    """
    require(subject, Right.HEADCOUNT_SEE)
    on = moment.valid_on if moment else timezone.localdate()
    reached = organisations.reach(subject, Right.HEADCOUNT_SEE, timezone.localdate())
    states = {state.unit_id: state for state in _states(on, moment).filter(unit_id__in=reached)}
    chosen = _chosen(unit, states)
    counted = _at_home(_counted(subject, moment), states, on, moment)
    tree = _Tree(states, counted, _assigned(on, moment, states))
    top = [chosen] if chosen is not None else []
    below = tree.children(chosen) if chosen is not None else tree.roots()
    rows = [tree.row(one) for one in below]
    return Sheet(tree.row(chosen) if chosen is not None else None, rows, tree.path(top))


def decisions(subject: Subject, unit: UUID) -> QuerySet[Assignment]:
    """What was assigned to a unit, the newest first; what is known no more beside what stands."""
    require(subject, Right.HEADCOUNT_SEE)
    reached = organisations.reach(subject, Right.HEADCOUNT_SEE, timezone.localdate())
    rows = Assignment.objects.filter(unit__key=unit, unit_id__in=reached)
    return rows.order_by("line", "-valid_from", "-known_from")


def _states(on: date, moment: Moment | None) -> QuerySet[UnitState]:
    return organisations.states(on, moment.known_at if moment else None).order_by("code")


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


def _assigned(on: date, moment: Moment | None, units: Iterable[int]) -> dict[tuple[int, str], int]:
    rows = Assignment.objects.filter(unit_id__in=list(units), valid_from__lte=on)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=on))
    if moment is None:
        rows = rows.filter(known_to=None)
    else:
        rows = rows.filter(
            Q(known_to=None) | Q(known_to__gt=moment.known_at), known_from__lte=moment.known_at
        )
    return {(row.unit_id, row.line): row.number for row in rows}


def _counted(subject: Subject, moment: Moment | None) -> Counted:
    """Those who serve, by unit and line: each person once, by the unit that holds their dossier's place that day."""
    if settings.CCVC_KIND == "national":
        return _of_register(subject, moment)
    today = timezone.localdate()
    if moment is not None:
        people: QuerySet[Any] = dossiers.within(subject, dossiers.standing(moment), Right.HEADCOUNT_SEE)
    else:
        reached = organisations.reach(subject, Right.HEADCOUNT_SEE, today)
        people = Head.objects.filter(dossier__unit_id__in=reached).exclude(pk__in=dossiers.coming(today))
    return _by_line(people, "unit_id")


def _at_home(counted: Counted, states: Mapping[int, UnitState], on: date, moment: Moment | None) -> Counted:
    """People of a unit that has ended, counted where they belong on the day."""
    found: Counted = {}
    places = homes(counted, on, moment.known_at if moment else None)
    for unit, numbers in counted.items():
        place = places[unit]
        if place not in states:
            place = next((one for one in lineage(unit, on) if one in states), place)
        sums = found.setdefault(place, {})
        for line, number in numbers.items():
            sums[line] = sums.get(line, 0) + number
    return found


def _of_register(subject: Subject, moment: Moment | None) -> Counted:
    today = timezone.localdate()
    if moment is not None:
        people: QuerySet[Any] = registry.reached(subject, Right.HEADCOUNT_SEE, moment)
    else:
        within = registry.within(subject, Right.HEADCOUNT_SEE)
        people = Person.objects.filter(within).exclude(pk__in=registry.coming(today))
    on = moment.valid_on if moment else today
    units = {state.code: state.unit_id for state in organisations.agencies(on)}
    found = _by_line(people, "agency_code")
    return {units[code]: counts for code, counts in found.items() if code in units}


def _by_line(people: QuerySet[Any], column: str) -> dict[Any, dict[str, int]]:
    rows = (
        people.filter(status__in=serving()).order_by().values(column, "category").annotate(number=Count("*"))
    )
    found: dict[Any, dict[str, int]] = {}
    for row in rows:
        if line := line_of(row["category"]):
            counts = found.setdefault(row[column], {})
            counts[line] = counts.get(line, 0) + row["number"]
    return found


class _Tree:
    """The units of a day with what is assigned to each and who is in each, summed upward."""

    def __init__(
        self, states: Mapping[int, UnitState], counted: Counted, assigned: Mapping[tuple[int, str], int]
    ) -> None:
        self.states, self.counted, self.assigned = states, counted, assigned
        self.below: dict[int | None, list[int]] = {}
        for key, state in states.items():
            parent = state.parent_id if state.parent_id in states else None
            self.below.setdefault(parent, []).append(key)
        self.sums: dict[int, dict[str, int]] = {}

    def roots(self) -> list[int]:
        """Units under none that is seen."""
        return self.below.get(None, [])

    def children(self, unit: int) -> list[int]:
        """Units directly under one."""
        return self.below.get(unit, [])

    def row(self, unit: int) -> Row:
        """A unit with all below it."""
        sums = self._sum(unit)
        cells = {
            line.name: Cell(self.assigned.get((unit, line.name)), sums.get(line.name, 0)) for line in lines()
        }
        return Row(self.states[unit], cells, self.counted.get(unit, {}), bool(self.children(unit)))

    def path(self, units: list[int]) -> list[UnitState]:
        """The units a unit stands under, the highest first."""
        found: list[UnitState] = []
        for unit in units:
            above = self.states[unit].parent_id
            while above is not None and above in self.states:
                found.insert(0, self.states[above])
                above = self.states[above].parent_id
        return found

    def _sum(self, unit: int) -> dict[str, int]:
        if unit not in self.sums:
            total = dict(self.counted.get(unit, {}))
            for child in self.children(unit):
                for line, number in self._sum(child).items():
                    total[line] = total.get(line, 0) + number
            self.sums[unit] = total
        return self.sums[unit]
