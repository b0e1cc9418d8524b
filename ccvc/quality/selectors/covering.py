"""How many entries that rest on a paper have one, by unit and kind of entry, within reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection
from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Right, Subject, require, visible_fields
from ccvc.evidence.domain import fields_of
from ccvc.organisations.selectors import reach
from ccvc.quality.models import Assessment
from ccvc.quality.selectors.scoring import names
from ccvc.registry import selectors as registry
from ccvc.standard.evidence import Demand, demands

COUNTED = """
SELECT a.{place}, e.key, sum((e.value->>0)::int), sum((e.value->>1)::int)
FROM quality_assessment AS a CROSS JOIN LATERAL jsonb_each(a.papers) AS e
WHERE a.{place} = ANY(%s) AND e.key = ANY(%s) GROUP BY 1, 2
"""


@dataclass(slots=True)
class Share:
    """Entries that rest on a paper, and how many of them have one."""

    entries: int = 0
    proved: int = 0

    @property
    def share(self) -> float | None:
        """The part that has one, 0 to 1; None of nothing."""
        return self.proved / self.entries if self.entries else None

    def add(self, entries: int, proved: int) -> None:
        """Count more."""
        self.entries += entries
        self.proved += proved


@dataclass(slots=True)
class UnitShare:
    """A unit (nationally: an agency) with its shares by kind of entry."""

    code: str
    name: str
    whole: Share = field(default_factory=Share)
    kinds: dict[str, Share] = field(default_factory=dict)


@dataclass(slots=True)
class Covered:
    """All within reach by kind of entry, and each unit, the lowest share first."""

    whole: Share
    kinds: list[tuple[Demand, Share]]
    units: list[UnitShare]


def covered(subject: Subject) -> Covered:
    """How far the entries within reach have their papers; Problem ACC-DENIED.

    Kinds of entry the subject may not read in full are left out.
    """
    require(subject, Right.QUALITY_SEE)
    asked = _readable(subject)
    kinds, whole = {path: Share() for path in asked}, Share()
    units: dict[object, UnitShare] = {}
    known = names()
    for place, path, entries, proved in _counted(subject, asked):
        code, name = known.get(place, (str(place), str(place)))
        unit = units.setdefault(place, UnitShare(code, name))
        unit.kinds[path] = Share(entries, proved)
        for share in (whole, kinds[path], unit.whole):
            share.add(entries, proved)
    shown = [(demand, kinds[path]) for path, demand in asked.items() if kinds[path].entries]
    ordered = sorted(units.values(), key=lambda unit: (unit.whole.share or 0, unit.code))
    return Covered(whole, shown, ordered)


def _readable(subject: Subject) -> dict[str, Demand]:
    may_see = visible_fields(subject, own=False)
    every = demands(standard.current())
    return {path: one for path, one in every.items() if all(may_see(f) for f in fields_of(path))}


def _counted(subject: Subject, asked: Iterable[str]) -> list[tuple[object, str, int, int]]:
    """Place, path, entries and those with a paper, of everybody within reach as last judged."""
    right = Right.QUALITY_SEE
    places: Sequence[object]
    if settings.CCVC_KIND == "national":
        place, within = "agency_code", registry.within(subject, right)
        places = list(Assessment.objects.filter(within).values_list(place, flat=True).distinct())
    else:
        place, places = "unit_id", sorted(reach(subject, right, timezone.localdate()))
    with connection.cursor() as cursor:
        cursor.execute(COUNTED.format(place=place), [places, list(asked)])
        counted: list[tuple[object, str, int, int]] = cursor.fetchall()
    return counted
