"""People folded from their versions: the row of today, and the past beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, groupby, islice
from operator import attrgetter, itemgetter
from typing import Any
from uuid import UUID

from django.db import connection

from ccvc.dossiers import spans
from ccvc.dossiers.spans import Damage
from ccvc.registry.copying import copying, line_of
from ccvc.registry.models import Move, Past, Person, Version

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
        moves = _moves(some)
        folded = [_folded(versions, moves.get(key, ()), today) for key, versions in _versions(some)]
        Past.objects.filter(person__in=some).delete()
        with copying(PAST, _of_past) as write:
            for line in chain.from_iterable(past for _, past in folded):
                write(line_of(line))
        yield from (row for row, _ in folded)


def _folded(versions: Sequence[Version], moves: Sequence[Move], today: date) -> tuple[Row, list[Row]]:
    """A person's row and past, from all their versions and hand-overs."""
    person, past = _told(versions, moves, today)
    return _in_order(person), [_past_in_order(row) for row in past]


@dataclass(frozen=True, slots=True)
class Told:
    """A version, or a move after it, as spans are told from it: whose the person was by it."""

    statement: str
    document: str
    valid_from: date
    known_at: datetime
    place: str


def _told(
    versions: Sequence[Version], moves: Sequence[Move], today: date
) -> tuple[spans.Row, list[spans.Row]]:
    last = versions[-1]
    placed = _placed(versions, moves)
    found = spans.spans(placed)
    held, changes_on = spans.now(found, today)
    told = {
        "key": last.person_id,
        "number": last.number,
        "hash": bytes(last.hash),
        "changes_on": changes_on,
        "accepted_at": last.known_at,
    }
    person = spans.row_of(held, "agency_code", **told) | {"agency_code": placed[-1].place}
    past = [spans.row_of(span, "agency_code", person_id=last.person_id) for span in found if span is not held]
    return person, past


def _placed(versions: Sequence[Version], moves: Sequence[Move]) -> list[Told]:
    """The versions of one person with each hand-over behind the version it followed."""
    found: list[Told] = []
    for v in versions:
        found.append(Told(v.statement, v.document, v.valid_from, v.known_at, v.agency_code))
        found += [
            Told("", v.document, move.valid_from, move.known_at, move.agency_code)
            for move in moves
            if move.after_number == v.number
        ]
    return found


def damages(people: Sequence[UUID], today: date) -> dict[UUID, list[Damage]]:
    """Where rows and past of people differ from what their versions tell; those who are whole are left out."""
    rows = {row["key"]: {**row, "known_to": None} for row in Person.objects.filter(key__in=people).values()}
    past: dict[UUID, list[spans.Row]] = {}
    for row in Past.objects.filter(person__in=people).values():
        past.setdefault(row["person_id"], []).append({**row})
    found, moves = {}, _moves(people)
    for key, versions in _versions(people):
        person, told = _told(versions, moves.get(key, ()), today)
        kept = [rows[key]] if key in rows else []
        found[key] = [*spans.damages(kept, [person]), *spans.damages(past.get(key, []), told)]
    return {key: wrong for key, wrong in found.items() if wrong}


def _versions(people: Sequence[UUID]) -> Iterator[tuple[UUID, list[Version]]]:
    found = Version.objects.filter(person__in=people).order_by("person", "number")
    for key, versions in groupby(found.iterator(), attrgetter("person_id")):
        yield key, list(versions)


def _moves(people: Sequence[UUID]) -> dict[UUID, list[Move]]:
    """The hand-overs of these people, in their order."""
    found: dict[UUID, list[Move]] = {}
    for move in Move.objects.filter(person__in=people).order_by("pk"):
        found.setdefault(move.person_id, []).append(move)
    return found
