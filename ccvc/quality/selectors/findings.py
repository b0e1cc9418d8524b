"""Findings within reach: lists, one person's, and what accepting suggestions would change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Right, Subject, readable, require
from ccvc.access.wording import language
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.domain import Document
from ccvc.dossiers.models import Dossier, Head
from ccvc.organisations.selectors import agencies, reach, states, subtree
from ccvc.quality import domain
from ccvc.quality.models import Finding, Returned, Ruling
from ccvc.registry import selectors as registry
from ccvc.registry.models import Person
from ccvc.standard import Difference
from ccvc.standard.problems import Problem
from ccvc.standard.quality.judging import said


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of findings is narrowed to; empty: not narrowed. `unit` is a unit's code, nationally an agency's."""

    family: str = ""
    rule: str = ""
    severity: str = ""
    unit: str = ""
    state: str = Finding.State.OPEN
    suggested: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A finding for people: whose it is, what it says in the language of the page, what would mend it."""

    row: Finding
    name: str
    unit: str
    message: str
    next_step: str
    suggestion: list[Difference]
    ruling: Ruling | None = None

    @property
    def label(self) -> str:
        """What the path speaks of."""
        return standard.label(self.row.path, language())


def is_national() -> bool:
    """Whether this is the national node."""
    return bool(settings.CCVC_KIND == "national")


def findings(subject: Subject, asked: Asked, right: Right = Right.QUALITY_SEE) -> QuerySet[Finding]:
    """Findings within reach that speak of nothing the subject may not read, the heaviest first; Problem ACC-DENIED."""
    require(subject, right)
    rows = Finding.objects.filter(
        person__in=_people(subject, asked.unit, right), sensitivity__in=readable(subject, own=False)
    )
    equal = {"family": asked.family, "rule": asked.rule, "severity": asked.severity, "state": asked.state}
    rows = rows.filter(**{column: value for column, value in equal.items() if value})
    if asked.suggested:
        rows = rows.filter(suggestion__isnull=False)
    return rows.order_by("severity", "rule", "person", "pk")


def _people(subject: Subject, unit: str, right: Right) -> QuerySet[Any, UUID]:
    """Keys of the people within reach, narrowed to a unit and those below it, nationally to an agency."""
    if is_national():
        people = Person.objects.filter(registry.within(subject, right))
        return (people.filter(agency_code=unit) if unit else people).values_list("key", flat=True)
    today = timezone.localdate()
    found = Dossier.objects.filter(unit_id__in=reach(subject, right, today))
    if unit:
        found = found.filter(unit_id__in=subtree([unit], today))
    return found.values_list("key", flat=True)


def by_rule(rows: QuerySet[Finding]) -> list[tuple[str, int]]:
    """How many findings each rule has, the most first."""
    counted = rows.order_by().values_list("rule").annotate(number=Count("pk")).order_by("-number", "rule")
    return [(rule, number) for rule, number in counted]


def lines(rows: Iterable[Finding]) -> list[Line]:
    """Findings with the names of their people; for those the caller has already found within reach."""
    found = list(rows)
    people = _named({row.person for row in found})
    rulings = _rulings({row.person for row in found if row.state != Finding.State.OPEN})
    return [_line(row, *people.get(row.person, ("", "")), rulings) for row in found]


def _line(row: Finding, name: str, unit: str, rulings: Mapping[tuple[UUID, str, str], Ruling]) -> Line:
    message, step = said(row.rule, row.path, row.params, language())
    suggestion = domain.differences(row.suggestion)
    return Line(row, name, unit, message, step, suggestion, rulings.get((row.person, row.rule, row.path)))


def _named(people: set[UUID]) -> dict[UUID, tuple[str, str]]:
    """Name and unit of people, by key."""
    if not is_national():
        heads = Head.objects.filter(dossier__key__in=people)
        return {
            key: (name, unit or "")
            for key, name, unit in heads.values_list("dossier__key", "full_name", "unit_name")
        }
    names = {unit.code: unit.name for unit in agencies(timezone.localdate())}
    rows = Person.objects.filter(key__in=people).values_list("key", "full_name", "agency_code")
    return {key: (name, names.get(code, code)) for key, name, code in rows}


def _rulings(people: set[UUID]) -> dict[tuple[UUID, str, str], Ruling]:
    """The last ruling on each finding of people."""
    return {
        (r.person, r.rule, r.path): r for r in Ruling.objects.filter(person__in=people).order_by("at", "pk")
    }


def of_person(subject: Subject, key: UUID) -> tuple[str, list[Line]]:
    """A person's name and all their findings the subject may read, those set aside last; Problem DOS-UNKNOWN."""
    if is_national():
        person = Person.objects.filter(registry.within(subject, Right.QUALITY_SEE), key=key).first()
        if person is None:
            raise Problem("REG-UNKNOWN")
        sees = readable(subject, own=False, unit_code=person.agency_code)
    else:
        sees = _sees(subject, dossiers.dossier(subject, key, right=Right.QUALITY_SEE))
    rows = Finding.objects.filter(person=key, sensitivity__in=sees).order_by(
        "state", "family", "severity", "rule"
    )
    return _named({key}).get(key, ("", ""))[0], lines(rows)


