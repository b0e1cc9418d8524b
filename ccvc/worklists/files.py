"""A list as a file: CSV a spreadsheet opens, or a workbook; one row a person, with day, answer and reasons."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy
from xlsxwriter import Workbook

from ccvc.access.actions import record_look
from ccvc.access.domain import Subject
from ccvc.standard.problems import Problem
from ccvc.worklists import presentation, selectors
from ccvc.worklists.domain import WorkList
from ccvc.worklists.selectors import Asked

MOST = 50_000
SLICE = 1000
BYTE_ORDER_MARK = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SHOWN_LABELS = {
    "due": gettext_lazy("Đến hạn"),
    "missed": gettext_lazy("Quá hạn chưa có quyết định"),
    "cannot_tell": gettext_lazy("Chưa kết luận được"),
}
COLUMNS = (
    gettext_lazy("Họ và tên"),
    gettext_lazy("Đơn vị"),
    gettext_lazy("Chức vụ, chức danh"),
    gettext_lazy("Kết luận"),
    gettext_lazy("Ngày"),
    gettext_lazy("Quá hạn (ngày)"),
    gettext_lazy("Lý do"),
    gettext_lazy("Căn cứ"),
)
WIDTHS = (28, 36, 32, 18, 24, 14, 80, 50)
Row = tuple[str, ...]


def export(
    subject: Subject, work: WorkList, asked: Asked, shown: str, form: str, *, purpose: str, detail: str
) -> bytes:
    """The list as a file of one of KINDS, its look recorded before; Problem WRK-TOO-LONG."""
    keys = [row["person"] for row in selectors.listed(subject, work, asked, shown)[: MOST + 1]]
    if len(keys) > MOST:
        raise Problem("WRK-TOO-LONG", most=MOST)
    record_look(subject, keys, act="export", purpose=purpose, detail=detail)
    rows = _rows(work, asked, keys)
    return _csv(rows) if form == "csv" else _workbook(rows)


def _rows(work: WorkList, asked: Asked, keys: Sequence[UUID]) -> Iterator[Row]:
    for start in range(0, len(keys), SLICE):
        for line in selectors.lines(work, keys[start : start + SLICE], asked):
            why = presentation.reasons(line.milestone)
            basis = dict.fromkeys(said.basis for said in why if said.basis)
            yield (
                line.name,
                line.unit,
                line.post,
                str(presentation.STANDINGS[line.standing]),
                presentation.day_text(line.milestone),
                str(line.late or ""),
                " ".join(said.text for said in why),
                "; ".join(basis),
            )


def _csv(rows: Iterator[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([str(column) for column in COLUMNS])
    for row in rows:
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row])
    return (BYTE_ORDER_MARK + out.getvalue()).encode()


def _workbook(rows: Iterator[Row]) -> bytes:
    buffer = io.BytesIO()
    with Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet()
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.write_row(0, 0, [str(column) for column in COLUMNS], book.add_format({"bold": True}))
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, row)
    return buffer.getvalue()
