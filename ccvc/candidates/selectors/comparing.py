"""Up to five candidates side by side: criteria, fields with what differs marked, careers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ccvc import standard
from ccvc.access.domain import Subject
from ccvc.candidates.models import Search
from ccvc.candidates.selectors.results import Found, read
from ccvc.standard import Table
from ccvc.standard.problems import Problem

LEAST, MOST = 2, 5
PATHS = (
    "identity.birth_date",
    "identity.sex",
    "employment.category",
    "employment.unit_name",
    "employment.position_title",
    "employment.rank",
    "employment.salary_coefficient",
    "career.recruited_on",
    "education.highest_level",
    "education.political_theory",
    "education.state_management",
    "education.it_level",
    "affiliation.party_official_on",
)
TABLES = (
    "career.work_history",
    "career.appointments",
    "career.planning",
    "education.degrees",
    "employment.ratings",
    "employment.rewards",
    "employment.disciplines",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One field, one value a person; `differs`: they do not all say the same."""

    path: str
    values: list[Any]
    differs: bool


@dataclass(frozen=True, slots=True)
class Rows:
    """One table, the rows of each person as sentences; None where the reader may not read it of that person."""

    path: str
    of_each: list[list[str] | None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """People beside each other in the order they were chosen."""

    people: list[Found]
    fields: list[Row]
    tables: list[Rows]


def compare(subject: Subject, row: Search, chosen: Sequence[UUID]) -> Comparison:
    """Those of a search's people who were chosen; Problem CAN-COMPARE for fewer than two or more than five."""
    keys = list(dict.fromkeys(chosen))
    if not LEAST <= len(keys) <= MOST:
        raise Problem("CAN-COMPARE", where="person", least=LEAST, most=MOST)
    listed = set(row.results.filter(person__in=keys).values_list("person", flat=True))
    people = read(subject, row, [key for key in keys if key in listed])
    if len(people) < len(keys):
        raise Problem("CAN-COMPARE-UNKNOWN", where="person")
    return Comparison(people, _fields(people), [_rows(people, path) for path in TABLES])


def _fields(people: Sequence[Found]) -> list[Row]:
    fields = standard.current().fields
    shown = [path for path in PATHS if any(one.person.may_see(fields[path]) for one in people)]
    return [_row(people, path) for path in shown]


def _row(people: Sequence[Found], path: str) -> Row:
    group, _, name = path.partition(".")
    values = [one.person.document.get(group, {}).get(name) for one in people]
    return Row(path, values, differs=any(value != values[0] for value in values))


def _rows(people: Sequence[Found], path: str) -> Rows:
    table = standard.current().tables[path]
    return Rows(path, [_told(one, table) for one in people])


def _told(one: Found, table: Table) -> list[str] | None:
    if not any(one.person.may_see(cell) for cell in table.fields):
        return None
    rows = one.person.document.get(table.group, {}).get(table.name)
    if not isinstance(rows, list):
        return []
    return [", ".join(_cells(table, row)) for row in _newest(rows)]


def _cells(table: Table, row: dict[str, Any]) -> list[str]:
    given = [(cell, row[cell.name]) for cell in table.fields if row.get(cell.name) is not None]
    return [standard.display(cell.path, value) for cell, value in given]


def _newest(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Newest first, by the first date or year a row has; without one as they stand, last."""
    return sorted(rows, key=_date_of, reverse=True)


def _date_of(row: dict[str, Any]) -> str:
    for name in ("from", "effective_from", "added_on", "issued_on", "year", "decided_on"):
        value = row.get(name)
        if isinstance(value, str | int):
            return str(value)
    return ""
