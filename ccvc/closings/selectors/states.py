"""The newest version of everyone, at a position of the feed: read as a stream, bucket by bucket. Knows no reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection

from ccvc.closings.domain import Kept, Person, Where, read_where, unpack, where_on
from ccvc.closings.models import Bucket, Snapshot
from ccvc.exchange.domain.reconcile import StateRow
from ccvc.exchange.domain.snapshots import Log
from ccvc.signing.merkle import EMPTY_ROOT

AT_ONCE = 2000
POINT = """
SELECT coalesce((
    SELECT position FROM dossiers_version
    WHERE known_at < coalesce(%s, 'infinity'::timestamptz) AND position > 0
    ORDER BY position DESC LIMIT 1
), 0), h.size, h.root FROM (SELECT 1) AS one LEFT JOIN ledger_head h ON h.id = 1
"""
WHERE = (
    "coalesce(s.said ->> 'unit', ''), coalesce(s.job ->> 'category', ''), coalesce(s.job ->> 'status', '')"
)
READ = "LATERAL (SELECT v.statement::json AS said, v.document::json -> 'employment' AS job OFFSET 0) s"
EVERYONE = f"""
WITH newest AS (
    SELECT dossier_id, max(number) AS number, bool_or(valid_from > %s) AS ahead
    FROM dossiers_version WHERE position <= %s GROUP BY dossier_id
)
SELECT left(encode(sha256(convert_to(d.key::text, 'UTF8')), 'hex'), 2) AS bucket, d.key, v.number,
       encode(v.hash, 'hex'), s.said ->> 'national_sha256', {WHERE}, n.ahead
FROM newest n JOIN dossiers_version v ON v.dossier_id = n.dossier_id AND v.number = n.number
JOIN dossiers_dossier d ON d.id = v.dossier_id AND d.custody NOT IN ('gone', 'annulled') CROSS JOIN {READ}
ORDER BY bucket, d.key::text COLLATE "C"
"""  # noqa: S608 - our own words
STATED = f"""
SELECT d.key, v.valid_from, {WHERE} FROM dossiers_version v JOIN dossiers_dossier d ON d.id = v.dossier_id
CROSS JOIN {READ} WHERE d.key = ANY(%s::uuid[]) AND v.position <= %s ORDER BY d.key, v.number
"""  # noqa: S608 - our own words


@dataclass(frozen=True, slots=True)
class Point:
    """A point in the history of the node: the last position of the feed, and the ledger there, in one look."""

    position: int
    ledger: Log


def point(until: datetime | None = None) -> Point:
    """Where the node stands now, or the feed stood before a moment; in one statement, so that both belong together."""
    with connection.cursor() as cursor:
        cursor.execute(POINT, [until])
        position, size, root = cursor.fetchone()
    return Point(position, Log(size or 0, bytes(root or EMPTY_ROOT).hex()))


def everyone_at(position: int, day: date) -> Iterator[tuple[str, list[Person]]]:
    """Each bucket and its people, as they stood at a position of the feed, whatever is committed meanwhile.

    Where they are counted is what held on the day. Call inside a transaction; one bucket is in memory at a time.
    """
    for name, found in groupby(_rows(position, day), key=lambda row: row[0]):
        rows = list(found)
        folded = _folded([row[1] for row in rows if row[-1]], position, day)
        yield name, [_person(row, folded) for row in rows]


def _rows(position: int, day: date) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(EVERYONE, [day, position])
        while some := cursor.fetchmany(AT_ONCE):
            yield from some


def _person(row: tuple[Any, ...], folded: dict[UUID, Where]) -> Person:
    _, key, number, version, national, *where, _ahead = row
    return Person(StateRow(key, number, version, national), folded.get(key) or read_where(*where))


def _folded(people: list[UUID], position: int, day: date) -> dict[UUID, Where]:
    """Where people are counted on a day of whom a version is valid only later."""
    if not people:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(STATED, [people, position])
        return folded(cursor.fetchall(), day)


def folded(rows: Iterable[tuple[Any, ...]], day: date) -> dict[UUID, Where]:
    """Where people are counted on a day, from rows of all their versions: key, day of validity, what is stated."""
    by_person = groupby(rows, key=lambda row: row[0])
    return {key: where_on([(row[1], read_where(*row[2:])) for row in found], day) for key, found in by_person}


def kept_rows(snapshot: Snapshot) -> Iterator[tuple[str, list[Kept]]]:
    """Each bucket of a snapshot and its rows, in order; one in memory at a time."""
    for name in Bucket.objects.filter(snapshot=snapshot).order_by("name").values_list("name", flat=True):
        yield name, bucket_of(snapshot, name)


def bucket_of(snapshot: Snapshot | None, name: str) -> list[Kept]:
    """The rows of one bucket; none where there is no such snapshot or bucket."""
    packed = Bucket.objects.filter(snapshot=snapshot, name=name).values_list("rows", flat=True).first()
    return unpack(bytes(packed)) if snapshot is not None and packed is not None else []
