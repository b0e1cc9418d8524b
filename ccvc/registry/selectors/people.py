"""Searching the register and reading one person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from ccvc.access.domain import EVERYWHERE, Right, Subject, require, visible_fields
from ccvc.dossiers import domain as dossiers
from ccvc.dossiers.selectors import MaySee, redact, view_of, words
from ccvc.organisations.selectors import reach_agencies
from ccvc.registry.models import Person, Standing, Version
from ccvc.standard.problems import Problem

MOST_SHOWN = 200
MOST_FOUND = 20_000
SHORTEST = 2


def within(subject: Subject, right: Right, column: str = "agency_code") -> Q:
    """Rows of the agencies over which the subject has the right; Problem ACC-DENIED where there is none."""
    require(subject, right)
    if EVERYWHERE in subject.roots(right):
        return Q()
    return Q(**{f"{column}__in": reach_agencies(subject, right, subject.on)})


def reaches(subject: Subject, right: Right) -> Callable[[str], bool]:
    """Whether the subject has the right over an agency, by its code; asked once for many."""
    if EVERYWHERE in subject.roots(right):
        return lambda _agency: True
    return reach_agencies(subject, right, subject.on).__contains__


def coming(today: date) -> QuerySet[Person]:
    """People who begin only later: no version of theirs is valid by the day."""
    begun = Version.objects.filter(person=OuterRef("key"), valid_from__lte=today)
    return Person.objects.filter(~Exists(begun), changes_on__isnull=False)


NEXT_AGENCY = """
WITH RECURSIVE managing(code) AS (
    SELECT min(agency_code) FROM registry_person
    UNION ALL
    SELECT (SELECT min(agency_code) FROM registry_person WHERE agency_code > code) FROM managing WHERE code IS NOT NULL
)
SELECT code FROM managing WHERE code IS NOT NULL"""


def managing_agencies(subject: Subject, right: Right) -> list[str]:
    """Codes of the agencies that manage anyone, of those over which the subject has the right.

    Steps from one agency to the next in the index: reading every row for a hundred codes would take a second.
    """
    require(subject, right)
    with connection.cursor() as cursor:
        cursor.execute(NEXT_AGENCY)
        codes = [code for (code,) in cursor.fetchall()]
    return list(filter(reaches(subject, right), codes))


def units_of_person(key: UUID, _on: date) -> frozenset[str]:
    """The agency that manages a person, for whoever asks in whose reach they are."""
    return frozenset(Person.objects.filter(key=key).values_list("agency_code", flat=True))


@dataclass(frozen=True, slots=True)
class Found:
    """People found, by given name in Vietnamese order; `more` says there are others, `some` that too many to sort."""

    people: Sequence[Person | Standing]
    more: bool = False
    some: bool = False


def search(subject: Subject, text: str, **equal: str) -> Found:
    """People whose name has every word of the text, tone marks aside, or whose number begins with the digits.

    At most 200 of them; nobody for a text of less than two letters: the register is searched, not leafed through.
    Nor whoever begins only later.
    """
    reached = within(subject, Right.REGISTER_SEARCH)
    wanted = {column: value for column, value in equal.items() if value}
    rows = Person.objects.filter(reached, **wanted).exclude(pk__in=coming(timezone.localdate()))
    text = text.strip()
    if text.isdecimal() and len(text) >= SHORTEST:
        return _first(
            list(rows.filter(personal_id__startswith=text).order_by("name_key", "key")[: MOST_SHOWN + 1])
        )
    query = words(text)
    return _by_name(rows, query) if len(query) >= SHORTEST + len(":*") else Found([])


def _by_name(rows: QuerySet[Person], query: str) -> Found:
    """Candidates are found first and sorted then, in a part of their own: else the index of names is walked."""
    named = rows.alias(name_words=SearchVector("name_plain", config="simple"))
    matching = named.filter(name_words=SearchQuery(query, config="simple", search_type="raw"))
    sql, params = matching.values("key", "name_key")[: MOST_FOUND + 1].query.sql_with_params()
    columns = ", ".join(f'person."{f.column}"' for f in Person._meta.concrete_fields)  # noqa: SLF001 - public API
    found = Person.objects.raw(
        f"WITH found AS MATERIALIZED ({sql})"  # noqa: S608 - parameters stay parameters
        f" SELECT {columns}, (SELECT count(*) FROM found) AS number_found"
        " FROM (SELECT key FROM found ORDER BY name_key, key LIMIT %s) first"
        " JOIN registry_person person USING (key) ORDER BY person.name_key, person.key",
        (*params, MOST_SHOWN + 1),
    )
    return _first(list(found))


def _first(people: list[Person]) -> Found:
    some = bool(people) and getattr(people[0], "number_found", 0) > MOST_FOUND
    return Found(people[:MOST_SHOWN], more=len(people) > MOST_SHOWN, some=some)


@dataclass(frozen=True, slots=True)
class SeenPerson:
    """A person as the subject may see them: their row, and the national document."""

    person: Person
    document: dossiers.Document
    may_see: MaySee
    changes_on: date | None


def person(
    subject: Subject, key: UUID, *, known_at: datetime | None = None, valid_on: date | None = None
) -> SeenPerson:
    """One person of the register, as known at a moment and valid on a day; Problem REG-UNKNOWN."""
    row, may_see = readable_person(subject, key)
    view = _view(Version.objects.filter(person=row).order_by("number"), known_at, valid_on)
    document, _ = redact(view.document or {}, may_see)
    return SeenPerson(row, document, may_see, view.changes_on)


def _view(versions: QuerySet[Version], known_at: datetime | None, valid_on: date | None) -> dossiers.View:
    """The fold; of all versions where one amends the past, for the one it amends may have been refused here."""
    if not versions.filter(statement__contains=dossiers.UNTIL).exists():
        return view_of(versions, known_at, valid_on)
    return dossiers.as_of(list(versions), known_at=known_at, valid_on=valid_on or timezone.localdate())


def readable_person(subject: Subject, key: UUID) -> tuple[Person, MaySee]:
    """A person within reach, and which fields the subject may read of them; Problem REG-UNKNOWN."""
    row = Person.objects.filter(within(subject, Right.REGISTER_READ), key=key).first()
    if row is None:
        raise Problem("REG-UNKNOWN")
    return row, visible_fields(subject, own=False, unit_code=row.agency_code)


def signed_papers(keys: Iterable[UUID]) -> dict[UUID, tuple[dossiers.EvidenceNamed, ...]]:
    """The papers that signed statements of these people name, for rules that judge them. Knows no reach."""
    rows = Version.objects.filter(person_id__in=list(keys), statement__contains='"evidence":')
    found: dict[UUID, tuple[dossiers.EvidenceNamed, ...]] = {}
    for key, statement in rows.order_by("person_id", "number").values_list("person_id", "statement"):
        named = msgspec.json.decode(statement, type=dossiers.Statement).evidence
        found[key] = (*found.get(key, ()), *named)
    return found
