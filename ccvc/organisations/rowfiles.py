"""Rows of a small file people write: CSV in UTF-8, XLSX or JSON, its columns named in the first row."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

LARGEST = 5 * 1024 * 1024
MOST_ROWS = 20_000
ZIP = b"PK\x03\x04"
Row = Mapping[str, Any]


class UnreadError(ValueError):
    """Why a file cannot be read as rows, in Vietnamese."""


def read_rows(name: str, raw: bytes, needed: str) -> Iterator[Row]:
    """Rows of a file that has the column `needed`, of a workbook at most MOST_ROWS + 1. Raises UnreadError."""
    if len(raw) > LARGEST:
        raise UnreadError("lớn hơn 5 MB")
    if raw.startswith(ZIP):
        return _workbook(raw, needed)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadError("không dùng bảng mã UTF-8") from None
    return _listed(text) if name.lower().endswith(".json") else _table(text, needed)


def _listed(text: str) -> Iterator[Row]:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        raise UnreadError("không phải là JSON") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UnreadError("JSON phải là danh sách các dòng")
    return iter(rows)


def _table(text: str, needed: str) -> Iterator[Row]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        rows = list(reader)
    except csv.Error:
        raise UnreadError("không phải là CSV") from None
    return _headed(reader.fieldnames or (), rows, needed)


def _workbook(raw: bytes, needed: str) -> Iterator[Row]:
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(0)
        cells = sheet.to_python(nrows=MOST_ROWS + 2)
    except (CalamineError, OSError, ValueError, IndexError):
        raise UnreadError("không phải là bảng tính XLSX") from None
    head = [str(cell).strip() for cell in cells[0]] if cells else []
    kept = [row for row in cells[1:] if any(str(cell).strip() for cell in row)]
    return _headed(head, [dict(zip(head, map(_written, row), strict=False)) for row in kept], needed)


def _written(cell: Any) -> Any:
    """A cell as people would type it: a whole number without its point, a day without its hour."""
    if isinstance(cell, datetime):
        return cell.date()
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _headed(head: Any, rows: list[dict[str, Any]], needed: str) -> Iterator[Row]:
    if needed not in {str(name).strip() for name in head}:
        raise UnreadError(f"thiếu cột {needed}")
    return iter(rows)
