r"""Reconciliation: two nodes compare digests of what they hold by bucket, then name every difference.

A bucket is the first two hex digits of SHA-256 over the person key (its 36 characters), so there are 256.
A row's text is `person|number|version|national\n`; a bucket's digest is SHA-256 over its rows sorted by
person.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple
from uuid import UUID

Difference = Literal["missing_here", "missing_there", "behind", "ahead", "differs"]


class StateRow(NamedTuple):
    """Newest version of one person: number, hash of its statement, SHA-256 of its national document (hex)."""

    person: UUID
    number: int
    version: str
    national: str


@dataclass(frozen=True, slots=True)
class StateDifference:
    """One person on whom two nodes do not agree; None where that side holds nothing."""

    person: UUID
    kind: Difference
    mine: StateRow | None
    theirs: StateRow | None


def bucket(person: UUID) -> str:
    """Bucket of a person, "00" to "ff"."""
    return hashlib.sha256(str(person).encode()).hexdigest()[:2]


def by_bucket(rows: Iterable[StateRow]) -> dict[str, list[StateRow]]:
    """Rows by bucket, sorted by person; empty buckets are left out."""
    found: dict[str, list[StateRow]] = defaultdict(list)
    for row in rows:
        found[bucket(row.person)].append(row)
    return {name: sorted(found[name], key=lambda row: str(row.person)) for name in sorted(found)}


def state_digests(rows: Iterable[StateRow]) -> dict[str, str]:
    """Hex digest of each bucket that holds anyone."""
    return {name: _digest(members) for name, members in by_bucket(rows).items()}


def _digest(rows: Iterable[StateRow]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(row_text(row))
    return digest.hexdigest()


def row_text(row: StateRow) -> bytes:
    """What a row is hashed as."""
    return f"{row.person}|{row.number}|{row.version}|{row.national}\n".encode()


def differing_buckets(mine: Mapping[str, str], theirs: Mapping[str, str]) -> list[str]:
    """Buckets whose digests differ or that only one side holds, sorted."""
    return sorted(name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name))


def compare(mine: Iterable[StateRow], theirs: Iterable[StateRow]) -> list[StateDifference]:
    """Every person on whom the two sides do not agree, sorted by person."""
    here = {row.person: row for row in mine}
    there = {row.person: row for row in theirs}
    people = sorted(here.keys() | there.keys(), key=str)
    pairs = ((person, here.get(person), there.get(person)) for person in people)
    return [StateDifference(person, _kind(a, b), a, b) for person, a, b in pairs if a != b]


def _kind(mine: StateRow | None, theirs: StateRow | None) -> Difference:
    if mine is None:
        return "missing_here"
    if theirs is None:
        return "missing_there"
    if mine.number == theirs.number:
        return "differs"
    return "ahead" if mine.number > theirs.number else "behind"


StateSource = Callable[[str], Iterable[StateRow]]
_sources: dict[str, StateSource] = {}


def register_state(name: str, source: StateSource) -> None:
    """Plug in what a node holds of another agency's people: `source(agency_code)` gives its rows."""
    _sources[name] = source


def held_of(agency: str) -> list[StateRow]:
    """All rows this node holds of an agency's people, from every registered source."""
    return [row for source in _sources.values() for row in source(agency)]
