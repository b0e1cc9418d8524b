"""Tables of counts laid out for a page and for a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ccvc.insight.dimensions import Dimension
from ccvc.insight.domain import Cell, Key, Table

FORMULA = ("=", "+", "-", "@", "\t", "\r")
PAIR = 2


def label(named: Key | Dimension) -> str:
    """A name in the language of the page."""
    english = get_language() == "en"
    return named.label_en if english and named.label_en else named.label_vi


@dataclass(frozen=True, slots=True)
class Shown:
    """A number for people: as it is, or in words why it is not told; and the column it stands in."""

    count: int
    text: str
    hidden: bool
    column: str


def shown(cell: Cell, fewer_than: int, column: str = "") -> Shown:
    """A cell for people."""
    if cell.hidden == "small":
        return Shown(0, _("dưới {}").format(fewer_than), hidden=True, column=column)
    if cell.hidden == "guard":
        return Shown(0, _("không nêu"), hidden=True, column=column)
    return Shown(cell.count, str(cell.count), hidden=False, column=column)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: its name, also for narrow places, its numbers, its total."""

    label: str
    short: str
    cells: list[Shown]
    total: Shown


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table ready to print: headings, lines, totals last."""

    heading: str
    columns: list[str]
    lines: list[Line]
    totals: Line

    @property
    def bars(self) -> list[tuple[str, int]]:
        """Rows for the bars; a number that is not told has none."""
        return [(line.label, line.total.count) for line in self.lines if not line.total.hidden]

    @property
    def pyramid(self) -> list[tuple[str, int, int]]:
        """Rows for two series back to back, the first at the bottom; none where a number is not told."""
        if len(self.columns) != PAIR or any(cell.hidden for line in self.lines for cell in line.cells):
            return []
        return [
            (line.short or line.label, line.cells[0].count, line.cells[1].count) for line in self.lines[::-1]
        ]


def sheet_of(table: Table, rows: Dimension, fewer_than: int) -> Sheet:
    """The table with names and told numbers."""
    columns = [label(column) for column in table.columns]

    def line(name: str, short: str, cells: Sequence[Cell], total: Cell) -> Line:
        numbers = [shown(cell, fewer_than, column) for cell, column in zip(cells, columns, strict=True)]
        return Line(name, short, numbers, shown(total, fewer_than))

    body = zip(table.rows, table.cells, table.row_totals, strict=True)
    return Sheet(
        heading=label(rows),
        columns=columns,
        lines=[line(label(row), row.short, cells, total) for row, cells, total in body],
        totals=line(_("Tổng cộng"), "", table.column_totals, table.total),
    )


def csv_of(sheet: Sheet) -> str:
    """The table as a file a spreadsheet opens: what starts like a formula is kept as text."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_plain(text) for text in (sheet.heading, *sheet.columns, _("Tổng số"))])
    for line in (*sheet.lines, sheet.totals):
        writer.writerow([_plain(line.label), *(cell.text for cell in line.cells), line.total.text])
    return out.getvalue()


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
