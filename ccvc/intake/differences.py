"""What a file would change, as a workbook: one line for each field of each row, now and then."""

from __future__ import annotations

import io
from collections.abc import Iterator
from uuid import UUID

from xlsxwriter import Workbook

from ccvc import standard
from ccvc.access.actions import record_look
from ccvc.access.domain import Subject
from ccvc.intake import selectors
from ccvc.intake.selectors.outlook import Outcome
from ccvc.intake.shapes.parts import shown

PURPOSE = "Xem thay đổi của tệp trước khi trình"
MOST_LINES = 100_000
TITLE = "Thay đổi"
_HEADINGS = ("Dòng", "Họ và tên", "Số định danh cá nhân", "Loại", "Trường", "Đang có", "Sẽ thành", "Trình")
_WIDTHS = (8, 28, 20, 14, 36, 44, 44, 10)
_KINDS = {"create": "Lập hồ sơ mới", "update": "Cập nhật"}
_CUT = "Tệp dài hơn giới hạn {most} dòng; lọc theo trường hoặc tên để xem phần còn lại."


def differences(
    subject: Subject, intake_id: UUID, *, kind: str = "", field: str = "", text: str = ""
) -> bytes:
    """The workbook (.xlsx), as far as the subject may read it; its people are recorded as exported."""
    intake = selectors.intake(subject, intake_id)
    rows = selectors.lines(subject, intake_id, kind=kind, field=field, text=text)
    buffer = io.BytesIO()
    seen: set[UUID] = set()
    with Workbook(buffer, {"constant_memory": True, "strings_to_urls": False}) as book:
        sheet, bold = book.add_worksheet(TITLE), book.add_format({"bold": True, "bottom": 1})
        wrapped = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        for place, (heading, width) in enumerate(zip(_HEADINGS, _WIDTHS, strict=True)):
            sheet.set_column(place, place, width, wrapped)
            sheet.write_string(0, place, heading, bold)
        sheet.freeze_panes(1, 2)
        for number, (line, key) in enumerate(_lines(selectors.each(subject, intake, rows)), start=1):
            if number > MOST_LINES:
                sheet.write_string(number, 0, _CUT.format(most=MOST_LINES), wrapped)
                break
            seen |= {key} if key else set()
            for place, cell in enumerate(line):
                sheet.write_string(number, place, cell, wrapped)
    record_look(subject, sorted(seen), act="export", purpose=PURPOSE, detail=intake.file_name)
    return buffer.getvalue()


def _lines(outcomes: Iterator[Outcome]) -> Iterator[tuple[tuple[str, ...], UUID | None]]:
    for one in outcomes:
        row = one.row
        who = (str(shown(row.row)), row.full_name, row.personal_id, _KINDS.get(row.kind, ""))
        left = "Bỏ ra" if row.left_out else "Có"
        for d in one.differences:
            sides = (standard.display(d.path, d.old), standard.display(d.path, d.new))
            yield (*who, standard.label(d.path), *sides, left), one.key
