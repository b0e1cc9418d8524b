"""The data dictionary: a workbook of fields, code lists and changes, for people who work in spreadsheets."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

import xlsxwriter

from ccvc.standard.fields import Field, Standard
from ccvc.standard.patterns import PLACE_LISTS
from ccvc.standard.publication.changes import Change, words

FIELD_TITLES = (
    ("Số thứ tự", 8),
    ("Số trong danh mục", 10),
    ("Nhóm", 30),
    ("Bảng", 28),
    ("Tên trường", 44),
    ("Đường dẫn", 40),
    ("Kiểu", 14),
    ("Danh mục mã", 20),
    ("Bắt buộc", 10),
    ("Độ dài nhiều nhất", 10),
    ("Mức nhạy cảm", 14),
    ("Dữ liệu", 12),
    ("Nơi làm chủ dữ liệu", 18),
    ("Có ở cơ sở dữ liệu quốc gia", 12),
    ("Người khai", 22),
    ("Căn cứ", 60),
    ("Độ chắc chắn", 10),
    ("Hiệu lực từ", 12),
    ("Hiệu lực đến", 12),
    ("Mục trong biểu mẫu", 24),
    ("Cách ghi khác", 60),
)
CODE_TITLES = (
    ("Danh mục", 24),
    ("Mã", 14),
    ("Tên", 50),
    ("Tên tiếng Anh", 40),
    ("Hiệu lực từ", 12),
    ("Hiệu lực đến", 12),
    ("Mã thay thế", 16),
    ("Căn cứ", 50),
)
CHANGE_TITLES = (("Đường dẫn", 44), ("Thay đổi", 100))
Cell = str | int | None


def dictionary(standard: Standard, changed: Iterable[Change] = ()) -> bytes:
    """Give the workbook (.xlsx) of a version; `changed` lists what differs from the version before."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#E8EEF4", "border": 1})
        _sheet(book, bold, "Trường thông tin", FIELD_TITLES, _fields(standard))
        _sheet(book, bold, "Danh mục mã", CODE_TITLES, _codes(standard))
        rows = [(change.path, words(change)) for change in changed]
        if rows:
            _sheet(book, bold, "Thay đổi", CHANGE_TITLES, rows)
        # The day of the standard, so that the same version is the same file whenever it is made.
        made = datetime.combine(standard.valid_from, time())
        book.set_properties({"title": f"{standard.name_vi}, phiên bản {standard.version}", "created": made})
    return buffer.getvalue()


def _sheet(
    book: xlsxwriter.Workbook,
    bold: object,
    name: str,
    titles: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[Cell]],
) -> None:
    sheet = book.add_worksheet(name)
    for column, (title, width) in enumerate(titles):
        sheet.write_string(0, column, title, bold)
        sheet.set_column(column, column, width)
    last = 0
    for last, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if cell is not None:
                sheet.write(last, column, cell)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, len(titles) - 1)


def _fields(standard: Standard) -> Iterable[Sequence[Cell]]:
    for number, field in enumerate(standard.fields.values(), start=1):
        yield _field(standard, number, field)


def _field(standard: Standard, number: int, field: Field) -> Sequence[Cell]:
    table = standard.tables.get(field.table or "")
    return (
        number,
        field.number,
        standard.groups[field.group].label_vi,
        table.label_vi if table else None,
        field.label_vi,
        field.path,
        field.type,
        field.code_list,
        "x" if field.required else None,
        field.max_length,
        field.sensitivity,
        field.ownership,
        field.owner,
        "x" if field.national else None,
        ", ".join(field.declared_by),
        field.basis,
        field.certainty,
        _day(field.valid_from),
        _day(field.valid_to or standard.valid_to),
        "; ".join(f"{form}: {item}" for form, item in field.form_items.items()),
        "; ".join(field.synonyms),
    )


def _codes(standard: Standard) -> Iterable[Sequence[Cell]]:
    """Codes of the lists in use; large ones are files of their own, of which only the name stands here."""
    used = {field.code_list for field in standard.fields.values()} | set(PLACE_LISTS.values())
    for name, codes in standard.codes.items():
        if codes.large and name in used:
            yield (
                name,
                None,
                f"{codes.label_vi}: {len(codes)} dòng, tải tại trang danh mục",
                codes.label_en,
                None,
                None,
                None,
                codes.basis,
            )
        for code in codes if name in used and not codes.large else ():
            yield (
                name,
                code.code,
                code.label_vi,
                code.label_en,
                _day(code.valid_from),
                _day(code.valid_to),
                ", ".join(code.successors),
                code.basis,
            )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