def _sees(subject: Subject, found: Dossier) -> frozenset[str]:
    """Sensitivities the subject may read of a dossier."""
    if dossiers.is_own(subject, found):
        return readable(subject, own=True)
    return readable(subject, own=False, unit_code=dossiers.unit_code(found))


@dataclass(frozen=True, slots=True)
class Preview:
    """What accepting suggestions would change in one dossier; `clashes` names those that no longer fit."""

    person: UUID
    name: str
    dossier: Dossier
    document: Document
    differences: list[Difference]
    taken: list[Finding]
    clashes: list[Finding]


def preview(subject: Subject, ids: Sequence[int]) -> list[Preview]:
    """What accepting these findings would change, by person; Problem QUA-UNKNOWN where one is out of reach."""
    wanted = list(dict.fromkeys(ids))
    found = findings(subject, Asked(state="", suggested=True), Right.CHANGE_PROPOSE).filter(pk__in=wanted)
    by_person: dict[UUID, list[Finding]] = {}
    for row in found.order_by("person", "pk"):
        by_person.setdefault(row.person, []).append(row)
    if not wanted or sum(map(len, by_person.values())) != len(wanted):
        raise Problem("QUA-UNKNOWN")
    names, documents = _named(set(by_person)), dossiers.current_documents(list(by_person))
    return [_preview(key, names[key][0], *documents[key], rows) for key, rows in by_person.items()]


def _preview(key: UUID, name: str, dossier: Dossier, before: Document, rows: list[Finding]) -> Preview:
    after, taken, clashes = before, [], []
    for row in rows:
        try:
            after = standard.apply(after, domain.differences(row.suggestion))
        except Problem:
            clashes.append(row)
        else:
            taken.append(row)
    return Preview(key, name, dossier, after, standard.diff(before, after), taken, clashes)


def returned(subject: Subject) -> list[tuple[Returned, str]]:
    """Open work the national node sent back, within reach, with names; nothing that quotes what may not be read."""
    require(subject, Right.QUALITY_SEE)
    people = _people(subject, "", Right.QUALITY_SEE)
    open_rows = Returned.objects.filter(closed_at=None, person__in=people).order_by("at", "pk")
    may_read = readable(subject, own=False)
    rows = [row for row in open_rows if domain.sensitivity_of(row.rule, row.path) in may_read]
    names = _named({row.person for row in rows})
    return [(row, names.get(row.person, ("", ""))[0]) for row in rows]


def unit_choices(subject: Subject) -> list[tuple[str, str]]:
    """Units, nationally agencies, to narrow a list to."""
    today = timezone.localdate()
    if is_national():
        reached = registry.reaches(subject, Right.QUALITY_SEE)
        return [(unit.code, unit.name) for unit in agencies(today) if reached(unit.code)]
    within = states(today).filter(unit_id__in=reach(subject, Right.QUALITY_SEE, today))
    return [(unit.code, unit.name) for unit in within.order_by("code")]
