"""Steps of a reorganisation from a file: CSV, XLSX or JSON, a row a step, columns named as the fields of a step."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from ccvc.organisations.domain.steps import COLUMNS, Step, read_step
from ccvc.organisations.selectors.foreseeing import told
from ccvc.standard.problems import Problem

LARGEST = 5 * 1024 * 1024
MOST_ROWS = 20_000
ZIP = b"PK\x03\x04"


def read_steps(name: str, raw: bytes) -> list[Step]:
    """Every step of the file. Raises ORG-PLAN-FILE, ORG-PLAN-LONG, ORG-PLAN-FAULTY with every row that is none."""
    if len(raw) > LARGEST:
        raise _unread("lớn hơn 5 MB")
    steps: list[Step] = []
    faults: list[tuple[int, Problem]] = []
    for number, row in enumerate(_rows(name, raw), start=1):
        if number > MOST_ROWS:
            raise Problem("ORG-PLAN-LONG", most=MOST_ROWS)
        try:
            steps.append(read_step(row))
        except Problem as problem:
            faults.append((number, problem))
    if faults:
        raise Problem("ORG-PLAN-FAULTY", where="file", count=len(faults), faults=told(faults))
    return steps


def _unread(why: str) -> Problem:
    return Problem("ORG-PLAN-FILE", where="file", why=why, columns=", ".join(COLUMNS))


def _rows(name: str, raw: bytes) -> Iterator[Mapping[str, Any]]:
    if raw.startswith(ZIP):
        return _workbook(raw)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unread("không dùng bảng mã UTF-8") from None
    return _listed(text) if name.lower().endswith(".json") else _table(text)


def _listed(text: str) -> Iterator[Mapping[str, Any]]:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        raise _unread("không phải là JSON") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _unread("JSON phải là danh sách các việc")
    return iter(rows)


def _table(text: str) -> Iterator[Mapping[str, Any]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        rows = list(reader)
    except csv.Error:
        raise _unread("không phải là CSV") from None
    return _headed(reader.fieldnames or (), rows)


def _workbook(raw: bytes) -> Iterator[Mapping[str, Any]]:
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(0)
        cells = sheet.to_python(nrows=MOST_ROWS + 2)
    except (CalamineError, OSError, ValueError, IndexError):
        raise _unread("không phải là bảng tính XLSX") from None
    head = [str(cell).strip() for cell in cells[0]] if cells else []
    rows = [dict(zip(head, row, strict=False)) for row in cells[1:] if any(str(cell).strip() for cell in row)]
    return _headed(head, rows)


def _headed(head: Any, rows: list[dict[str, Any]]) -> Iterator[Mapping[str, Any]]:
    if "act" not in {str(name).strip() for name in head}:
        raise _unread("thiếu cột act")
    return iter(rows)
