"""Putting many rows into a ready workbook as a stream: the sheets' XML is written, nothing else is touched.

A million cells take a few seconds and no memory; the workbook's headings, lists and rules stay as made.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO

from ccvc.intake.layout import HEADER_ROWS, letters

_CLOSING = b"</sheetData>"
_DIMENSION = re.compile(rb"<dimension [^>]*/>")
_COLUMN = re.compile(rb'<col min="(\d+)" max="(\d+)"[^>]*?style="(\d+)"')
_BAD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_LEVEL = 1  # most of the time would go into a better compression
_BLOCK = 256 * 1024

Cells = Sequence[tuple[int, str]]


def fill(ready: bytes, path: Path, rows: Mapping[int, Iterable[Cells]]) -> None:
    """Write `ready` to `path` with these rows below the headings of its sheets (counted from 0)."""
    with (
        zipfile.ZipFile(io.BytesIO(ready)) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as target,
    ):
        parts = {f"xl/worksheets/sheet{place + 1}.xml": given for place, given in rows.items()}
        for info in source.infolist():
            content = source.read(info)
            with target.open(info.filename, "w", force_zip64=True) as out:
                _write(out, content, parts.get(info.filename))


def _write(out: IO[bytes], content: bytes, rows: Iterable[Cells] | None) -> None:
    if rows is None:
        out.write(content)
        return
    before, closing, after = _DIMENSION.sub(b"", content).partition(_CLOSING)
    out.write(before)
    columns = _openings(before)
    buffer: list[str] = []
    size = 0
    for number, cells in enumerate(rows, start=HEADER_ROWS + 1):
        row = _row(number, cells, columns)
        buffer.append(row)
        size += len(row)
        if size > _BLOCK:
            out.write("".join(buffer).encode())
            buffer, size = [], 0
    out.write("".join(buffer).encode())
    out.write(closing + after)


def _openings(before: bytes) -> list[tuple[str, str]]:
    """For each column: what stands before and after the row's number in the opening of a text cell."""
    styles: dict[int, str] = {}
    for match in _COLUMN.finditer(before):
        for index in range(int(match[1]) - 1, int(match[2])):
            styles[index] = match[3].decode()
    return [
        (f'<c r="{letters(i)}', f'" s="{styles[i]}" t="inlineStr"><is><t>')
        for i in range(max(styles, default=-1) + 1)
    ]


def _row(number: int, cells: Cells, columns: Sequence[tuple[str, str]]) -> str:
    text = [f'<row r="{number}">']
    for index, value in cells:
        opening, rest = columns[index]
        text.append(f"{opening}{number}{rest}{_escaped(value)}</t></is></c>")
    text.append("</row>")
    return "".join(text)


def _escaped(value: str) -> str:
    text = value.translate(_MARKUP) if ("&" in value or "<" in value or ">" in value) else value
    return text if text.isprintable() else _BAD.sub("", text)
