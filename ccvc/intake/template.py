"""The Excel template, and workbooks filled in it. Everything in it derives from the standard."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from ccvc import standard
from ccvc.intake import layout, splice
from ccvc.intake.layout import CODES_TITLE, GUIDE_TITLE, HEADER_ROWS, MAIN, Column, Sheet
from ccvc.intake.wording import explanation, hint, is_number
from ccvc.standard.codes import Codes
from ccvc.standard.fields import Standard

BAND, LABEL, HINT, PATH = range(HEADER_ROWS)
LAST_ROW = 1_048_575
FROZEN_COLUMNS = 1
COLOURS = (
    "#1F4E79",
    "#7A3E1D",
    "#2E6B4F",
    "#5B3A7A",
    "#7A1F3D",
    "#2F5D62",
    "#6B5B1F",
    "#3A4A7A",
    "#4F4F4F",
    "#7A4F1F",
)
_WIDTHS = {"long_text": 40, "place": 34, "text": 24, "code": 24, "codes": 28, "personal_id": 18}
_WIDTH = 16
_TALL = 46

_GUIDE = (
    "1. Trang “Hồ sơ”: mỗi người một dòng, nhập từ dòng 5. Không xoá, không đổi bốn dòng đầu của mỗi trang.",
    "2. Các trang tiếp theo (công tác, đào tạo, lương…): mỗi việc một dòng, cột đầu là số định danh cá nhân.",
    "3. Cột có dấu * là bắt buộc khi lập hồ sơ mới. Khi cập nhật, chỉ cần số định danh và các ô thay đổi.",
    "4. Ô để trống nghĩa là không khai lần này: dữ liệu đang có không bị xoá.",
    "5. Không có: ghi “Không”. Chưa xác định được: “Không rõ”. Không muốn cung cấp: “Không cung cấp”.",
    "6. Ngày: 05/03/1985; chỉ biết tháng: 03/1985; chỉ biết năm: 1985. Năm luôn đủ bốn chữ số.",
    "7. Số thập phân: 2,34 hoặc 2.34. Số tiền: 5000000 hoặc 5.000.000.",
    "8. Danh mục: chọn trong danh sách, hoặc ghi mã, tên (không cần dấu, chữ hoa); xem trang “Danh mục”.",
    "9. Nơi chốn: ghi xã, phường và tỉnh, thành phố; nơi cũ ghi cả huyện: “xã A, huyện B, tỉnh Hà Nam”.",
    "10. Dòng có lỗi được trả lại trong tệp “cần sửa”, ô lỗi tô màu kèm lý do; sửa rồi nạp lại tệp đó.",
    "Ghi chú của từng cột (di chuột lên tên cột) nêu cách điền và căn cứ pháp lý.",
)


@dataclass(frozen=True, slots=True)
class Formats:
    """The formats of a workbook."""

    bands: tuple[Format, ...]
    label: Format
    required: Format
    hint: Format
    path: Format
    text: Format
    number: Format
    title: Format
    body: Format


def columns(on: date) -> tuple[Column, ...]:
    """The declared layout: every column of every sheet."""
    return layout.columns(on)


def write_template(path: Path, on: date | None = None) -> None:
    """Write the empty template of a day (default: today)."""
    path.write_bytes(template(on or datetime.now(tz=ZoneInfo("Asia/Ho_Chi_Minh")).date()))


def template(on: date) -> bytes:
    """The empty template."""
    return _template(standard.current(), on)


@lru_cache(maxsize=4)
def _template(declared: Standard, on: date) -> bytes:
    buffer = io.BytesIO()
    with Workbook(buffer, {"in_memory": True}) as book:
        lay_out(book, declared, on)
    return buffer.getvalue()


def write_rows(path: Path, sheets: Mapping[str, Iterable[Mapping[str, str]]], *, on: date) -> None:
    """Write a filled workbook with constant memory.

    `sheets` holds rows by sheet key ("person", or a table's path); a row maps field paths to cells as typed,
    a table's row with "identity.personal_id" of its person. Raises KeyError for a path the layout lacks.
    """
    declared = layout.sheets(on)
    order = list(declared)
    splice.fill(
        template(on), path, {order.index(key): _cells(declared[key], rows) for key, rows in sheets.items()}
    )


def _cells(sheet: Sheet, rows: Iterable[Mapping[str, str]]) -> Iterator[list[tuple[int, str]]]:
    indexes = {column.path: column.index for column in sheet.columns}
    for row in rows:
        yield sorted((indexes[path], text) for path, text in row.items() if text)


def lay_out(book: Workbook, declared: Standard, on: date) -> tuple[dict[str, Worksheet], Formats]:
    """Lay out a workbook: sheets with headings, the guide, the code lists. Returns the sheets by key."""
    formats = _formats(book)
    sheets = layout.sheets(on)
    made = {key: book.add_worksheet(sheet.title) for key, sheet in sheets.items()}
    guide, lists = book.add_worksheet(GUIDE_TITLE), book.add_worksheet(CODES_TITLE)
    _write_guide(guide, formats)
    choices = _write_lists(lists, _used_lists(declared, sheets), formats, on)
    for key, sheet in sheets.items():
        _write_headings(made[key], sheet, declared, formats)
        _add_choices(made[key], sheet, choices)
    made[MAIN].activate()
    return made, formats


def _formats(book: Workbook) -> Formats:
    frame = {"border": 1, "border_color": "#B7B7B7", "text_wrap": True, "valign": "vcenter"}
    label = {**frame, "bold": True, "bg_color": "#EAF1F8"}
    return Formats(
        bands=tuple(
            book.add_format({**frame, "bold": True, "font_color": "white", "bg_color": colour})
            for colour in COLOURS
        ),
        label=book.add_format(label),
        required=book.add_format({**label, "font_color": "#B00020"}),
        hint=book.add_format({**frame, "italic": True, "font_color": "#5F6368", "font_size": 9}),
        path=book.add_format({"font_color": "#9E9E9E", "font_size": 8}),
        text=book.add_format({"num_format": "@"}),
        number=book.add_format({"num_format": "General"}),
        title=book.add_format({"bold": True, "font_size": 14}),
        body=book.add_format({"text_wrap": True, "valign": "top"}),
    )


def _write_headings(sheet: Worksheet, laid: Sheet, declared: Standard, formats: Formats) -> None:
    _write_bands(sheet, laid, declared, formats)
    for column in laid.columns:
        mark = " *" if column.required else ""
        sheet.write_string(
            LABEL, column.index, column.label + mark, formats.required if mark else formats.label
        )
        sheet.write_comment(LABEL, column.index, explanation(column), {"x_scale": 2.4, "y_scale": 1.6})
        sheet.write_string(HINT, column.index, hint(column), formats.hint)
        sheet.write_string(PATH, column.index, column.path, formats.path)
        width = _WIDTHS.get(column.field.type, _WIDTH) if column.field else _WIDTH
        sheet.set_column(
            column.index, column.index, width, formats.number if is_number(column) else formats.text
        )
    sheet.set_row(LABEL, _TALL)
    sheet.set_row(HINT, _TALL)
    sheet.set_row(PATH, None, None, {"hidden": True})
    sheet.freeze_panes(HEADER_ROWS, FROZEN_COLUMNS)


def _write_bands(sheet: Worksheet, laid: Sheet, declared: Standard, formats: Formats) -> None:
    """The names of the groups over their columns; on a table's sheet the table's name."""
    for group, found in groupby(laid.columns, key=lambda column: column.path.partition(".")[0]):
        members = list(found)
        first, last = members[0].index, members[-1].index
        text = laid.table.label_vi if laid.table else declared.groups[group].label_vi
        band = formats.bands[declared.groups[group].order % len(formats.bands)]
        if first == last:
            sheet.write_string(BAND, first, text, band)
        else:
            sheet.merge_range(BAND, first, BAND, last, text, band)


def _used_lists(declared: Standard, sheets: Mapping[str, Sheet]) -> list[Codes]:
    fields = [column.field for sheet in sheets.values() for column in sheet.columns if column.field]
    names = dict.fromkeys(field.code_list for field in fields if field.code_list)
    return [declared.codes[name] for name in names]


def _write_lists(sheet: Worksheet, lists: Sequence[Codes], formats: Formats, on: date) -> dict[str, str]:
    """Two columns for each list, codes and labels; returns the range of labels by list."""
    choices: dict[str, str] = {}
    for place, codes in enumerate(lists):
        left, right = place * 2, place * 2 + 1
        sheet.merge_range(0, left, 0, right, codes.label_vi, formats.label)
        rows = labels(codes, on)
        for number, (code, label) in enumerate(rows, start=1):
            sheet.write_string(number, left, code, formats.text)
            sheet.write_string(number, right, label, formats.text)
        sheet.set_column(left, left, 9)
        sheet.set_column(right, right, 32)
        name = xl_col_to_name(right, col_abs=True)
        choices[codes.name] = f"='{CODES_TITLE}'!{name}$2:{name}${len(rows) + 1}"
    sheet.freeze_panes(1, 0)
    return choices


def labels(codes: Codes, on: date) -> list[tuple[str, str]]:
    """(code, label) of the rows in force on a day; where codes share a label, the code stands behind it."""
    rows = [row for row in codes if row.in_force(on)]
    times = Counter(row.label_vi for row in rows)
    return [
        (row.code, f"{row.label_vi} ({row.code})" if times[row.label_vi] > 1 else row.label_vi)
        for row in rows
    ]


def _add_choices(sheet: Worksheet, laid: Sheet, choices: Mapping[str, str]) -> None:
    for column in laid.columns:
        if column.field and column.field.type == "code" and column.field.code_list:
            rule: dict[str, Any] = {
                "validate": "list",
                "source": choices[column.field.code_list],
                "error_type": "warning",
                "error_title": "Ngoài danh mục",
                "error_message": "Không có trong danh sách. Vẫn giữ nếu là mã, tên gọi khác hoặc “Không rõ”.",
            }
            sheet.data_validation(HEADER_ROWS, column.index, LAST_ROW, column.index, rule)


def _write_guide(sheet: Worksheet, formats: Formats) -> None:
    sheet.set_column(0, 0, 120)
    declared = standard.current()
    sheet.write_string(0, 0, "Hướng dẫn điền tệp nạp dữ liệu cán bộ, công chức, viên chức", formats.title)
    sheet.write_string(
        1, 0, f"{declared.name_vi}, phiên bản {declared.version}. Căn cứ: {declared.basis}.", formats.body
    )
    for row, line in enumerate(_GUIDE, start=3):
        sheet.write_string(row, 0, line, formats.body)
