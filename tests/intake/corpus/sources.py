"""How a messy source is written down and made into a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

Cells = Sequence[Any]
NAME = "identity.full_name"
SEX = "identity.sex"
BIRTH = "identity.birth_date"

AN = "040085000001"
BINH = "040185000002"


@dataclass(frozen=True)
class Page:
    """A sheet: rows from row 1; merged ranges as "A1:B2"; hidden rows (from 1) and columns ("C")."""

    rows: Sequence[Cells]
    merged: Sequence[str] = ()
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[str] = ()


@dataclass(frozen=True)
class Case:
    """A source, and for each person (by their number; without one by name) values that must come out of it.

    `codes` are findings that must be said of cells or rows; `sure` whether nobody needs to confirm columns.
    """

    name: str
    pages: Mapping[str, Page] | bytes
    people: Mapping[str, Mapping[str, Any]]
    codes: Iterable[str] = ()
    sure: bool = True
    tables: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


def one(name: str, rows: Sequence[Any], people: Mapping[str, Mapping[str, Any]], **more: Any) -> Case:
    """A source of one sheet."""
    page = {k: more.pop(k) for k in ("merged", "hidden_rows", "hidden_columns") if k in more}
    return Case(name, {"Sheet1": Page(rows, **page)}, people, **more)


def text(
    name: str, content: str, encoding: str, people: Mapping[str, Mapping[str, Any]], **more: Any
) -> Case:
    """A CSV file."""
    return Case(name, content.encode(encoding), people, **more)


def write(case: Case, folder: Path) -> Path:
    """The file of a source."""
    if isinstance(case.pages, bytes):
        path = folder / "nguon.csv"
        path.write_bytes(case.pages)
        return path
    path = folder / "nguon.xlsx"
    with Workbook(path) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for title, page in case.pages.items():
            _fill(book.add_worksheet(title), page, day)
    return path


def _fill(sheet: Any, page: Page, day: Any) -> None:
    for r, row in enumerate(page.rows):
        for c, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(r, c, cell, day)
            elif isinstance(cell, str):
                sheet.write_string(r, c, cell)
            elif cell is not None:
                sheet.write_number(r, c, cell)
    for area in page.merged:
        top, _, _ = area.partition(":")
        sheet.merge_range(area, _at(page.rows, top))
    for number in page.hidden_rows:
        sheet.set_row(number - 1, None, None, {"hidden": True})
    for letter in page.hidden_columns:
        sheet.set_column(f"{letter}:{letter}", None, None, {"hidden": True})


def _at(rows: Sequence[Cells], cell: str) -> Any:
    column, row = ord(cell[0]) - ord("A"), int(cell[1:]) - 1
    return rows[row][column]
