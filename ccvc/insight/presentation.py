"""Tables of counts laid out for a page and for a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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
    """A number for people: as it is, or in words why it is not told."""

    count: int
    text: str
    hidden: bool


def shown(cell: Cell, fewer_than: int) -> Shown:
    """A cell for people."""
    if cell.hidden == "small":
        return Shown(0, _("dưới {}").format(fewer_than), hidden=True)
    if cell.hidden == "guard":
        return Shown(0, _("không nêu"), hidden=True)
    return Shown(cell.count, str(cell.count), hidden=False)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: its name, its numbers, its total."""

    label: str
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
    def bars(self) -> list[dict[str, Any]]:
        """Rows for the bars: a number that is not told has none."""
        return [
            {
                "label": line.label,
                "value": line.total.count,
                "note": line.total.text if line.total.hidden else "",
            }
            for line in self.lines
        ]

    @property
    def pairs(self) -> list[tuple[str, int, int]]:
        """Rows for two series back to back, where there are two columns; the last line lies at the bottom."""
        if len(self.columns) != PAIR:
            return []
        return [(line.label, line.cells[0].count, line.cells[1].count) for line in reversed(self.lines)]


def sheet_of(table: Table, rows: Dimension, fewer_than: int) -> Sheet:
    """The table with names and told numbers."""

    def line(name: str, cells: Sequence[Cell], total: Cell) -> Line:
        return Line(name, [shown(cell, fewer_than) for cell in cells], shown(total, fewer_than))

    body = zip(table.rows, table.cells, table.row_totals, strict=True)
    return Sheet(
        heading=label(rows),
        columns=[label(column) for column in table.columns],
        lines=[line(label(row), cells, total) for row, cells, total in body],
        totals=line(_("Tổng cộng"), table.column_totals, table.total),
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
