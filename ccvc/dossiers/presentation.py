"""A document laid out for people: groups, fields and tables in the standard's order, filled or not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from ccvc import standard
from ccvc.dossiers.papers import Paper
from ccvc.dossiers.selectors import MaySee
from ccvc.standard.evidence import by_place, entries

LONGEST_TAB = 28


@dataclass(frozen=True, slots=True)
class Line:
    """One field with its value (None: not declared yet), the papers that prove it, and whether it lacks one."""

    path: str
    value: Any
    papers: list[Paper] = field(default_factory=list)
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a repeating table, the papers that prove it, and whether it lacks the one it rests on."""

    cells: list[Line]
    papers: list[Paper]
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """One repeating table: its columns (cell paths) and rows of values in the same order."""

    path: str
    columns: list[str]
    rows: list[Row]

    @property
    def proved(self) -> bool:
        """Whether any row has a paper of its own, or lacks it."""
        return any(row.papers or row.bare for row in self.rows)


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


def groups_of(
    document: Mapping[str, Any], may_see: MaySee, papers: Sequence[Paper] | None = None
) -> list[GroupShown]:
    """Every group of the standard with the document's values the reader may read, and the papers beside them.

    Where papers are not known (None), nothing is said to lack one.
    """
    proving = by_place(papers or ())
    bare = set() if papers is None else _bare(document, proving)
    groups = standard.current().groups.values()
    return [_group(group, document.get(group.name, {}), may_see, proving, bare) for group in groups]


def _bare(document: Mapping[str, Any], papers: Mapping[str, list[Paper]]) -> set[str]:
    """Entries of their time that rest on a paper and have none."""
    every = entries(document, standard.current(), timezone.localdate())
    return {entry.path for entry in every if entry.young and not entry.proved_by(papers)}


def _group(
    group: standard.Group,
    values: Mapping[str, Any],
    may_see: MaySee,
    papers: Mapping[str, list[Paper]],
    bare: Collection[str],
) -> GroupShown:
    fields = [f for f in group.fields if may_see(f)]
    tables = [t for t in group.tables if any(may_see(f) for f in t.fields)]
    cells = [f for table in group.tables for f in table.fields]
    given = [(f.path, values[f.name]) for f in fields if values.get(f.name) is not None]
    return GroupShown(
        name=group.name,
        label=label_of(group),
        lines=[Line(path, value, papers.get(path, []), path in bare) for path, value in given],
        tables=[_table(t, values[t.name], may_see, papers, bare) for t in tables if values.get(t.name)],
        missing=[m.path for m in (*fields, *tables) if values.get(m.name) in (None, [])],
        withheld=not all(may_see(f) for f in (*group.fields, *cells)),
        papers=papers.get(group.name, []),
    )


def _table(
    table: standard.Table,
    rows: list[dict[str, Any]],
    may_see: MaySee,
    papers: Mapping[str, list[Paper]],
    bare: Collection[str],
) -> Rows:
    """A table as its reader may read it; who may not read all of it does not see all of its papers either."""
    given = [f for f in table.fields if may_see(f) and any(f.name in row for row in rows)]
    whole = all(may_see(f) for f in table.fields)
    paths = [f"{table.path}[{row['id']}]" for row in rows]
    shown = [
        Row([Line(f.path, row.get(f.name)) for f in given], papers.get(path, []), whole and path in bare)
        for path, row in zip(paths, rows, strict=True)
    ]
    return Rows(table.path, [f.path for f in given], shown)


def label_of(declared: standard.Group | standard.Table) -> str:
    """The name of a group or table in the language of the page."""
    return declared.label_en if get_language() == "en" else declared.label_vi
