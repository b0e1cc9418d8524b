"""Job positions a search may begin with: their requirements become criteria."""

from __future__ import annotations

import re
from datetime import date
from typing import cast

from django.db.models import Q, QuerySet

from ccvc.access.domain import Subject
from ccvc.candidates import sources
from ccvc.candidates.domain import Definition, Line
from ccvc.organisations.models import Position
from ccvc.organisations.selectors import reach, states
from ccvc.standard.problems import Problem

MOST = 500
PK = re.compile("[0-9]{1,18}")
BAR = Line("rule:no_bar")


def positions(one: Subject, on: date) -> QuerySet[Position]:
    """Positions of the units within reach on a day; none on the national node, which keeps none."""
    rows = Position.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on, known_to=None)
    units = frozenset[int]() if sources.is_national() else reach(one, sources.SEEK, on)
    return rows.filter(unit_id__in=units).order_by("name", "unit_id", "code")


def choices(one: Subject, on: date) -> list[tuple[int, str]]:
    """Positions to choose from: id, name and unit."""
    rows = list(positions(one, on)[:MOST])
    found = states(on).filter(unit_id__in={row.unit_id for row in rows}).values_list("unit_id", "name")
    names = dict(found)
    return [(row.pk, f"{row.name} · {names.get(row.unit_id, '')}".strip(" ·")) for row in rows]


def of_position(one: Subject, pk: str, on: date) -> Definition:
    """What the position requires, and that no discipline bars; Problem CAN-UNKNOWN."""
    known = positions(one, on).filter(pk=int(pk)) if PK.fullmatch(pk) else None
    row = known.first() if known is not None else None
    if row is None:
        raise Problem("CAN-UNKNOWN")
    lines = [
        Line(need.subject, need.test, cast("tuple[str, ...]", tuple(need.values)))
        for need in row.requirements()
    ]
    return Definition((*lines, BAR))
