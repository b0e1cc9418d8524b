"""Versions in the order of their commits, for the rooms that pass them on. Knows no reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

import msgspec

from ccvc.dossiers import domain
from ccvc.dossiers.models import KEPT_ASIDE, Version


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One version as the exchange sends it: the exact bytes of the statement and of the national document."""

    position: int
    person: UUID
    number: int
    statement: bytes
    national_document: bytes
    signature_id: UUID
    leaf: int


def feed(after: int, limit: int) -> list[FeedItem]:
    """Versions behind a position in the order of commits, which take the ledger's lock: none comes late."""
    rows = Version.objects.filter(position__gt=after).order_by("position").select_related("dossier")[:limit]
    return [_feed_item(row) for row in rows]


def feed_of(person: UUID, number: int, up_to: int) -> list[FeedItem]:
    """The versions of one person from a number on, in order, none behind position `up_to`."""
    rows = Version.objects.filter(dossier__key=person, number__gte=number, position__range=(1, up_to))
    return [_feed_item(row) for row in rows.order_by("number").select_related("dossier")]


def feed_at(positions: Iterable[int]) -> list[FeedItem]:
    """The versions at these positions, in order."""
    rows = Version.objects.filter(position__in=list(positions)).order_by("position")
    return [_feed_item(row) for row in rows.select_related("dossier")]


def _feed_item(row: Version) -> FeedItem:
    return FeedItem(
        position=row.position,
        person=row.dossier.key,
        number=row.number,
        statement=row.statement.encode(),
        national_document=domain.national(row.document),
        signature_id=row.signature_id,
        leaf=row.leaf,
    )


def last_position() -> int:
    """Position of the newest version, 0 where there is none."""
    last = Version.objects.order_by("-position").values_list("position", flat=True).first()
    return max(last or 0, 0)


def state_rows() -> Iterator[tuple[str, int, str, str]]:
    """Person key, number, version hash and national document digest of the last version of each dossier kept here."""
    newest = (
        Version.objects.exclude(dossier__custody__in=KEPT_ASIDE)
        .order_by("dossier__key", "-number")
        .distinct("dossier__key")
    )
    rows = newest.select_related("dossier")
    for row in rows.iterator(chunk_size=2000):
        statement = msgspec.json.decode(row.statement, type=domain.Statement)
        yield str(row.dossier.key), row.number, bytes(row.hash).hex(), statement.national_sha256
