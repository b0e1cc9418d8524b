"""Counting: one pass over the people within reach, grouped by one or two declared dimensions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.models import Head
from ccvc.dossiers.selectors import Moment
from ccvc.insight.dimensions import AgencyDimension, Dimension, declared
from ccvc.insight.domain import Key, Table, folded, suppress, table_of, threshold
from ccvc.organisations.homes import homes
from ccvc.organisations.selectors import agencies, reach, states
from ccvc.registry import selectors as registry
from ccvc.registry.models import Person
from ccvc.standard.problems import Problem
from ccvc.standard.reading import serving


@dataclass(frozen=True)
class Question:
    """What is asked: rows, columns (none: one dimension), the values people are narrowed to, the day ages are as of.

    `everyone` counts those too who no longer serve; `moment` counts people as they stood (None: now).
    """

    rows: str = "agency"
    columns: str = ""
    narrowed: Mapping[str, str] = field(default_factory=dict)
    on: date | None = None
    everyone: bool = False
    moment: Moment | None = None


@dataclass(frozen=True)
class Answer:
    """The table, the dimensions it is by, and whether small numbers are kept back from this reader."""

    table: Table
    rows: Dimension
    columns: Dimension | None
    on: date
    withheld: bool


@dataclass(frozen=True)
class Source:
    """The people within reach who have begun, and the dimension of who manages them."""

    people: QuerySet[Any]
    agency: AgencyDimension

    def dimension(self, name: str) -> Dimension:
        """A declared dimension by name; Problem INS-DIMENSION."""
        if name == self.agency.name:
            return self.agency
        if name not in declared():
            raise Problem("INS-DIMENSION", where=name[:60])
        return declared()[name]


def statistics(subject: Subject, question: Question) -> Answer:
    """Count the people within the subject's reach; Problem ACC-DENIED, INS-DIMENSION."""
    moment, today = question.moment, timezone.localdate()
    source = source_of(subject, moment)
    on = question.on or (moment.valid_on if moment else today)
    rows = source.dimension(question.rows)
    columns = source.dimension(question.columns) if question.columns else None
    people = source.people if question.everyone else source.people.filter(status__in=serving())
    people = people.filter(_narrowed(source, question, on))
    table = table_of(_counts(people, rows, columns, on), rows.keys(on), columns.keys(on) if columns else ())
    withheld = not may_see_each(subject)
    return Answer(suppress(table, threshold(today)) if withheld else table, rows, columns, on, withheld)


def _narrowed(source: Source, question: Question, on: date) -> Q:
    asked = [source.dimension(name).asked(code, on) for name, code in question.narrowed.items() if code]
    return Q(*asked)


def _counts(
    people: QuerySet[Any], rows: Dimension, columns: Dimension | None, on: date
) -> dict[tuple[str, str], int]:
    asked = {"row": rows.expression(on)} | ({"column": columns.expression(on)} if columns else {})
    found = people.order_by().values(**asked).annotate(number=Count("*"))
    row_of = _namer(rows, on)
    column_of = _namer(columns, on) if columns else lambda _found: ""
    return folded((row_of(group["row"]), column_of(group.get("column")), group["number"]) for group in found)


def _namer(dimension: Dimension, on: date) -> Callable[[Any], str]:
    """Code of a found value; one that has no name counts as not stated, so that no person is left out."""
    named = {key.code for key in dimension.keys(on)}
    return lambda found: code if (code := dimension.code_of(found)) in named else ""


def source_of(subject: Subject, moment: Moment | None = None) -> Source:
    """The register on the national node, the dossiers on a component, as far as the subject may count them.

    Of a moment: as everyone stood then, within the reach of today by whose they were then and whose they are now.
    """
    require(subject, Right.STATISTICS_SEE)
    agency = declared()["agency"]
    if not isinstance(agency, AgencyDimension):
        raise TypeError("the dimension agency is of the kind agency")
    if settings.CCVC_KIND == "national":
        return _national(subject, agency, moment)
    return _component(subject, agency, moment)


def _national(subject: Subject, agency: AgencyDimension, moment: Moment | None) -> Source:
    today = timezone.localdate()
    if moment:
        people: QuerySet[Any] = registry.reached(subject, Right.STATISTICS_SEE, moment)
        known = {unit.code: unit.name for unit in agencies(moment.valid_on, moment.known_at)}
        codes = sorted(set(people.order_by().values_list("agency_code", flat=True).distinct()))
    else:
        reached = Person.objects.filter(registry.within(subject, Right.STATISTICS_SEE))
        people = reached.exclude(pk__in=registry.coming(today))
        known = {unit.code: unit.name for unit in agencies(today)}
        codes = registry.managing_agencies(subject, Right.STATISTICS_SEE)
    names = tuple(Key(code, known.get(code, code), known.get(code, code)) for code in codes)
    return Source(people, replace(agency, column="agency_code", names=names))


def _component(subject: Subject, agency: AgencyDimension, moment: Moment | None) -> Source:
    today = timezone.localdate()
    reached = reach(subject, Right.STATISTICS_SEE, today)
    day, known = (moment.valid_on, moment.known_at) if moment else (today, None)
    rows = states(day, known).filter(unit_id__in=reached).order_by("code")
    units = list(rows.values_list("unit_id", "name", "code"))
    often = Counter(name for _, name, _ in units)
    told = [(unit, name if often[name] == 1 else f"{name} ({code})") for unit, name, code in units]
    names = tuple(Key(str(unit), name, name) for unit, name in told)
    if moment:
        people: QuerySet[Any] = dossiers.within(subject, dossiers.standing(moment), Right.STATISTICS_SEE)
    else:
        people = Head.objects.filter(dossier__unit_id__in=reached).exclude(pk__in=dossiers.coming(today))
    places = {str(unit): str(place) for unit, place in homes(reached, day, known).items() if unit != place}
    return Source(people, replace(agency, column="unit_id", names=names, homes=places))


def may_see_each(subject: Subject) -> bool:
    """Whether the subject may list every person they may count, so that no number need be kept back."""
    listing = Right.REGISTER_SEARCH if settings.CCVC_KIND == "national" else Right.DOSSIER_LIST
    return subject.roots(Right.STATISTICS_SEE) <= subject.roots(listing)
