"""Where people of a unit belong on a day: with the unit while it stands, then with whoever took its people over.

A dossier keeps the unit it was approved for; nothing is rewritten when that unit ends
([decision 0025](../../docs/decisions/0025-people-follow-their-unit.md)). Walked in the database.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import connection

NOW_KNOWN = "{s}.known_to IS NULL"
THEN_KNOWN = "{s}.known_from <= %(known)s AND ({s}.known_to IS NULL OR {s}.known_to > %(known)s)"
LAST = """{known} AND {s}.valid_from <= %(on)s AND (
    SELECT TRUE FROM organisations_unitstate later
    WHERE later.unit_id = {s}.unit_id AND {later} AND later.valid_from > {s}.valid_from
        AND later.valid_from <= %(on)s LIMIT 1) IS NULL"""
TAKEN_OVER = """c.people AND c."on" <= %(on)s AND {told} AND (
    SELECT TRUE FROM organisations_unitstate ended
    WHERE ended.unit_id = c.predecessor_id AND ended.valid_to = c."on" - 1 AND {last} LIMIT 1)"""
"""A succession that counts on the day: it followed the last state its predecessor had by then.

Subqueries of one row each, which the planner cannot join: before it knows a table's size it would join all states
with all others.
"""

BELONGING = """
WITH RECURSIVE below(unit_id) AS (
    SELECT s.unit_id FROM organisations_unitstate s
    WHERE s.unit_id = ANY(%(units)s) AND {known} AND s.valid_from <= %(on)s
        AND (s.valid_to IS NULL OR s.valid_to >= %(on)s)
    UNION
    SELECT next.unit_id FROM below b CROSS JOIN LATERAL (
        SELECT s.unit_id FROM organisations_unitstate s
        WHERE s.parent_id = b.unit_id AND {last} AND (s.valid_to IS NULL OR s.valid_to >= %(on)s OR NOT EXISTS (
            SELECT 1 FROM organisations_succession c
            WHERE c.predecessor_id = s.unit_id AND c.people AND c."on" = s.valid_to + 1 AND {told}))
        UNION ALL
        SELECT c.predecessor_id FROM organisations_succession c
        WHERE c.successor_id = b.unit_id AND {taken}
    ) next
)
SELECT unit_id FROM below"""
HOMES = """
WITH RECURSIVE step(asked, unit_id, depth) AS (
    SELECT unit, unit, 0 FROM unnest(%(units)s::bigint[]) AS unit
    UNION ALL
    SELECT t.asked, c.successor_id, t.depth + 1
    FROM step t JOIN organisations_succession c ON c.predecessor_id = t.unit_id
    WHERE {which} AND {taken} AND t.depth < 100
)
SELECT DISTINCT ON (asked) asked, unit_id FROM step ORDER BY asked, depth DESC"""

TAKEN_IN = """
WITH RECURSIVE inside(unit_id) AS (
    SELECT s.unit_id FROM organisations_unitstate s
    WHERE s.unit_id = ANY(%(units)s) AND {known} AND s.valid_from <= %(on)s
        AND (s.valid_to IS NULL OR s.valid_to >= %(on)s)
    UNION
    SELECT c.predecessor_id FROM inside i JOIN organisations_succession c ON c.successor_id = i.unit_id
    WHERE {which} AND {taken}
)
SELECT unit_id FROM inside"""

LINEAGE = """
WITH RECURSIVE up(unit_id, distance, gone) AS (
    SELECT unit, 0, {gone} FROM unnest(%(units)s::bigint[]) AS unit
    UNION
    SELECT next.unit, u.distance + 1, {gone} FROM up u CROSS JOIN LATERAL (
        SELECT c.successor_id AS unit FROM organisations_succession c
        WHERE u.gone AND c.predecessor_id = u.unit_id AND {taken}
        UNION ALL
        SELECT s.parent_id FROM organisations_unitstate s
        WHERE NOT u.gone AND s.unit_id = u.unit_id AND s.parent_id IS NOT NULL AND {last}
    ) next
    WHERE u.distance < 100
)
SELECT unit_id FROM up WHERE NOT gone GROUP BY unit_id ORDER BY max(distance)"""
GONE = """coalesce((
        SELECT TRUE FROM organisations_succession c WHERE c.predecessor_id = unit AND {taken} LIMIT 1), FALSE)"""
"""Whether its people went elsewhere; asked of each unit alone, since of all at once it is a look at all there are."""


def _sql(template: str, known: datetime | None, which: str = "TRUE") -> str:
    rule = THEN_KNOWN if known else NOW_KNOWN

    def last(name: str) -> str:
        return LAST.format(s=name, known=rule.format(s=name), later=rule.format(s="later"))

    told = "c.known_from <= %(known)s" if known else "TRUE"
    taken = TAKEN_OVER.format(told=told, last=last("ended"))
    parts = {"known": rule.format(s="s"), "last": last("s"), "told": told, "taken": taken, "which": which}
    return template.format(**parts, gone=GONE.format(taken=taken))


def belonging(units: Iterable[int], on: date, known: datetime | None = None) -> frozenset[int]:
    """Units whose people belong on the day in or under these that stand: those standing, and those closed before.

    People of a closed unit belong to whoever took its people over; where nobody did, to what it was under last.
    """
    values = {"units": list(units), "on": on, "known": known}
    return frozenset(row[0] for row in _rows(_sql(BELONGING, known), values))


def homes(
    units: Iterable[int], on: date, known: datetime | None = None, *, positions: bool = False
) -> dict[int, int]:
    """The unit where the people of each of these belong on the day; itself where it stands, or nobody took over.

    With `positions` where its job positions are.
    """
    values = {"units": list(units), "on": on, "known": known}
    return dict(_rows(_sql(HOMES, known, _which(positions=positions)), values))


def home(unit: int, on: date) -> int:
    """The unit where the people of this one belong on the day."""
    return homes([unit], on)[unit]


def taken_in(
    unit: int, on: date, known: datetime | None = None, *, positions: bool = False
) -> frozenset[int]:
    """The unit, if it stands on the day, and those ended whose people belong to it; with `positions` whose job
    positions it took over with them.
    """
    values = {"units": [unit], "on": on, "known": known}
    return frozenset(row[0] for row in _rows(_sql(TAKEN_IN, known, _which(positions=positions)), values))


def _which(*, positions: bool) -> str:
    return "c.positions" if positions else "TRUE"


def lineage(unit: int, on: date, known: datetime | None = None) -> list[int]:
    """The unit where the people of this one belong, and all it stands or last stood under, nearest first."""
    return [row[0] for row in _rows(_sql(LINEAGE, known), {"units": [unit], "on": on, "known": known})]


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
