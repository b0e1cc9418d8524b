"""A closing beside the national register: everyone compared, everyone who differs named. Knows no reach.

What the register holds is hashed anew from its own statements and documents, so that a row changed there is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection

from ccvc.exchange.domain.reconcile import StateRow
from ccvc.exchange.domain.records import DifferenceKind
from ccvc.exchange.domain.snapshots import Snapshot
from ccvc.registry.models import Refusal
from ccvc.signing.certificates import SKEW

AT_ONCE = 2000
HASHES = """
    coalesce(encode(sha256('\\x00'::bytea || convert_to(v.statement, 'UTF8')), 'hex'), ''),
    coalesce(encode(sha256(convert_to(v.document, 'UTF8')), 'hex'), '')
"""
HELD = f"""
SELECT left(encode(sha256(convert_to(p.key::text, 'UTF8')), 'hex'), 2) AS bucket, p.key, p.number, {HASHES}
FROM registry_person p LEFT JOIN registry_version v ON v.person_id = p.key AND v.number = p.number
WHERE p.agency_code = %s ORDER BY bucket, p.key
"""  # noqa: S608 - no value goes in but by parameter
EARLIER = f"""
SELECT v.person_id, v.number, {HASHES} FROM registry_version v
JOIN unnest(%s::uuid[], %s::int[]) AS asked(person, number) ON v.person_id = asked.person AND v.number = asked.number
"""  # noqa: S608 - as above
FIRST_APPROVED = """
SELECT DISTINCT ON (v.person_id) v.person_id, s.at FROM registry_version v
JOIN signing_signature s ON s.id = v.signature_id WHERE v.person_id = ANY(%s::uuid[])
ORDER BY v.person_id, v.number
"""


@dataclass(frozen=True, slots=True)
class Unequal:
    """One person on whom the two do not agree: numbers here (closing) and there (register), and why if known."""

    person: UUID
    kind: DifferenceKind
    number: int | None
    register_number: int | None
    code: str = ""


@dataclass(slots=True)
class Comparison:
    """What came of it."""

    people: int = 0
    register: int = 0
    agreed: int = 0
    moved_on: int = 0
    unequal: list[Unequal] = field(default_factory=list)


def compare_with_register(snapshot: Snapshot) -> Comparison:
    """Compare a closing with what was accepted from its agency so far.

    A person whose version in the register is newer agrees if it holds the closing's version too; one who came into the
    register after the closing was drawn up is no difference.
    """
    statement = snapshot.statement
    found = Comparison(people=statement.people)
    for name, there in _held(statement.agency, snapshot.rows):
        here = {row.person: row for row in snapshot.rows.get(name, ())}
        _compare(found, here, there, statement.at)
    _name_refusals(statement.agency, found)
    return found


def _held(agency: str, closing: Mapping[str, list[StateRow]]) -> Iterator[tuple[str, dict[UUID, StateRow]]]:
    """Each bucket of the register, and after them those only the closing has."""
    left = set(closing)
    for name, rows in groupby(_rows(agency), key=lambda row: row[0]):
        left.discard(name)
        yield name, {key: StateRow(key, number, *hashes) for _, key, number, *hashes in rows}
    for name in sorted(left):
        yield name, {}


def _rows(agency: str) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(HELD, [agency])
        while some := cursor.fetchmany(AT_ONCE):
            yield from some


def _compare(
    found: Comparison, here: dict[UUID, StateRow], there: dict[UUID, StateRow], at: datetime
) -> None:
    found.register += len(there)
    ahead = [row for key, row in here.items() if key in there and there[key].number > row.number]
    earlier = _versions(ahead)
    for key, row in here.items():
        held = there.pop(key, None)
        if held == row or earlier.get(key) == row:
            found.agreed += 1
            found.moved_on += held != row
        else:
            found.unequal.append(_unequal(row, held))
    later = _came_later(list(there), at)
    found.register -= len(later)
    extra = (Unequal(key, "missing_here", None, row.number) for key, row in there.items() if key not in later)
    found.unequal.extend(extra)


def _unequal(row: StateRow, held: StateRow | None) -> Unequal:
    if held is None:
        return Unequal(row.person, "missing_there", row.number, None)
    kind: DifferenceKind = "behind" if held.number < row.number else "differs"
    return Unequal(row.person, kind, row.number, held.number)


def _versions(rows: list[StateRow]) -> dict[UUID, StateRow]:
    """What the register holds of these versions."""
    if not rows:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(EARLIER, [[row.person for row in rows], [row.number for row in rows]])
        return {row[0]: StateRow(*row) for row in cursor.fetchall()}


def _came_later(people: list[UUID], at: datetime) -> set[UUID]:
    """Those of these people whose first version was approved after a moment, up to the clocks' tolerance."""
    if not people:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(FIRST_APPROVED, [people])
        return {person for person, approved in cursor.fetchall() if approved > at - SKEW}


def _name_refusals(agency: str, found: Comparison) -> None:
    """Say of each difference which refusal it comes from, where the register knows of one."""
    people = [one.person for one in found.unequal if one.kind in {"missing_there", "behind"}]
    rows = Refusal.objects.filter(agency_code=agency, person__in=people).order_by("number", "pk")
    codes = {(person, number): code for person, number, code in rows.values_list("person", "number", "code")}
    last = {person: code for (person, _), code in codes.items()}
    found.unequal = [
        Unequal(
            one.person,
            one.kind,
            one.number,
            one.register_number,
            codes.get((one.person, one.number or 0), last.get(one.person, "")),
        )
        for one in found.unequal
    ]
