"""A document laid out for people: groups, fields and tables in the standard's order, filled or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language

from ccvc import standard
from ccvc.dossiers.papers import Paper
from ccvc.dossiers.selectors import MaySee

LONGEST_TAB = 28


@dataclass(frozen=True, slots=True)
class Line:
    """One field with its value (None: not declared yet), and the papers that prove it."""

    path: str
    value: Any
    papers: list[Paper] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a repeating table, with the papers that prove it."""

    cells: list[Line]
    papers: list[Paper]


@dataclass(frozen=True, slots=True)
class Rows:
    """One repeating table: its columns (cell paths) and rows of values in the same order."""

    path: str
    columns: list[str]
    rows: list[Row]

    @property
    def proved(self) -> bool:
        """Whether any row has a paper of its own."""
        return any(row.papers for row in self.rows)


@dataclass(frozen=True, slots=True)
class GroupShown:
    """One of the ten groups of Decree 27/2026, as far as its reader may read it.

    `lines` and `tables` hold what is given, `missing` the paths of fields and tables not declared yet.
    `withheld` says that the group has fields the reader may not read, given or not. `papers` prove the group as
    a whole.
    """

    name: str
    label: str
    lines: list[Line]
    tables: list[Rows]
    missing: list[str]
    withheld: bool
    papers: list[Paper]

    @property
    def filled(self) -> int:
        """How many fields and rows are given."""
        return len(self.lines) + sum(len(table.rows) for table in self.tables)

    @property
    def closed(self) -> bool:
        """Whether the reader may read nothing of the group."""
        return self.withheld and not (self.lines or self.tables or self.missing)

    @property
    def short(self) -> str:
        """The label for a tab: as many of its clauses as fit."""
        first, *rest = self.label.split(", ")
        kept = first
        for clause in rest:
            if len(kept) + len(clause) > LONGEST_TAB:
                return f"{kept}…"
            kept = f"{kept}, {clause}"
        return kept


def groups_of(document: Mapping[str, Any], may_see: MaySee, papers: Sequence[Paper] = ()) -> list[GroupShown]:
    """Every group of the standard with the document's values the reader may read, and the papers beside them."""
    groups = standard.current().groups.values()
    proving = _by_entry(papers)
    return [_group(group, document.get(group.name, {}), may_see, proving) for group in groups]


def _by_entry(papers: Sequence[Paper]) -> dict[str, list[Paper]]:
    found: dict[str, list[Paper]] = {}
    for paper in papers:
        found.setdefault(paper.path, []).append(paper)
    return found


def _group(
    group: standard.Group, values: Mapping[str, Any], may_see: MaySee, papers: Mapping[str, list[Paper]]
) -> GroupShown:
    fields = [f for f in group.fields if may_see(f)]
    tables = [t for t in group.tables if any(may_see(f) for f in t.fields)]
    cells = [f for table in group.tables for f in table.fields]
    given = [(f.path, values[f.name]) for f in fields if values.get(f.name) is not None]
    return GroupShown(
        name=group.name,
        label=label_of(group),
        lines=[Line(path, value, papers.get(path, [])) for path, value in given],
        tables=[_table(t, values[t.name], may_see, papers) for t in tables if values.get(t.name)],
        missing=[m.path for m in (*fields, *tables) if values.get(m.name) in (None, [])],
        withheld=not all(may_see(f) for f in (*group.fields, *cells)),
        papers=papers.get(group.name, []),
    )


def _table(
    table: standard.Table, rows: list[dict[str, Any]], may_see: MaySee, papers: Mapping[str, list[Paper]]
) -> Rows:
    given = [f for f in table.fields if may_see(f) and any(f.name in row for row in rows)]
    shown = [
        Row([Line(f.path, row.get(f.name)) for f in given], papers.get(f"{table.path}[{row['id']}]", []))
        for row in rows
    ]
    return Rows(table.path, [f.path for f in given], shown)


def label_of(declared: standard.Group | standard.Table) -> str:
    """The name of a group or table in the language of the page."""
    return declared.label_en if get_language() == "en" else declared.label_vi
