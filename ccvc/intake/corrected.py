"""The file that goes back: the rows to mend, in the template they came in, with every bad cell marked.

Mended and taken in again it is a file like any other.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import orjson
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ccvc import standard
from ccvc.access.actions import record_look
from ccvc.access.domain import Subject
from ccvc.intake import layout, selectors
from ccvc.intake.cells.results import Raw
from ccvc.intake.layout import FAULTS_TITLE, HEADER_ROWS, MAIN, PERSON, Sheet
from ccvc.intake.models import RETURNED, Intake, IntakeFinding, IntakeRow
from ccvc.intake.shapes.parts import shown
from ccvc.intake.template import lay_out

_HEADINGS = (
    "Trang",
    "Dòng trong tệp này",
    "Dòng trong tệp đã nạp",
    "Cột",
    "Tên cột",
    "Ô đang ghi",
    "Lỗi",
    "Cách sửa",
    "Mã lỗi",
)
_WIDTHS = (22, 12, 12, 7, 30, 26, 60, 60, 18)
PURPOSE = "Sửa dữ liệu tiếp nhận"


@dataclass(slots=True)
class Pages:
    """The workbook being written: its sheets, the next free row of each, and the list of faults."""

    declared: Mapping[str, Sheet]
    sheets: Mapping[str, Worksheet]
    faults: Worksheet
    bad: Format
    look: Format
    plain: Format
    next_row: dict[str, int] = field(default_factory=dict)
    next_fault: int = 1


def corrected(subject: Subject, intake_id: UUID) -> bytes:
    """The workbook of the rows that went back (.xlsx). Raises Problem INT-UNKNOWN."""
    intake = selectors.intake(subject, intake_id)
    buffer = io.BytesIO()
    with Workbook(buffer, {"in_memory": True}) as book:
        pages = _pages(book, intake)
        seen = [row.person_key for row in _write_rows(pages, intake) if row.person_key]
        pages.faults.autofilter(0, 0, max(pages.next_fault - 1, 1), len(_HEADINGS) - 1)
    record_look(subject, seen, act="export", purpose=PURPOSE, detail=intake.file_name)
    return buffer.getvalue()


def write_corrected(intake_id: UUID, path: Path, subject: Subject | None = None) -> None:
    """Write that workbook to a file, for the command line of the node itself."""
    path.write_bytes(corrected(subject or Subject.system("intake").with_purpose(PURPOSE), intake_id))


def _pages(book: Workbook, intake: Intake) -> Pages:
    day = intake.judged_on
    sheets, formats = lay_out(book, standard.current(), day)
    faults = book.add_worksheet(FAULTS_TITLE)
    for place, (text, width) in enumerate(zip(_HEADINGS, _WIDTHS, strict=True)):
        faults.write_string(0, place, text, formats.label)
        faults.set_column(place, place, width, formats.body)
    faults.freeze_panes(1, 0)
    frame = {"num_format": "@", "border": 2}
    return Pages(
        declared=layout.sheets(day),
        sheets=sheets,
        faults=faults,
        bad=book.add_format(
            {**frame, "bg_color": "#FFC7CE", "font_color": "#9C0006", "border_color": "#9C0006"}
        ),
        look=book.add_format(
            {**frame, "bg_color": "#FFEB9C", "font_color": "#7F6000", "border_color": "#7F6000"}
        ),
        plain=formats.text,
    )


def _write_rows(pages: Pages, intake: Intake) -> Iterator[IntakeRow]:
    """Write every row that went back with the rows of its tables; gives each as it is written."""
    returned = IntakeRow.objects.filter(intake=intake, verdict__in=RETURNED).order_by("sheet", "row")
    for row in sorted(returned.iterator(chunk_size=500), key=lambda r: (r.sheet != MAIN, r.sheet, r.row)):
        findings = _findings(intake, row)
        for written in orjson.loads(row.cells)["rows"]:
            mine = [f for f in findings if f.row == written["row"] and _of_sheet(f, written["sheet"])]
            _write_row(pages, written["sheet"], written["cells"], written["row"], mine)
        yield row


def _findings(intake: Intake, row: IntakeRow) -> list[IntakeFinding]:
    found = IntakeFinding.objects.filter(intake=intake).order_by("pk")
    if row.sheet == MAIN:
        return list(found.filter(person_row=row.row))
    return list(found.filter(person_row__isnull=True, row=shown(row.row)))


def _of_sheet(finding: IntakeFinding, key: str) -> bool:
    """Whether a finding speaks of a sheet: of the table's own fields, or of the person's."""
    table = finding.path.partition("[")[0]
    return table == key if "[" in finding.path else key == MAIN or finding.path == PERSON


def _write_row(
    pages: Pages, key: str, cells: Mapping[str, Raw], was: int, findings: list[IntakeFinding]
) -> None:
    sheet, place = pages.declared[key], pages.next_row.get(key, HEADER_ROWS)
    pages.next_row[key] = place + 1
    marks = {finding.path: finding for finding in sorted(findings, key=lambda f: f.severity, reverse=True)}
    for column in sheet.columns:
        value, mark = cells.get(column.path), marks.get(column.path)
        style = pages.plain if mark is None else pages.bad if mark.severity == "error" else pages.look
        if value is not None:
            _write_cell(pages.sheets[key], place, column.index, value, style)
        elif mark is not None:
            pages.sheets[key].write_blank(place, column.index, None, style)
        if mark is not None:
            text = "\n".join(f"{f.message}\n→ {f.next_step}" for f in findings if f.path == column.path)
            pages.sheets[key].write_comment(place, column.index, text, {"x_scale": 2.4, "y_scale": 1.6})
    for finding in findings:
        _write_fault(pages, sheet, place, was, finding)


def _write_cell(sheet: Worksheet, row: int, column: int, value: Raw, style: Format) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)


def _write_fault(pages: Pages, sheet: Sheet, place: int, was: int, finding: IntakeFinding) -> None:
    column = sheet.column(finding.path)
    texts = (
        sheet.title,
        str(place + 1),
        str(was),
        column.letter if column else "",
        finding.label,
        finding.cell,
        finding.message,
        finding.next_step,
        finding.code,
    )
    for index, text in enumerate(texts):
        pages.faults.write_string(pages.next_fault, index, text)
    if column is not None:
        target = f"internal:'{sheet.title}'!{column.letter}{place + 1}"
        pages.faults.write_url(pages.next_fault, 1, target, string=str(place + 1))
    pages.next_fault += 1
