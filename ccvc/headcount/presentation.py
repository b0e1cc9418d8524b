"""Sheets of headcount as pages show them: lines of a group together, and each contract line on its own below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ccvc import standard
from ccvc.headcount.domain import Cell, Group, Line, grouped_lines
from ccvc.headcount.selectors import Row, Sheet, Total, total
from ccvc.standard.problems import Language

NOBODY = Cell(None, 0)


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of the table: a unit (None: people of the unit above alone), its cells by line and by group."""

    row: Row | None
    name: str
    cells: Mapping[str, Cell]
    groups: list[tuple[Group, Total, bool]]
    """Each with whether a number is assigned to any of its lines."""
    ended: bool = False

    @property
    def opens(self) -> bool:
        """Whether there are units below to look at."""
        return self.row is not None and self.row.has_children

    @property
    def silent(self) -> bool:
        """Whether nothing was assigned to it and nobody is there."""
        given = any(cell.assigned is not None for cell in self.cells.values())
        return self.row is not None and not given and not self.row.people


def grouped(sheet: Sheet) -> tuple[Group, ...]:
    """The columns: lines as they are shown together."""
    return grouped_lines(sheet.lines)


def shown(sheet: Sheet) -> list[Shown]:
    """The rows under the unit itself: units, people in none of them, and units that have ended."""
    rows = [_row(sheet, row) for row in sheet.below]
    if sheet.row and sheet.row.has_children and any(sheet.row.own.values()):
        name = _("Trực thuộc, không ở đơn vị nào bên dưới")
        own = {line.name: Cell(None, sheet.row.own.get(line.name, 0)) for line in sheet.lines}
        rows.append(Shown(None, name, own, _groups(sheet, [own])))
    return [*rows, *(_row(sheet, row, ended=True) for row in sheet.ended)]


def parted(sheet: Sheet) -> tuple[list[Shown], list[str]]:
    """The rows to show, and names of agencies of the nation with neither places nor people: nothing is known of them.

    Where dossiers are kept all are rows: there nobody is something known.
    """
    rows = shown(sheet)
    national = settings.CCVC_KIND == "national" and sheet.row is None
    silent = [one for one in rows if one.silent] if national else []
    return [one for one in rows if one not in silent], [one.name for one in silent]


def top(sheet: Sheet) -> Shown | None:
    """The row of the unit itself."""
    return _row(sheet, sheet.row) if sheet.row else None


def totals(sheet: Sheet) -> list[tuple[Group, Total, bool]]:
    """Everything together by group, where no unit stands above the rows."""
    return [] if sheet.row else _groups(sheet, [row.cells for row in sheet.listed])


def contracts(sheet: Sheet) -> list[tuple[Line, Total]]:
    """Lines that the table shows together, each on its own, where there is anybody or anything."""
    rows = [sheet.row] if sheet.row else sheet.listed
    told = [
        (line, total([row.cells[line.name] for row in rows]))
        for group in grouped(sheet)
        if len(group.lines) > 1
        for line in group.lines
    ]
    return [(line, one) for line, one in told if one.actual or one.assigned]


def aside(sheet: Sheet) -> list[tuple[str, int]]:
    """Those who serve and are on no line, by the name of their category."""
    codes = standard.current().codes["categories"]
    lang: Language = "en" if get_language() == "en" else "vi"
    named = {row.code: row.label(lang) for row in codes}
    unstated = _("chưa ghi nhóm đối tượng")
    return [(named.get(code, code) or unstated, number) for code, number in sorted(sheet.aside.items())]


def _row(sheet: Sheet, row: Row, *, ended: bool = False) -> Shown:
    return Shown(row, row.state.name, row.cells, _groups(sheet, [row.cells]), ended)


def _groups(sheet: Sheet, rows: Sequence[Mapping[str, Cell]]) -> list[tuple[Group, Total, bool]]:
    found = []
    for group in grouped(sheet):
        cells = [cells.get(line.name, NOBODY) for cells in rows for line in group.lines]
        found.append((group, total(cells), any(cell.assigned is not None for cell in cells)))
    return found
