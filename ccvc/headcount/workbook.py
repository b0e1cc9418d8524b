"""The table of the page as a workbook, with the same rows and numbers."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from ccvc.headcount import presentation
from ccvc.headcount.domain import Cell, Line
from ccvc.headcount.presentation import Shown
from ccvc.headcount.selectors import Sheet, Total

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAME_WIDTH, NUMBER_WIDTH = 56, 12
FIRST_ROW, FIRST_COLUMN = 2, 2
Number = int | None


def written(sheet: Sheet) -> bytes:
    """A sheet as an XLSX file: code and name, then assigned, there and free by line."""
    buffer = io.BytesIO()
    with Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": datetime.combine(timezone.localdate(), time.min)})  # the day alone
        page, bold = book.add_worksheet(_("Biên chế")), book.add_format({"bold": True, "bottom": 1})
        page.set_column(0, 0, NUMBER_WIDTH)
        page.set_column(1, 1, NAME_WIDTH)
        page.set_column(FIRST_COLUMN, FIRST_COLUMN + 3 * len(sheet.lines), NUMBER_WIDTH)
        for row, texts in enumerate(_headings(sheet.lines)):
            page.write_row(row, 0, texts, bold)
        page.freeze_panes(FIRST_ROW, FIRST_COLUMN)
        for row, (code, name, numbers) in enumerate(_rows(sheet), start=FIRST_ROW):
            page.write_row(row, 0, [code, name])
            page.write_row(row, FIRST_COLUMN, numbers)
    return buffer.getvalue()


def _headings(lines: Sequence[Line]) -> Iterator[list[str]]:
    yield ["", "", *(text for line in lines for text in (line.label, "", ""))]
    yield [
        _("Mã"),
        _("Đơn vị"),
        *(text for _line in lines for text in (_("Được giao"), _("Có mặt"), _("Còn thiếu"))),
    ]


def _rows(sheet: Sheet) -> Iterator[tuple[str, str, list[Number]]]:
    top = presentation.top(sheet)
    if top is None:
        yield "", _("Tổng cộng"), [number for total in sheet.totals.values() for number in _of_total(total)]
    for one in [*([top] if top else []), *presentation.shown(sheet)]:
        yield _code(one), one.name, _of_cells([one.cells[line.name] for line in sheet.lines])
    for label, number in presentation.aside(sheet):
        yield "", label, [None, number]
    if sheet.unplaced:
        yield "", _("Không thuộc đơn vị nào trong bảng"), [None, sheet.unplaced]


def _code(one: Shown) -> str:
    return one.row.state.code if one.row else ""


def _of_total(total: Total) -> list[Number]:
    return [total.assigned, total.actual, total.vacant - total.over]


def _of_cells(cells: Sequence[Cell]) -> list[Number]:
    return [number for cell in cells for number in (cell.assigned, cell.actual, cell.vacant)]
