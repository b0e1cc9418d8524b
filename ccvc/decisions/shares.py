"""Limits of a unit that a decision's people are held against together: the year's share of early raises.

Whoever the body above lets pass by name is in its share, and in the unit's no more (TT 08/2013/TT-BNV Điều 3).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone

from ccvc.decisions.models import Decision, DecisionPerson, Passing, State
from ccvc.dossiers.models import Head
from ccvc.organisations.homes import belonging, lineage
from ccvc.organisations.selectors import states
from ccvc.rules.parameters import parameter
from ccvc.standard.reading import left

if TYPE_CHECKING:
    from ccvc.decisions.grounds import Worked

KIND, CONDITION, OUTSIDE = "raise_early", "early_quota", "retirement"
Facts = dict[str, Any]


def early(row: Decision, found: Sequence[Worked], passed: Collection[tuple[UUID, str]]) -> list[Facts | None]:
    """For each person the payroll list they are on, how many of it were raised early in the year, and will be.

    None of whoever is outside of the share. Knows no reach.
    """
    decided = row.decided_on or timezone.localdate()
    year = _year(row) or decided.year
    lists = cache(lambda unit: _list_of(unit, decided))
    units = [
        None if one.ground.asked.get("ground") == OUTSIDE else lists(one.person.unit_id) for one in found
    ]
    alone = [(one.person.person_key, CONDITION) in passed for one in found]
    coming = Counter(unit for unit, let in zip(units, alone, strict=True) if not let)
    told = {unit: _facts(row, unit, year, decided) for unit in set(units) if unit is not None}
    return [
        None if unit is None else {**told[unit], "coming": coming[unit] + let}
        for unit, let in zip(units, alone, strict=True)
    ]


def _year(row: Decision) -> int | None:
    """The year of review a decision names."""
    given = row.cells.get("review_year")
    return given if isinstance(given, int) else None


def _list_of(unit_id: int, on: date) -> int:
    """The unit whose payroll list those of a unit are on: so many levels below the agency, else the unit itself."""
    above = lineage(unit_id, on)[::-1]
    level = int(parameter("early_raise_list", on).value)
    return above[min(level, len(above) - 1)] if above else unit_id


def _facts(row: Decision, unit: int, year: int, on: date) -> Facts:
    name = states(on).filter(unit_id=unit).values_list("name", flat=True).first() or "…"
    within = belonging([unit], on)
    return {"unit": name, "year": year, "people": _paid(within), "taken": _taken(row, within, year)}


def _paid(units: Iterable[int]) -> int:
    """How many of these units are on the payroll: everyone but those who left."""
    return Head.objects.filter(unit_id__in=units).exclude(status__in=left()).count()


def _taken(row: Decision, units: Collection[int], year: int) -> int:
    """How many of these units signed decisions have raised early in a year, within its share."""
    let = Passing.objects.filter(
        decision=OuterRef("decision"), person_key=OuterRef("person_key"), condition=CONDITION, ended_at=None
    )
    people = DecisionPerson.objects.filter(
        decision__kind=KIND, decision__state=State.SIGNED, decision__revoked_by=None, unit_id__in=units
    )
    rows = people.exclude(decision=row).exclude(Exists(let)).select_related("decision")
    return sum(
        one.asked.get("ground") != OUTSIDE and (_year(one.decision) or one.decision.year) == year
        for one in rows
    )
