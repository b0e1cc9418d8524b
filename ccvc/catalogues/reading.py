"""Rows of a change set as people write them: a CSV file, an Excel sheet, or text in a box; and back to text."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from ccvc import standard
from ccvc.catalogues.domain import Row
from ccvc.standard.problems import Problem
from ccvc.standard.spreadsheets import SpreadsheetError, sheets_of

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 5_000
MANY = ("successors", "synonyms")
DAYS = ("valid_from", "valid_to")
COLUMNS = ("code", "label_vi", "label_en", *DAYS, *MANY, "basis", "certainty")
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def read(content: bytes) -> list[Row]:
    """Rows of a file, CSV or Excel by its content; Problem CAT-FILE, CAT-ROW."""
    if len(content) > MOST_BYTES:
        raise Problem("CAT-FILE", reason=f"{len(content)} > {MOST_BYTES} bytes")
    if content.startswith((ZIP, OLE)):
        return rows_of(_sheet(content))
    try:
        return read_text(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Problem("CAT-FILE", reason="không phải CSV mã UTF-8, không phải Excel") from error


def read_text(text: str) -> list[Row]:
    """Rows of CSV text, its cells parted as its first line parts them; Problem CAT-FILE, CAT-ROW."""
    first = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        return rows_of(csv.reader(io.StringIO(text.strip(), newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Problem("CAT-FILE", reason=str(error)) from error


def _sheet(content: bytes) -> list[list[Any]]:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        try:
            return [list(row) for row in sheets_of(file)[0].rows]
        except (SpreadsheetError, IndexError) as error:
            raise Problem("CAT-FILE", reason="tệp Excel hỏng hoặc có mật khẩu") from error


def rows_of(table: Iterable[Sequence[Any]]) -> list[Row]:
    """Rows below a heading row; empty rows are passed over."""
    lines = iter(table)
    heads = [_text(cell) for cell in next(lines, [])]
    if "code" not in heads:
        raise Problem("CAT-FILE", reason="hàng đầu không có cột code")
    found: list[Row] = []
    for number, cells in enumerate(lines, start=2):
        given = {h: text for h, cell in zip(heads, cells, strict=False) if h and (text := _text(cell))}
        if given:
            found.append(_row(number, given))
        if len(found) > MOST_ROWS:
            raise Problem("CAT-FILE", reason=f"hơn {MOST_ROWS} dòng")
    return found


def _text(cell: Any) -> str:
    """A cell as text, as it is seen."""
    return "" if cell is None else " ".join(standard.visible(str(cell)).split())


def _row(number: int, given: dict[str, str]) -> Row:
    known: dict[str, Any] = {name: given.pop(name) for name in COLUMNS if name in given}
    for name in DAYS:
        if name in known:
            known[name] = _day(number, known[name])
    for name in MANY:
        if name in known:
            known[name] = [part.strip() for part in known[name].split("|") if part.strip()]
    try:
        return msgspec.convert({**known, "extra": given}, Row)
    except msgspec.ValidationError as error:
        raise Problem("CAT-ROW", where=f"dòng {number}", row=number, reason=str(error)) from error


def _day(number: int, text: str) -> date:
    day = standard.read_day(text)
    if day is None:
        raise Problem("CAT-ROW", where=f"dòng {number}", row=number, reason=f"“{text}” không phải là ngày")
    return day


def written(rows: Sequence[Row]) -> str:
    """Rows as CSV text, for looking at and editing."""
    extra = sorted({name for row in rows for name in row.extra})
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, *extra])
    writer.writerows(list(_cells(msgspec.to_builtins(row), extra)) for row in rows)
    return text.getvalue()


def _cells(row: Mapping[str, Any], extra: Sequence[str]) -> Iterator[str]:
    for name in COLUMNS:
        value = row.get(name, "")
        yield "|".join(value) if name in MANY else value
    yield from (row.get("extra", {}).get(name, "") for name in extra)
