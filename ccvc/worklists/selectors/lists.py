"""The lists within reach: how many people, who they are, and how each stands by the dossier as it is now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from ccvc.access.domain import Right, Subject, readable, require
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.models import Dossier, Head
from ccvc.organisations.models import UnitState
from ccvc.organisations.selectors import reach, states, subtree
from ccvc.rules.milestones import Milestone as Told
from ccvc.rules.milestones import of_topic
from ccvc.rules.raises import Standing
from ccvc.standard.problems import Problem
from ccvc.worklists.domain import Band, Totals, WorkList, list_named, lists, standing
from ccvc.worklists.models import Milestone
from ccvc.worklists.selectors.due import computed


@dataclass(frozen=True, slots=True)
class Asked:
    """What lists are asked for: on a day, of a unit and all below it (empty: all within reach), for a period."""

    on: date
    unit: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A person of a list: how they stand by the dossier of now, by which milestone, and since when it is missed."""

    key: UUID
    name: str
    unit: str
    post: str
    standing: Standing
    milestone: Told | None
    late: int = 0


def open_lists(subject: Subject) -> tuple[WorkList, ...]:
    """The lists that speak of nothing the subject may not read; Problem ACC-DENIED."""
    require(subject, Right.WORKLIST_SEE)
    reads = readable(subject, own=False)
    return tuple(one for one in lists() if _needs(one) <= reads)


def open_list(subject: Subject, name: str) -> WorkList:
    """One of these; Problem WRK-UNKNOWN where it is none."""
    found = list_named(name)
    if found not in open_lists(subject):
        raise Problem("WRK-UNKNOWN", name=name[:60])
    return found


def _needs(one: WorkList) -> frozenset[str]:
    return frozenset(field.sensitivity for path in one.reads for field in dossiers.fields_at(path))


def within(subject: Subject, unit: str = "", right: Right = Right.WORKLIST_SEE) -> frozenset[int]:
    """Ids of the units whose people the subject's lists are of, narrowed to one and those below it."""
    today = timezone.localdate()
    units = reach(subject, right, today)
    return units & subtree([unit], today) if unit else units


def totals(works: Iterable[WorkList], units: frozenset[int], asked: Asked) -> list[tuple[WorkList, Totals]]:
    """How the people of these units stand to each list: everyone in exactly one place."""
    people = _people(units).count()
    known = computed(_people(units)).aggregate(number=Count("person"), oldest=Min("computed_on"))
    waiting, oldest = people - known["number"], known["oldest"]
    return [(one, _totals(one, units, asked, Totals(people, 0, 0, 0, 0, waiting, oldest))) for one in works]


def _totals(one: WorkList, units: frozenset[int], asked: Asked, known: Totals) -> Totals:
    upwards = asked.on - timedelta(days=one.upwards_after)
    found = told(one, units, asked).aggregate(
        every=Count("person"),
        due=Count("day"),
        missed=Count("day", filter=Q(day__lt=asked.on)),
        upwards=Count("day", filter=Q(day__lt=upwards)),
    )
    counted = replace(known, due=found["due"], cannot_tell=found["every"] - found["due"] + known.waiting)
    if one.passes:
        return counted
    return replace(counted, missed=found["missed"], upwards=found["upwards"] if one.upwards_after else 0)


def told(one: WorkList, units: frozenset[int], asked: Asked) -> QuerySet[Any, Any]:
    """Who is due or cannot be told, by key: `day` is the earliest day they are due on, None where nobody can tell.

    Of those alone whose milestones are known as their dossiers stand; the others wait, and are counted as such.
    """
    band = one.band(asked.on, asked.period)
    rows = Milestone.objects.filter(
        Q(first=None) | Q(first__lte=band.until),
        Exists(computed(_people(units)).filter(person=OuterRef("person"))),
        topic=one.topic,
    )
    if one.kinds:
        rows = rows.filter(kind__in=("", *one.kinds))
    if band.after is not None:
        rows = rows.exclude(last__isnull=False, last__lte=band.after)
    return rows.values("person").annotate(day=Min("last", filter=_is_due(band)), first_day=Min("first"))


def _is_due(band: Band) -> Q:
    due = Q(last__lte=band.until)
    return due if band.after is None else due & (Q(first=None) | Q(first__gt=band.after))


def _people(units: frozenset[int]) -> QuerySet[Dossier]:
    return Dossier.objects.filter(unit_id__in=units, current_number__gt=0)


def listed(subject: Subject, one: WorkList, asked: Asked, shown: str = "due") -> QuerySet[Any, Any]:
    """People of a list in order of their day, the longest missed first; `shown` is due, missed or cannot_tell."""
    found = told(one, within(subject, asked.unit), asked)
    if shown == "cannot_tell":
        return found.filter(day=None).order_by("first_day", "person")
    found = found.filter(day__lt=asked.on) if shown == "missed" else found.exclude(day=None)
    return found.order_by("day", "person")


def lines(one: WorkList, keys: Sequence[UUID], asked: Asked) -> list[Line]:
    """People with their answers by the dossiers of now; of those the caller has found within reach."""
    documents = dossiers.current_documents(keys)
    heads = {
        head.dossier.key: head
        for head in Head.objects.filter(dossier__key__in=keys).select_related("dossier")
    }
    band = one.band(asked.on, asked.period)
    return [_line(key, heads.get(key), one, documents[key][1], band, asked.on) for key in keys]


def _line(
    key: UUID, head: Head | None, one: WorkList, document: Mapping[str, Any], band: Band, on: date
) -> Line:
    found, milestone = answered(one, of_topic(one.topic, document, on), band)
    last = milestone.last if milestone and found == "due" else None
    late = (on - last).days if last is not None and one.missed(last, on) else 0
    name, unit, post = (
        (head.full_name, head.unit_name or "", head.position_title or "") if head else ("", "", "")
    )
    return Line(key, name, unit, post, found, milestone, late)


def answered(one: WorkList, told: Iterable[Told], band: Band) -> tuple[Standing, Told | None]:
    """How somebody with these milestones stands to a list, and the one that says so; None where there is none."""
    found = [m for m in told if one.speaks_of(m)]
    stands = standing(found, band)
    saying = [m for m in found if band.standing(m) == stands]
    return stands, min(saying, key=lambda m: m.last or date.max, default=None)


def unit_choices(subject: Subject) -> list[UnitState]:
    """Units to narrow a list to, by code."""
    today = timezone.localdate()
    return list(states(today).filter(unit_id__in=reach(subject, Right.WORKLIST_SEE, today)).order_by("code"))
