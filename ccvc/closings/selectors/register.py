"""A closing beside the national register: everyone compared, everyone who differs named. Knows no reach.

What the register holds is hashed anew from its own statements and documents, so that a row changed there is found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from ccvc.closings.domain import Recounted, Where, read_where, recounted
from ccvc.closings.selectors.states import WHERE, folded
from ccvc.exchange.domain.reconcile import StateRow
from ccvc.exchange.domain.records import DifferenceKind
from ccvc.exchange.domain.snapshots import Snapshot
from ccvc.registry.models import Refusal
from ccvc.rules.closing import last_day
from ccvc.signing.certificates import SKEW

AT_ONCE = 2000
HASHES = """
    coalesce(encode(sha256('\\x00'::bytea || convert_to(v.statement, 'UTF8')), 'hex'), ''),
    coalesce(encode(sha256(convert_to(v.document, 'UTF8')), 'hex'), '')
"""
READ = """CROSS JOIN LATERAL (
    SELECT CASE WHEN v.statement IS JSON THEN v.statement::json END AS said,
           CASE WHEN v.document IS JSON THEN v.document::json -> 'employment' END AS job OFFSET 0
) s"""
AHEAD = "EXISTS (SELECT FROM registry_version l WHERE l.person_id = v.person_id AND l.valid_from > %s)"
HELD = f"""
SELECT left(encode(sha256(convert_to(p.key::text, 'UTF8')), 'hex'), 2) AS bucket, p.key, p.number, {HASHES},
       {WHERE}, {AHEAD}
FROM registry_person p LEFT JOIN registry_version v ON v.person_id = p.key AND v.number = p.number {READ}
WHERE p.agency_code = %s ORDER BY bucket, p.key
"""  # noqa: S608 - no value goes in but by parameter
ASKED = "JOIN unnest(%s::uuid[], %s::int[]) AS asked(person, number) ON v.person_id = asked.person"
EARLIER = f"""
SELECT v.person_id, v.number, {HASHES}, {WHERE}, {AHEAD}
FROM registry_version v {ASKED} AND v.number = asked.number {READ}
"""  # noqa: S608 - as above
STATED = f"""
SELECT v.person_id, v.valid_from, {WHERE} FROM registry_version v {ASKED} AND v.number <= asked.number {READ}
ORDER BY v.person_id, v.number
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


class Held(NamedTuple):
    """A version the register holds: the row compared, where it counts the person, whether one is valid only later."""

    row: StateRow
    where: Where
    ahead: bool


@dataclass(slots=True)
class Comparison:
    """What came of it; `counts` are those agreed, `recounted` the closing's numbers that are not these."""

    people: int = 0
    register: int = 0
    agreed: int = 0
    moved_on: int = 0
    unequal: list[Unequal] = field(default_factory=list)
    counts: Counter[Where] = field(default_factory=Counter)
    recounted: list[Recounted] = field(default_factory=list)


def compare_with_register(snapshot: Snapshot) -> Comparison:
    """Compare a closing with what was accepted from its agency so far, and make its numbers again from that.

    A person whose version in the register is newer agrees if it holds the closing's version too; one who came into the
    register after the moment the figures are of is no difference. Whoever does not agree is counted nowhere.
    """
    statement = snapshot.statement
    day = last_day(statement.first_day)
    found = Comparison(people=statement.people)
    for name, there in _held(statement.agency, snapshot.rows, day):
        here = {row.person: row for row in snapshot.rows.get(name, ())}
        same = _compare(found, here, there, day)
        found.counts.update(_counted(same, day))
        _name_extra(found, there, statement.of)
    _name_refusals(statement.agency, found)
    found.recounted = recounted(statement.counts, found.counts)
    return found


def _held(
    agency: str, closing: Mapping[str, list[StateRow]], day: date
) -> Iterator[tuple[str, dict[UUID, Held]]]:
    """Each bucket of the register, and after them those only the closing has."""
    left = set(closing)
    for name, rows in groupby(_rows(agency, day), key=lambda row: row[0]):
        left.discard(name)
        yield name, {row[1]: _version(row[1:]) for row in rows}
    for name in sorted(left):
        yield name, {}


def _rows(agency: str, day: date) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(HELD, [day, agency])
        while some := cursor.fetchmany(AT_ONCE):
            yield from some


def _version(row: tuple[Any, ...]) -> Held:
    *compared, unit, category, status, ahead = row
    return Held(StateRow(*compared), read_where(unit, category, status), ahead)


def _compare(found: Comparison, here: dict[UUID, StateRow], there: dict[UUID, Held], day: date) -> list[Held]:
    """The versions on which both agree; `there` keeps those of whom the closing says nothing."""
    found.register += len(there)
    ahead = [row for key, row in here.items() if key in there and there[key].row.number > row.number]
    earlier = _versions(ahead, day)
    same = []
    for key, row in here.items():
        now = there.pop(key, None)
        version = next((one for one in (now, earlier.get(key)) if one and one.row == row), None)
        if version is None:
            found.unequal.append(_unequal(row, now.row if now else None))
            continue
        same.append(version)
        found.moved_on += version is not now
    found.agreed += len(same)
    return same


def _counted(same: Sequence[Held], day: date) -> Iterator[Where]:
    """Where each of these people is counted on a day."""
    ahead = [held.row for held in same if held.ahead]
    told = _folded(ahead, day) if ahead else {}
    return (told.get(held.row.person) or held.where for held in same)


def _folded(rows: Sequence[StateRow], day: date) -> dict[UUID, Where]:
    with connection.cursor() as cursor:
        cursor.execute(STATED, [[row.person for row in rows], [row.number for row in rows]])
        return folded(cursor.fetchall(), day)


def _name_extra(found: Comparison, there: Mapping[UUID, Held], at: datetime) -> None:
    """Those of whom the closing says nothing, but for whoever came after it."""
    later = _came_later(list(there), at)
    found.register -= len(later)
    extra = (key for key in there if key not in later)
    found.unequal.extend(Unequal(key, "missing_here", None, there[key].row.number) for key in extra)


def _unequal(row: StateRow, held: StateRow | None) -> Unequal:
    if held is None:
        return Unequal(row.person, "missing_there", row.number, None)
    kind: DifferenceKind = "behind" if held.number < row.number else "differs"
    return Unequal(row.person, kind, row.number, held.number)


def _versions(rows: list[StateRow], day: date) -> dict[UUID, Held]:
    """What the register holds of these versions."""
    if not rows:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(EARLIER, [day, [row.person for row in rows], [row.number for row in rows]])
        return {row[0]: _version(row) for row in cursor.fetchall()}


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
