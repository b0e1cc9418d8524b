"""Deriving typed columns: heads of today, and the past beside them, for lists as known on T and valid on V."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import msgspec
from django.db import connection
from django.utils import timezone

from ccvc.dossiers import domain, spans
from ccvc.dossiers.domain import ApprovedChange
from ccvc.dossiers.models import ELSEWHERE, Dossier, Head, Move, Past, SearchColumns, Version
from ccvc.dossiers.spans import Damage, Row, Span
from ccvc.organisations.tree import coded_units

SLICE = 500
"""Dossiers whose versions are held in memory at a time."""
HEAD_COLUMNS = [f.name for f in Head._meta.concrete_fields if f.name != "dossier"]  # noqa: SLF001 - Django's public API
_COPIED = ", ".join(
    f'"{name}"'
    for name in (
        *(f.column for f in SearchColumns._meta.concrete_fields),  # noqa: SLF001 - Django's public API
        "dossier_id",
        "unit_id",
        "valid_from",
        "known_from",
    )
)
_KEEP = f"""
INSERT INTO dossiers_past ({_COPIED}, known_to)
SELECT {_COPIED}, CASE WHEN valid_from = day THEN %s::timestamptz END
FROM dossiers_head JOIN unnest(%s::bigint[], %s::date[]) AS fresh(head, day) ON dossier_id = head
"""  # noqa: S608 - our own names


def follow(changes: Sequence[ApprovedChange], dossiers: Sequence[Dossier], known_at: datetime) -> None:
    """Heads and past after these changes, a dossier each.

    A change valid by today and from no earlier day than the head puts the head into the past as it stands, all in
    one statement; one that reaches before the head, or beyond today, or amends the past, has its dossier's spans told
    anew from its versions.
    """
    today = timezone.localdate()
    pairs = [(change, dossier, _day(change)) for change, dossier in zip(changes, dossiers, strict=True)]
    later = [dossier.pk for change, dossier, _ in pairs if change.statement.number > 1]
    held = dict(
        Head.objects.filter(pk__in=later, changes_on__isnull=True).values_list("dossier_id", "valid_from")
    )
    plain = [
        (change, dossier, day)
        for change, dossier, day in pairs
        if day <= today
        and not domain.amends(change.statement)
        and (change.statement.number == 1 or (held.get(dossier.pk) or date.max) <= day)
    ]
    _keep([(dossier.pk, day) for change, dossier, day in plain if change.statement.number > 1], known_at)
    _upsert([_head(change, dossier, day, known_at) for change, dossier, day in plain])
    simple = {dossier.pk for _, dossier, _ in plain}
    derive_together([dossier for dossier in dossiers if dossier.pk not in simple], today)


def _day(change: ApprovedChange) -> date:
    return date.fromisoformat(change.statement.valid_from)


def _keep(replaced: Sequence[tuple[int, date]], known_at: datetime) -> None:
    """Put heads as they stand into the past; one replaced from its own first day on is known no more."""
    if replaced:
        ids, days = [pk for pk, _ in replaced], [day for _, day in replaced]
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, [known_at, ids, days])


def _head(change: ApprovedChange, dossier: Dossier, day: date, known_at: datetime) -> Head:
    return Head(
        dossier=dossier,
        unit_id=change.unit_id,
        valid_from=day,
        known_from=known_at,
        changes_on=None,
        **domain.columns(change.document),
    )


def derive(dossier: Dossier, today: date) -> None:
    """Write a dossier's head and past anew from its versions."""
    derive_together([dossier], today)


def derive_together(dossiers: Sequence[Dossier], today: date) -> None:
    """Write heads and past of many dossiers anew from their versions, a slice of them in a handful of statements."""
    for first in range(0, len(dossiers), SLICE):
        part = dossiers[first : first + SLICE]
        told = [(dossier, *_told_by(placed, today)) for dossier, placed in _placed_together(part)]
        Past.objects.filter(dossier__in=part).delete()
        past = [Past(dossier=dossier, **row) for dossier, _, rows in told for row in rows]
        Past.objects.bulk_create(past, batch_size=1000)
        _upsert(
            [
                Head(dossier=dossier, **{name: head[name] for name in HEAD_COLUMNS})
                for dossier, head, _ in told
            ]
        )


