"""Numbers assigned: those that hold, and every decision on a unit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.dossiers.selectors import Moment
from ccvc.dossiers.selectors.past import known_by
from ccvc.headcount.domain import Given, Stay, during
from ccvc.headcount.models import Assignment
from ccvc.organisations import selectors as organisations


def given(units: Iterable[int], line: str) -> list[Given]:
    """Numbers of a line as known now, of these units."""
    rows = Assignment.objects.filter(unit_id__in=list(units), line=line, known_to=None)
    return [Given(row.unit_id, row.number, row.valid_from, row.valid_to) for row in rows]


def given_below(unit: int, line: str) -> list[Given]:
    """Numbers of the units directly under one, for the days they stand there."""
    stays = organisations.as_known().filter(parent_id=unit)
    there = [Stay(row.unit_id, row.valid_from, row.valid_to) for row in stays]
    return [part for row in given({stay.unit for stay in there}, line) for part in during(row, there)]


def parents(unit: int, since: date) -> dict[int, list[Stay]]:
    """What a unit stands under from a day on, and when."""
    rows = organisations.as_known().filter(unit_id=unit, parent__isnull=False).exclude(valid_to__lt=since)
    found: dict[int, list[Stay]] = {}
    for row in rows:
        found.setdefault(row.parent_id or 0, []).append(Stay(unit, row.valid_from, row.valid_to))
    return found


def assigned(on: date, moment: Moment | None, units: Iterable[int]) -> dict[tuple[int, str], int]:
    """Numbers that hold on a day, by unit and line."""
    rows = Assignment.objects.filter(unit_id__in=list(units), valid_from__lte=on)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=on))
    rows = rows.filter(known_by(moment.known_at)) if moment else rows.filter(known_to=None)
    return {(row.unit_id, row.line): row.number for row in rows}


def decisions(subject: Subject, unit: UUID) -> QuerySet[Assignment]:
    """What was assigned to a unit, the newest first; what is known no more beside what stands."""
    require(subject, Right.HEADCOUNT_SEE)
    reached = organisations.reach(subject, Right.HEADCOUNT_SEE, timezone.localdate())
    rows = Assignment.objects.filter(unit__key=unit, unit_id__in=reached)
    return rows.order_by("line", "-valid_from", "-known_from")
