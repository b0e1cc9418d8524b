"""Sheets of headcount as pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ccvc import standard
from ccvc.headcount.domain import Cell, Line, lines
from ccvc.headcount.selectors import Row, Sheet, Total
from ccvc.standard.problems import Language


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of the table: a unit (None: people of the unit above alone), and its cells in the order of lines."""

    row: Row | None
    name: str
    cells: list[tuple[Line, Cell]]
    ended: bool = False

    @property
    def opens(self) -> bool:
        """Whether there are units below to look at."""
        return self.row is not None and self.row.has_children


def shown(sheet: Sheet) -> list[Shown]:
    """The rows under the unit itself: units, people in none of them, and units that have ended."""
    rows = [_row(row) for row in sheet.below]
    if sheet.row and sheet.row.has_children and any(sheet.row.own.values()):
        name = _("Trực thuộc, không ở đơn vị nào bên dưới")
        rows.append(Shown(None, name, _cells({line: Cell(None, n) for line, n in sheet.row.own.items()})))
    return [*rows, *(_row(row, ended=True) for row in sheet.ended)]


def top(sheet: Sheet) -> Shown | None:
    """The row of the unit itself."""
    return _row(sheet.row) if sheet.row else None


def totals(sheet: Sheet) -> list[tuple[Line, Total]]:
    """Everything together, where no unit stands above the rows."""
    found = sheet.totals
    return [] if sheet.row else [(line, found[line.name]) for line in lines()]


def aside(sheet: Sheet) -> list[tuple[str, int]]:
    """Those who serve and are on no line, by the name of their category."""
    codes = standard.current().codes["categories"]
    lang: Language = "en" if get_language() == "en" else "vi"
    named = {row.code: row.label(lang) for row in codes}
    unstated = _("chưa ghi nhóm đối tượng")
    return [(named.get(code, code) or unstated, number) for code, number in sorted(sheet.aside.items())]


def _row(row: Row, *, ended: bool = False) -> Shown:
    return Shown(row, row.state.name, _cells(row.cells), ended)


def _cells(cells: Mapping[str, Cell]) -> list[tuple[Line, Cell]]:
    return [(line, cells.get(line.name, Cell(None, 0))) for line in lines()]
