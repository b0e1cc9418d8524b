"""Tables of counts, and the hiding of numbers so small that they speak of single people. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

DATA = Path(__file__).with_name("data")
Hidden = Literal["", "small", "guard"]


@dataclass(frozen=True, slots=True)
class Key:
    """One value of a dimension: how it is asked for, its name, and a name for narrow places.

    The code of what nobody stated is empty.
    """

    code: str
    label_vi: str
    label_en: str
    short: str = ""


UNSTATED = Key("", "Chưa rõ", "Not stated")


@dataclass(frozen=True, slots=True)
class Cell:
    """A count. Hidden as `small`: too few to tell; as `guard`: it would betray a small one."""

    count: int
    hidden: Hidden = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Counts by the values of one dimension, or of two; totals are counted from people, not from cells."""

    rows: list[Key]
    columns: list[Key]
    cells: list[list[Cell]]
    row_totals: list[Cell]
    column_totals: list[Cell]
    total: Cell

    @property
    def hides(self) -> bool:
        """Whether any number is hidden."""
        lines = (*self.cells, self.row_totals, self.column_totals, [self.total])
        return any(cell.hidden for line in lines for cell in line)


def table_of(
    counts: Mapping[tuple[str, str], int], rows: Sequence[Key], columns: Sequence[Key] = ()
) -> Table:
    """A table from counts by (row code, column code); rows and columns with nobody are left out."""
    kept_rows = [
        row for row in rows if any(counts.get((row.code, c.code), 0) for c in columns or (UNSTATED,))
    ]
    kept_columns = [
        column for column in columns if any(counts.get((row.code, column.code), 0) for row in rows)
    ]
    cells = [[Cell(counts.get((row.code, column.code), 0)) for column in kept_columns] for row in kept_rows]
    by_row, by_column = _sums(counts, 0), _sums(counts, 1)
    return Table(
        rows=kept_rows,
        columns=kept_columns,
        cells=cells,
        row_totals=[Cell(by_row.get(row.code, 0)) for row in kept_rows],
        column_totals=[Cell(by_column.get(column.code, 0)) for column in kept_columns],
        total=Cell(sum(counts.values())),
    )


def _sums(counts: Mapping[tuple[str, str], int], side: int) -> dict[str, int]:
    sums: dict[str, int] = {}
    for codes, count in counts.items():
        sums[codes[side]] = sums.get(codes[side], 0) + count
    return sums


def suppress(table: Table, fewer_than: int) -> Table:
    """The table with small counts hidden, and as many others as keep them from being worked out.

    In each row and column, totals included, either no number is hidden or at least two are.
    """
    grid = [[*line, total] for line, total in zip(table.cells, table.row_totals, strict=True)]
    grid.append([*table.column_totals, table.total])
    grid = [[_small(cell, fewer_than) for cell in line] for line in grid]
    while found := _betrayed(grid):
        row, column = found
        grid[row][column] = replace(grid[row][column], hidden="guard")
    *body, last = grid
    return replace(
        table,
        cells=[line[:-1] for line in body],
        row_totals=[line[-1] for line in body],
        column_totals=last[:-1],
        total=last[-1],
    )


def _small(cell: Cell, fewer_than: int) -> Cell:
    return replace(cell, hidden="small") if 0 < cell.count < fewer_than else cell


def _betrayed(grid: list[list[Cell]]) -> tuple[int, int] | None:
    """Where to hide one more: in the first line with a single hidden number, the smallest that is no total."""
    height, width = len(grid), len(grid[0])
    lines = [[(row, column) for column in range(width)] for row in range(height)] if width > 1 else []
    lines += [[(row, column) for row in range(height)] for column in range(width)]
    for line in lines:
        if sum(bool(grid[row][column].hidden) for row, column in line) == 1:
            open_places = [p for p in line if not grid[p[0]][p[1]].hidden and grid[p[0]][p[1]].count]
            if open_places:
                return min(open_places, key=lambda p: (_is_total(p, height, width), grid[p[0]][p[1]].count))
    return None


def _is_total(place: tuple[int, int], height: int, width: int) -> bool:
    row, column = place
    return row == height - 1 or (width > 1 and column == width - 1)


def threshold(on: date) -> int:
    """Below how many people a number is hidden, by the rule of a day; 0 before there was one."""
    found = [row for row in _thresholds() if row[0] <= on]
    return max(found)[1] if found else 0


@cache
def _thresholds() -> tuple[tuple[date, int], ...]:
    data = tomllib.loads((DATA / "suppression.toml").read_text(encoding="utf-8"))
    return tuple((row["from"], row["fewer_than"]) for row in data["threshold"])


def folded(counts: Iterable[tuple[str, str, int]]) -> dict[tuple[str, str], int]:
    """Counts by pair of codes, those of the same pair added up."""
    sums: dict[tuple[str, str], int] = {}
    for row, column, count in counts:
        sums[row, column] = sums.get((row, column), 0) + count
    return sums
