"""Scores by unit and day, within reach; small units keep theirs from those who may not list their people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.insight.domain import threshold
from ccvc.organisations.selectors import agencies, reach, states
from ccvc.quality import domain
from ccvc.quality.models import Score
from ccvc.registry import selectors as registry
from ccvc.standard.quality import FAMILIES

TREND = timedelta(days=90)


@dataclass(slots=True)
class UnitScore:
    """A unit's (nationally: an agency's) scores of the last day, and its mean on the days before, oldest first."""

    code: str
    name: str
    people: int = 0
    findings: int = 0
    families: dict[str, float] = field(default_factory=dict)
    trend: list[float] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    hidden: bool = False

    @property
    def mean(self) -> float:
        """The mean of the four families."""
        return sum(self.families.values()) / len(self.families) if self.families else 0.0


def _rows(subject: Subject) -> QuerySet[Score]:
    require(subject, Right.STATISTICS_SEE)
    since = timezone.localdate() - TREND
    rows = Score.objects.filter(on__gte=since)
    if settings.CCVC_KIND == "national":
        return rows.filter(registry.within(subject, Right.STATISTICS_SEE))
    return rows.filter(unit_id__in=reach(subject, Right.STATISTICS_SEE, timezone.localdate()))


def unit_scores(subject: Subject) -> list[UnitScore]:
    """Every unit within reach with its scores, the lowest mean first; Problem ACC-DENIED."""
    national = settings.CCVC_KIND == "national"
    key = "agency_code" if national else "unit_id"
    columns = (key, "on", "family", "people", "points", "findings")
    days: dict[object, dict[date, list[tuple[str, int, int, int]]]] = {}
    for place, day, *rest in _rows(subject).order_by("on").values_list(*columns):
        days.setdefault(place, {}).setdefault(day, []).append(tuple(rest))
    known = names()
    least = 0 if _lists_people(subject) else threshold(timezone.localdate())
    found = [
        _unit(*known.get(place, (str(place), str(place))), by_day, least) for place, by_day in days.items()
    ]
    return sorted(found, key=lambda one: (one.hidden, one.mean, one.code))


def names() -> dict[object, tuple[str, str]]:
    """Code and name of each place scores are of: units by id, nationally agencies by code."""
    today = timezone.localdate()
    if settings.CCVC_KIND == "national":
        return {unit.code: (unit.code, unit.name) for unit in agencies(today)}
    rows = states(today).values_list("unit_id", "code", "name")
    return {unit: (code, name) for unit, code, name in rows}


def _lists_people(subject: Subject) -> bool:
    """Whether the subject may list every person the scores are of."""
    return subject.roots(Right.STATISTICS_SEE) <= subject.roots(Right.QUALITY_SEE)


def _unit(code: str, name: str, by_day: dict[date, list[tuple[str, int, int, int]]], least: int) -> UnitScore:
    newest = by_day[max(by_day)]
    people = max(number for _, number, _, _ in newest)
    if people < least:
        return UnitScore(code, name, hidden=True)
    families = {family: points / number for family, number, points, _ in newest}
    days = sorted(by_day)
    trend = [_mean(by_day[day]) for day in days]
    findings = sum(one for *_, one in newest)
    return UnitScore(code, name, people, findings, {f: families.get(f, 0.0) for f in FAMILIES}, trend, days)


def _mean(rows: Iterable[tuple[str, int, int, int]]) -> float:
    held = list(rows)
    return domain.average({family: points for family, _, points, _ in held}, held[0][1])


def family_scores(subject: Subject) -> dict[str, tuple[float, int]]:
    """The score of each family over everyone within reach on the last day, and its findings."""
    rows = _rows(subject)
    last: date | None = rows.order_by("-on").values_list("on", flat=True).first()
    if last is None:
        return {}
    summed = rows.filter(on=last).order_by().values("family")
    totals = summed.annotate(points=Sum("points"), number=Sum("people"), found=Sum("findings"))
    by_family = {row["family"]: row for row in totals}
    return {
        family: (row["points"] / row["number"], row["found"])
        for family in FAMILIES
        if (row := by_family.get(family)) and row["number"]
    }
