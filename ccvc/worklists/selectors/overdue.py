"""What passed its day over the whole agency, as a closing of the month states it."""

from __future__ import annotations

from datetime import date

from django.db.models import Min
from django.utils.translation import get_language

from ccvc.dossiers.models import ELSEWHERE, Dossier
from ccvc.exchange.domain.snapshots import Overdue
from ccvc.standard.problems import Problem
from ccvc.worklists.domain import WorkList, list_named, lists
from ccvc.worklists.selectors.lists import Asked, told, totals


def overdue(day: date) -> list[Overdue]:
    """Of every list people are told of: who is past their day, the longest by how long, of whom nobody can tell.

    Knows no reach: the numbers are of everyone the agency manages, and name nobody.
    """
    rows = Dossier.objects.exclude(unit_id=ELSEWHERE).order_by()
    units, asked = frozenset(rows.values_list("unit_id", flat=True).distinct()), Asked(day)
    works = [one for one in lists() if one.told and not one.passes]
    return [
        Overdue(one.name, counts.missed, _longest(one, units, asked), counts.cannot_tell)
        for one, counts in totals(works, units, asked)
    ]


def _longest(one: WorkList, units: frozenset[int], asked: Asked) -> int:
    """Days since the earliest day that passed; 0 where none did."""
    first = told(one, units, asked).filter(day__lt=asked.on).aggregate(first=Min("day"))["first"]
    return (asked.on - first).days if first else 0


def named(matter: str) -> str:
    """What people call a list, in the language of the page; its name where this version has no such list."""
    try:
        return list_named(matter).label("en" if get_language() == "en" else "vi")
    except Problem:
        return matter
