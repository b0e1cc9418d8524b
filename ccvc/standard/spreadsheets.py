"""Spreadsheets held whole (.xls, .xlsb, .ods, a small .xlsx), each read in a process of its own.

A file can say that it holds more cells than any machine: the library then ends the process it runs in. So it runs in
one that has little memory and time, and whose end harms nobody. This file is also that process' programme, and so
imports nothing of ours.
"""

from __future__ import annotations

import io
import math
import resource
import subprocess
import sys
from datetime import date, datetime, time
from typing import IO, Any, Literal

import msgspec
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

Cell = str | int | float | None
Kind = Literal["damaged", "password"]

MEMORY = 3 * 1024**3
SECONDS = 20
MOST_CELLS = 4_000_000  # of one sheet, empty ones too: the older formats have 65,536 rows
MOST_MERGES = 20_000
_EXACT = 2**53


class Sheet(msgspec.Struct):
    """A sheet: its rows from row `top` and column `left` (from 0), merged cells as (top, left, bottom, right)."""

    title: str
    top: int = 0
    left: int = 0
    rows: list[list[Cell]] = []
    merged: list[tuple[int, int, int, int]] = []


class SpreadsheetError(Exception):
    """The file cannot be read; `kind` says why."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self.kind = kind


def sheets_of(file: IO[bytes]) -> list[Sheet]:
    """The sheets of an open file, from where it stands. Raises SpreadsheetError."""
    command = [sys.executable, "-I", __file__]
    try:
        done = subprocess.run(command, stdin=file, capture_output=True, timeout=SECONDS * 2, check=False)
    except subprocess.TimeoutExpired as error:
        raise SpreadsheetError("damaged") from error
    if done.returncode:
        raise SpreadsheetError("damaged")
    if done.stdout in (b"damaged", b"password"):
        raise SpreadsheetError("password" if done.stdout == b"password" else "damaged")
    return msgspec.msgpack.decode(done.stdout, type=list[Sheet])


def cell_of(cell: object) -> Cell:
    """A cell as text or number; dates as people here write them, since a date has no time of day.

    What is no number, or too great to be kept exactly, is text, so that it is refused as it stands there.
    """
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return "Có" if cell else "Không"
    if isinstance(cell, float):
        if not math.isfinite(cell) or abs(cell) > _EXACT:
            return str(cell)
        return int(cell) if cell.is_integer() else cell
    if isinstance(cell, datetime | date):
        return f"{cell:%d/%m/%Y}"
    return f"{cell:%H:%M:%S}" if isinstance(cell, time) else str(cell)


def _sheet(book: CalamineWorkbook, title: str) -> Sheet:
    table = book.get_sheet_by_name(title)
    if table.height * table.width > MOST_CELLS:
        raise ValueError("too many cells")
    top, left = table.start or (0, 0)
    rows = [[cell_of(cell) for cell in cells] for cells in table.to_python()]
    merged = [(*first, *last) for first, last in (table.merged_cell_ranges or [])[:MOST_MERGES]]
    return Sheet(title, top, left, rows, merged)


def _answer(content: bytes) -> bytes:
    try:
        book: Any = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return msgspec.msgpack.encode([_sheet(book, title) for title in book.sheet_names])
    except PasswordError:
        return b"password"
    except (CalamineError, OSError, ValueError, ArithmeticError, MemoryError):
        return b"damaged"


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.buffer.write(_answer(sys.stdin.buffer.read()))
