"""Small files of people for the tests of intake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from ccvc.intake.template import write_rows
from tests.people import UNIT

DAY = date(2026, 11, 21)
DEGREES = "education.degrees"
HEADINGS = ["STT", "Số CCCD", "Họ và tên", "Giới tính", "Ngày sinh", "Ghi chú"]

Row = dict[str, str]


def number(n: int) -> str:
    """A personal identification number of a man born in 1985 in province 040."""
    return f"040085{n:06d}"


def person(n: int, **changes: str | None) -> Row:
    """The cells of one person; `changes` are "group__name" cells, None for an empty one."""
    row: dict[str, str | None] = {
        "identity.personal_id": number(n),
        "identity.full_name": f"Nguyễn Văn An {n}",
        "identity.sex": "Nam",
        "identity.birth_date": "07/03/1985",
        "identity.ethnic_group": "Kinh",
        "identity.religion": "Không",
        "identity.home_town": "xã Kim Liên, tỉnh Nghệ An",
        "career.recruited_on": "01/2010",
        "employment.category": "Công chức",
        "employment.status": "Đang làm việc",
        "employment.unit_code": UNIT,
        "employment.salary_coefficient": "2,34",
    }
    row |= {key.replace("__", "."): value for key, value in changes.items()}
    return {path: text for path, text in row.items() if text is not None}


def degree(n: int, major: str = "Luật", **more: str) -> Row:
    """A row of the table of degrees."""
    row = {"identity.personal_id": number(n), f"{DEGREES}[].level": "Đại học", f"{DEGREES}[].major": major}
    return row | {f"{DEGREES}[].{name}": text for name, text in more.items()}


def workbook(path: Path, people: Iterable[Row], **tables: Iterable[Row]) -> Path:
    """A file in our template; tables as `education__degrees=[…]`."""
    sheets: dict[str, Iterable[Mapping[str, str]]] = {"person": people}
    sheets |= {key.replace("__", "."): rows for key, rows in tables.items()}
    write_rows(path, sheets, on=DAY)
    return path


def plain_workbook(path: Path, rows: Iterable[Iterable[Any]], sheet: str = "Sheet1") -> Path:
    """A file that is not in our template: rows as they stand."""
    with Workbook(path) as book:
        page = book.add_worksheet(sheet)
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if isinstance(cell, date):
                    page.write_datetime(r, c, cell, day)
                elif cell is not None:
                    page.write(r, c, cell)
    return path
