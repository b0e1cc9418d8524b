"""A document laid out for people: groups, fields and tables in the standard's order, filled or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ccvc import standard


@dataclass(frozen=True, slots=True)
class Line:
    """One field with its value (None: not declared yet)."""

    path: str
    value: Any


@dataclass(frozen=True, slots=True)
class Rows:
    """One repeating table: its columns (cell paths) and rows of values in the same order."""

    path: str
    label: str
    columns: list[str]
    rows: list[list[Line]]


@dataclass(frozen=True, slots=True)
class GroupShown:
    """One of the ten groups of Decree 27/2026."""

    name: str
    label: str
    lines: list[Line]
    tables: list[Rows]

    @property
    def filled(self) -> int:
        """How many fields and rows are given."""
        return sum(line.value is not None for line in self.lines) + sum(len(t.rows) for t in self.tables)


def groups_of(document: dict[str, Any]) -> list[GroupShown]:
    """Every group of the standard with the document's values."""
    return [_group(group, document.get(group.name, {})) for group in standard.current().groups.values()]


def _group(group: standard.Group, values: dict[str, Any]) -> GroupShown:
    lines = [Line(f.path, values.get(f.name)) for f in group.fields]
    tables = [_table(table, values.get(table.name, [])) for table in group.tables]
    return GroupShown(group.name, group.label_vi, lines, tables)


def _table(table: standard.Table, rows: list[dict[str, Any]]) -> Rows:
    given = [f for f in table.fields if any(f.name in row for row in rows)]
    cells = [[Line(f.path, row.get(f.name)) for f in given] for row in rows]
    return Rows(table.path, table.label_vi, [f.path for f in given], cells)
