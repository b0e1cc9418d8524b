"""Who serves, counted in the database: each person once, by the unit of their dossier and the line they are on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from ccvc.access.domain import Right, Subject
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.models import Head
from ccvc.dossiers.selectors import Moment
from ccvc.headcount.domain import off_lines, place_on
from ccvc.organisations import selectors as organisations
from ccvc.registry import selectors as registry
from ccvc.registry.models import Person
from ccvc.standard.reading import serving

Numbers = dict[str, int]
Counted = dict[int | None, Numbers]
"""People by unit (None: of no unit that is known) and by line, or by `off_lines` of a category on none."""


@dataclass(frozen=True, slots=True)
class Day:
    """What is asked of: a day, as known at a moment (None: now)."""

    on: date
    moment: Moment | None = None

    @classmethod
    def of(cls, moment: Moment | None) -> Day:
        """The day of a moment, else today."""
        return cls(moment.valid_on if moment else timezone.localdate(), moment)


def counted(subject: Subject, day: Day) -> Counted:
    """Those who serve within the subject's reach."""
    if settings.CCVC_KIND == "national":
        return _of_register(subject, day)
    return by_line(_of_dossiers(subject, day), "unit_id", day.on)


def _of_dossiers(subject: Subject, day: Day) -> QuerySet[Any]:
    if day.moment is not None:
        return dossiers.within(subject, dossiers.standing(day.moment), Right.HEADCOUNT_SEE)
    reached = organisations.reach(subject, Right.HEADCOUNT_SEE, day.on)
    here = Q(unit_id__in=reached) | Q(unit_id=None, dossier__unit_id__in=reached)
    return Head.objects.filter(here).exclude(pk__in=dossiers.coming(day.on))


def by_line(people: QuerySet[Any], column: str, on: date) -> dict[Any, Numbers]:
    """Those of these people who serve, by a column and line."""
    found: dict[Any, Numbers] = {}
    for row in _grouped(people, column):
        add(found, row[column], {_place(row, on): row["number"]})
    return found


def _grouped(people: QuerySet[Any], *columns: str) -> QuerySet[Any, dict[str, Any]]:
    serve = people.filter(status__in=serving()).order_by()
    by = (*columns, "category", "contract_kind")
    rows: QuerySet[Any, dict[str, Any]] = serve.values(*by).annotate(number=Count("*"))
    return rows


def _place(row: Mapping[str, Any], on: date) -> str:
    return place_on(row["category"], row["contract_kind"], on)


def add(found: dict[Any, Numbers], place: Any, numbers: Numbers) -> None:
    """Add numbers to those of a place."""
    sums = found.setdefault(place, {})
    for line, number in numbers.items():
        sums[line] = sums.get(line, 0) + number


def aside(numbers: Numbers) -> Numbers:
    """Of numbers, those of people on no line, by category."""
    return {category: number for line, number in numbers.items() if (category := off_lines(line)) is not None}


def _of_register(subject: Subject, day: Day) -> Counted:
    """By the agency that managed each person when what holds was told: a code is read as of that day.

    Of today everyone is counted in the index `person_headcount` alone; the few who are still to come are taken off.
    """
    found: Counted = {}
    if day.moment is not None:
        _count(found, registry.reached(subject, Right.HEADCOUNT_SEE, day.moment), day.on)
        return found
    people = Person.objects.filter(registry.within(subject, Right.HEADCOUNT_SEE))
    _count(found, people, day.on)
    _count(found, people.filter(pk__in=registry.coming(day.on)), day.on, times=-1)
    return found


def _count(found: Counted, people: QuerySet[Any], on: date, times: int = 1) -> None:
    """Add so many times those of these people who serve, by agency and line."""
    codes = Codes()
    for row in _grouped(people.annotate(age=codes.age()), "agency_code", "age"):
        unit = codes.unit(row["agency_code"], row["age"])
        add(found, unit, {_place(row, on): times * row["number"]})


class Codes:
    """Codes of agencies through time: one that was an agency's may be another's later.

    Time is cut into ages at the days on which a code began to be another agency's; in one age it means one.
    """

    def __init__(self) -> None:
        rows = organisations.as_known().filter(parent=None).order_by("valid_from")
        self.rows = list(rows.values_list("code", "valid_from", "unit_id"))
        self.turns = sorted({since for since, _ in _turns(self.rows)})

    def age(self) -> Case:
        """In SQL: the age in which what holds of a person was told."""
        zone = timezone.get_current_timezone()
        cuts = [datetime.combine(day, time.min, zone) for day in self.turns]
        whens = [When(known_from__lt=cut, then=Value(age)) for age, cut in enumerate(cuts)]
        return Case(*whens, default=Value(len(cuts)), output_field=IntegerField())

    def unit(self, code: str, age: int) -> int | None:
        """The agency a code meant in an age: the last that had begun by its end, else the first that ever had it."""
        had = [(since, unit) for named, since, unit in self.rows if named == code]
        ends = [*self.turns, date.max]
        before = [unit for since, unit in had if since < ends[age]]
        return before[-1] if before else next((unit for _, unit in had), None)


def _turns(rows: Iterable[tuple[str, date, int]]) -> Iterator[tuple[date, str]]:
    """Days, and codes, on which a code began to be another agency's than before."""
    last: dict[str, int] = {}
    for code, since, unit in rows:
        if last.setdefault(code, unit) != unit:
            yield since, code
        last[code] = unit
