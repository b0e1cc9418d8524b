"""The tree of units on a day, walked in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection

from ccvc.access.domain import EVERYWHERE, Scope
from ccvc.organisations.homes import lineage

STANDING = """{s}.known_to IS NULL AND {s}.valid_from <= %(on)s
    AND ({s}.valid_to IS NULL OR {s}.valid_to >= %(on)s)"""
LAST = """{s}.known_to IS NULL AND {s}.valid_from <= %(on)s
    AND NOT EXISTS (
        SELECT 1 FROM organisations_unitstate later
        WHERE later.unit_id = {s}.unit_id AND later.known_to IS NULL
            AND later.valid_from > {s}.valid_from AND later.valid_from <= %(on)s)"""
"""The state of the day, or of a closed unit its last one before."""

BELOW = f"""
WITH RECURSIVE below(unit_id) AS (
    SELECT s.unit_id FROM organisations_unitstate s
    WHERE s.unit_id = ANY(%(units)s) AND {STANDING.format(s="s")}
    UNION
    SELECT s.unit_id FROM organisations_unitstate s JOIN below b ON s.parent_id = b.unit_id
    WHERE {STANDING.format(s="s")}
)
SELECT unit_id FROM below"""  # noqa: S608 - constants only
ABOVE = """
WITH RECURSIVE above(unit_id, parent_id, distance) AS (
    SELECT s.unit_id, s.parent_id, 0 FROM organisations_unitstate s
    WHERE s.unit_id = ANY(%(units)s) AND {state}
    UNION
    SELECT s.unit_id, s.parent_id, a.distance + 1
    FROM organisations_unitstate s JOIN above a ON s.unit_id = a.parent_id WHERE {state}
)
SELECT unit_id FROM above GROUP BY unit_id ORDER BY max(distance)"""


def below(units: Iterable[int], on: date) -> frozenset[int]:
    """Units standing on the day in or under the given ones that stand."""
    return frozenset(_ids(BELOW, units, on))


def above(units: Iterable[int], on: date) -> list[int]:
    """The units and all they stand or last stood under, nearest first."""
    return _ids(ABOVE.format(state=LAST.format(s="s")), units, on)


def _ids(sql: str, units: Iterable[int], on: date) -> list[int]:
    return [row[0] for row in _rows(sql, {"units": list(units), "on": on})]


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


STAND = f"""
SELECT 1 FROM organisations_unitstate s
WHERE s.unit_id = ANY(%(units)s) AND {STANDING.format(s="s")}"""  # noqa: S608 - constants only
CODED = """
SELECT DISTINCT s.unit_id FROM organisations_unitstate s
JOIN unnest(%(codes)s::text[], %(days)s::date[]) AS asked(code, day) ON s.code = asked.code
WHERE s.known_to IS NULL AND s.valid_from <= asked.day AND (s.valid_to IS NULL OR s.valid_to >= asked.day)"""


def coded(codes: Iterable[tuple[str, date]]) -> frozenset[int]:
    """Units that had these codes, each on its day."""
    pairs = list(codes)
    if not pairs:
        return frozenset()
    values = {"codes": [code for code, _ in pairs], "days": [day for _, day in pairs]}
    return frozenset(row[0] for row in _rows(CODED, values))


CODED_UNITS = """
SELECT asked.code, asked.day, s.unit_id FROM organisations_unitstate s
JOIN unnest(%(codes)s::text[], %(days)s::date[]) AS asked(code, day) ON s.code = asked.code
WHERE s.known_to IS NULL AND s.valid_from <= asked.day AND (s.valid_to IS NULL OR s.valid_to >= asked.day)"""


def coded_units(codes: Iterable[tuple[str, date]]) -> dict[tuple[str, date], int]:
    """Id of the unit that had each of these codes on its day, where one had."""
    pairs = list(codes)
    values = {"codes": [code for code, _ in pairs], "days": [day for _, day in pairs]}
    return {(code, day): unit for code, day, unit in _rows(CODED_UNITS, values)}


LAST_CODED = """
SELECT s.unit_id FROM organisations_unitstate s
WHERE s.code = %(code)s AND s.known_to IS NULL AND s.valid_from <= %(on)s ORDER BY s.valid_from DESC LIMIT 1"""


def last_coded(code: str, on: date) -> frozenset[int]:
    """The unit that had this code last by the day."""
    return frozenset(row[0] for row in _rows(LAST_CODED, {"code": code, "on": on}))


def roots(scopes: Sequence[Scope], on: date) -> frozenset[int]:
    """Units the scopes were granted on: a code is read as of the day its grant began."""
    return coded((s.unit_code, s.since or on) for s in scopes if s.unit_code != EVERYWHERE)


class DatedTree:
    """The tree as `access` asks it (`ccvc.access.reach.Tree`)."""

    def covers(self, scopes: Sequence[Scope], unit_code: str, on: date) -> bool:
        """Whether the unit with this code, or the last that had it, lies in or below a scope whose own unit stands."""
        units = coded([(unit_code, on)]) or last_coded(unit_code, on)
        return bool(units) and covers_unit(scopes, next(iter(units)), on)

    def known(self, unit_code: str, on: date) -> bool:
        """Whether a unit has this code on that day."""
        return bool(coded([(unit_code, on)]))


def covers_unit(scopes: Sequence[Scope], unit: int, on: date) -> bool:
    """As `DatedTree.covers`, for a unit known by its id: by where its people belong on the day."""
    if any(scope.unit_code == EVERYWHERE for scope in scopes):
        return True
    granted = roots(scopes, on) & frozenset(lineage(unit, on))
    return bool(granted and _standing(granted, on))


def _standing(units: Iterable[int], on: date) -> bool:
    return bool(_rows(STAND, {"units": list(units), "on": on}))
