"""The newest version of everyone, at a position of the feed: read as a stream, bucket by bucket. Knows no reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import connection

from ccvc.closings.domain import Kept, Person, unpack
from ccvc.closings.models import Bucket, Snapshot
from ccvc.exchange.domain.reconcile import StateRow
from ccvc.exchange.domain.snapshots import Log
from ccvc.signing.merkle import EMPTY_ROOT

AT_ONCE = 2000
POINT = """
SELECT (SELECT coalesce(max(position), 0) FROM dossiers_version), h.size, h.root
FROM (SELECT 1) AS one LEFT JOIN ledger_head h ON h.id = 1
"""
EVERYONE = """
WITH newest AS (
    SELECT dossier_id, max(number) AS number FROM dossiers_version WHERE position <= %s GROUP BY dossier_id
)
SELECT left(encode(sha256(convert_to(d.key::text, 'UTF8')), 'hex'), 2) AS bucket, d.key, v.number,
       encode(v.hash, 'hex'), s.said ->> 'national_sha256', coalesce(s.said ->> 'unit', ''),
       coalesce(s.job ->> 'category', ''), coalesce(s.job ->> 'status', '')
FROM newest n JOIN dossiers_version v ON v.dossier_id = n.dossier_id AND v.number = n.number
JOIN dossiers_dossier d ON d.id = v.dossier_id
CROSS JOIN LATERAL (SELECT v.statement::json AS said, v.document::json -> 'employment' AS job OFFSET 0) s
ORDER BY bucket, d.key::text COLLATE "C"
"""


@dataclass(frozen=True, slots=True)
class Point:
    """A point in the history of the node: the last position of the feed, and the ledger there, in one look."""

    position: int
    ledger: Log


def point() -> Point:
    """Where the node stands now; asked in one statement, so that feed and ledger belong together."""
    with connection.cursor() as cursor:
        cursor.execute(POINT)
        position, size, root = cursor.fetchone()
    return Point(position, Log(size or 0, bytes(root or EMPTY_ROOT).hex()))


def everyone_at(position: int) -> Iterator[tuple[str, list[Person]]]:
    """Each bucket and its people, as they stood at a position of the feed, whatever is committed meanwhile.

    Call inside a transaction; one bucket is in memory at a time.
    """
    for name, found in groupby(_rows(position), key=lambda row: row[0]):
        yield name, [_person(row) for row in found]


def _rows(position: int) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(EVERYONE, [position])
        while some := cursor.fetchmany(AT_ONCE):
            yield from some


def _person(row: tuple[Any, ...]) -> Person:
    _, key, number, version, national, *where = row
    return Person(StateRow(key, number, version, national), *(_stated(text) for text in where))


def _stated(text: str) -> str:
    """A value; nothing where the document says only that there is none."""
    return "" if text.startswith("{") else text


def kept_rows(snapshot: Snapshot) -> Iterator[tuple[str, list[Kept]]]:
    """Each bucket of a snapshot and its rows, in order; one in memory at a time."""
    for name in Bucket.objects.filter(snapshot=snapshot).order_by("name").values_list("name", flat=True):
        yield name, bucket_of(snapshot, name)


def bucket_of(snapshot: Snapshot | None, name: str) -> list[Kept]:
    """The rows of one bucket; none where there is no such snapshot or bucket."""
    packed = Bucket.objects.filter(snapshot=snapshot, name=name).values_list("rows", flat=True).first()
    return unpack(bytes(packed)) if snapshot is not None and packed is not None else []