def damages(dossier: Dossier, today: date) -> list[Damage]:
    """Where a dossier's head and past differ from what its versions tell."""
    head, past = _told(dossier, today)
    kept = [{**row, "known_to": None} for row in Head.objects.filter(dossier=dossier).values()]
    kept_past = [{**row} for row in Past.objects.filter(dossier=dossier).values()]
    return [*spans.damages(kept, [head]), *spans.damages(kept_past, past)]


def known_spans(dossier: Dossier) -> list[Span]:
    """What is known now to hold from each day on, by day."""
    ((_, placed),) = _placed_together([dossier])
    return [span for span in spans.spans(placed) if span.known_to is None]


def _told(dossier: Dossier, today: date) -> tuple[Row, list[Row]]:
    """Rows of head and past, from all versions."""
    ((_, placed),) = _placed_together([dossier])
    return _told_by(placed, today)


def _told_by(placed: Sequence[Placed], today: date) -> tuple[Row, list[Row]]:
    found = spans.spans(placed)
    head, changes_on = spans.now(found, today)
    past = [spans.row_of(span, "unit_id") for span in found if span is not head]
    return spans.row_of(head, "unit_id", changes_on=changes_on), past


@dataclass(frozen=True, slots=True)
class Placed:
    """A version with the id of the unit it was approved for."""

    statement: str
    document: str
    valid_from: date
    known_at: datetime
    place: int


Coded = tuple[str, date]
"""A unit's code as of a day."""


def _placed_together(dossiers: Sequence[Dossier]) -> list[tuple[Dossier, list[Placed]]]:
    """The versions of each with their units, by the codes of the days they were committed on: codes are reused."""
    versions: dict[int, list[tuple[Version, Coded]]] = {dossier.pk: [] for dossier in dossiers}
    for v in Version.objects.filter(dossier__in=dossiers).order_by("dossier_id", "number"):
        versions[v.dossier_id].append((v, (_unit_of(v), timezone.localdate(v.known_at))))
    moves: dict[int, list[Move]] = {}
    for move in Move.objects.filter(dossier__in=dossiers).order_by("known_at"):
        moves.setdefault(move.dossier_id, []).append(move)
    ids = coded_units({unit for rows in versions.values() for _, unit in rows})
    return [(one, _placed(one, versions[one.pk], moves.get(one.pk, ()), ids)) for one in dossiers]


def _placed(
    dossier: Dossier,
    versions: Sequence[tuple[Version, Coded]],
    moved: Sequence[Move],
    ids: Mapping[Coded, int],
) -> list[Placed]:
    """One dossier's versions with their units.

    The dossier's own unit where the tree of units knows no such code; none of this node's where they were approved
    elsewhere. A hand-over tells the document before it again, at another place.
    """
    moves: dict[int, list[Move]] = {}
    for move in moved:
        moves.setdefault(move.after_number, []).append(move)
    placed: list[Placed] = []
    for v, unit in versions:
        place = ids.get(unit, dossier.kept_unit_id) if v.position > 0 else ELSEWHERE
        placed.append(Placed(v.statement, v.document, v.valid_from, v.known_at, place))
        placed += [
            Placed("", v.document, m.valid_from, m.known_at, m.unit_id) for m in moves.get(v.number, [])
        ]
    return placed


def _unit_of(version: Version) -> str:
    return msgspec.json.decode(version.statement, type=domain.Statement).unit


def _upsert(heads: list[Head]) -> None:
    Head.objects.bulk_create(
        heads, batch_size=1000, update_conflicts=True, unique_fields=["dossier"], update_fields=HEAD_COLUMNS
    )
