"""People folded from their versions: the row of today, and the past beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import chain, groupby, islice
from operator import attrgetter, itemgetter
from typing import Any
from uuid import UUID

from django.db import connection

from ccvc.dossiers import domain as dossiers
from ccvc.dossiers import spans
from ccvc.dossiers.spans import Span
from ccvc.registry.copying import copying, line_of
from ccvc.registry.models import Past, Person, Version

PERSON_COLUMNS = tuple(str(f.column) for f in Person._meta.concrete_fields)  # noqa: SLF001 - Django's public API
PAST, PEOPLE = (model._meta.db_table for model in (Past, Person))  # noqa: SLF001 - as above
KEY = PERSON_COLUMNS.index("key")
AT_ONCE = 1000
Row = tuple[Any, ...]
_in_order: Callable[[Mapping[str, Any]], Row] = itemgetter(*PERSON_COLUMNS)
_of_past = tuple(str(f.column) for f in Past._meta.concrete_fields if f.column != "id")  # noqa: SLF001 - as above
_past_in_order: Callable[[Mapping[str, Any]], Row] = itemgetter(*_of_past)
_copied = ", ".join(f'"{column}"' for column in _of_past if column not in {"person_id", "known_to"})
_KEEP = f"""
INSERT INTO {PAST} ({_copied}, person_id, known_to)
SELECT {_copied}, key, CASE WHEN valid_from = day THEN %s::timestamptz END
FROM {PEOPLE} JOIN unnest(%s::uuid[], %s::date[]) AS fresh(person, day) ON key = person
"""  # noqa: S608 - our own names


def keep_past(replaced: Sequence[tuple[UUID, str]], known_at: datetime) -> None:
    """Put rows as they stand into the past, each before a version from a day on: one statement for all.

    A row replaced from its own first day on is known no more.
    """
    if replaced:
        keys, days = [key for key, _ in replaced], [day for _, day in replaced]
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, [known_at, keys, days])


def folded_rows(people: Iterable[UUID], today: date) -> Iterator[Row]:
    """Rows folded from all versions; their past is written anew.

    A person valid only later is shown as they will begin.
    """
    keys = iter(people)
    while some := list(islice(keys, AT_ONCE)):
        found = Version.objects.filter(person__in=some).order_by("person", "number")
        folded = [
            _folded(list(versions), today)
            for _, versions in groupby(found.iterator(), attrgetter("person_id"))
        ]
        Past.objects.filter(person__in=some).delete()
        with copying(PAST, _of_past) as write:
            for line in chain.from_iterable(past for _, past in folded):
                write(line_of(line))
        yield from (row for row, _ in folded)


def _folded(versions: Sequence[Version], today: date) -> tuple[Row, list[Row]]:
    """A person's row and past, from all their versions."""
    found = spans.spans(versions)
    held, changes_on = spans.now(found, today)
    last = versions[-1]
    values = _told(held, "agency_code")
    values["key"] = last.person_id
    values["number"] = last.number
    values["hash"] = bytes(last.hash)
    values["changes_on"] = changes_on
    values["accepted_at"] = last.known_at
    values["agency_code"] = last.agency_code
    return _in_order(values), [_past(span, last.person_id) for span in found if span is not held]


def _past(span: Span, person: UUID) -> Row:
    return _past_in_order({**_told(span, "agency_code"), "person_id": person, "known_to": span.known_to})


def _told(span: Span, place: str) -> dict[str, Any]:
    values = dossiers.columns(span.document)
    values[place] = span.place
    values["valid_from"] = span.valid_from
    values["known_from"] = span.known_from
    return values
