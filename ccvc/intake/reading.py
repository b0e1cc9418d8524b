"""Opening a file of rows, whatever it is: its kind is told by its content, and it is read as a stream."""

from __future__ import annotations

import codecs
import csv
import itertools
import mmap
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from ccvc.intake.cells.results import Raw
from ccvc.intake.damage import UNREADABLE
from ccvc.intake.databases import snapshot
from ccvc.intake.pieces import FEW_BYTES, WIDEST, Row, Xlsx
from ccvc.intake.shapes.marks import Marks, Merge
from ccvc.intake.trees import Tree, is_xml
from ccvc.standard.encodings import codec_of
from ccvc.standard.problems import Problem
from ccvc.standard.spreadsheets import Sheet, SpreadsheetError, sheets_of

CSV_TITLE = "CSV"
LONGEST_KIND = 200  # in the archive of an OpenDocument
DELIMITERS = ",;\t|"
LARGEST_WHOLE = (
    64 * 1024 * 1024
)  # of older formats, which are read at once; none of them holds more than 65,536 rows

_KINDS = (
    (b"%PDF", "tệp PDF"),
    (b"\xff\xd8\xff", "ảnh JPEG"),
    (b"\x89PNG", "ảnh PNG"),
    (b"GIF8", "ảnh GIF"),
    (b"Rar!", "tệp nén RAR"),
    (b"7z\xbc\xaf", "tệp nén 7-Zip"),
    (b"\x1f\x8b", "tệp nén GZIP"),
    (b"{\\rtf", "văn bản RTF"),
)
_ZIP_KINDS = (
    ("word/", "văn bản Word"),
    ("ppt/", "bản trình chiếu PowerPoint"),
    ("mimetype", "tài liệu OpenDocument"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_HTML = (b"<html", b"<!doctype html", b"<table")


class Source(Protocol):
    """An open file of rows."""

    @property
    def sheets(self) -> Sequence[str]:
        """Titles of its sheets, in order."""

    def rows(self, sheet: str, *, few: bool = False) -> Iterator[Row]:
        """Rows that hold something: (number as the person sees it, cells from column A).

        `few` says that reading will stop soon.
        """

    def marks(self, sheet: str) -> Marks:
        """Its merged cells, hidden columns and rows, where the file tells them."""


@contextmanager
def opened(path: Path, name: str, processes: int = 1) -> Iterator[Source]:
    """Open a file by what it is, a large one to be read by several processes.

    Raises Problem INT-… naming what else it is, or why it cannot be read.
    """
    if not path.is_file():
        raise Problem("INT-FILE-MISSING", where=str(path), name=name)
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip():
        raise Problem("INT-EMPTY-FILE", where=name, name=name)
    if start.startswith(b"PK\x03\x04"):
        yield from _zipped(path, name, processes)
    elif start.startswith(_OLE):
        yield _old_excel(path, name)
    else:
        xml = is_xml(start)
        _refuse_other(start, name, xml=xml)
        yield Tree(path, name) if xml else _Csv(path, name)


def _zipped(path: Path, name: str, processes: int) -> Iterator[Source]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            kind = archive.open("mimetype").read(LONGEST_KIND).decode() if "mimetype" in names else ""
    except UNREADABLE as error:
        raise Problem("INT-DAMAGED", where=name, name=name) from error
    if "xl/workbook.xml" in names:
        book = Xlsx(str(path), name, processes)
        try:
            yield _Pieces(book)
        finally:
            book.close()
    elif snapshot.ABOUT in names:
        yield snapshot.Snapshot(path, name)
    elif "xl/workbook.bin" in names or "spreadsheet" in kind:
        yield _whole(path, name)
    else:
        found = next(
            (kind for start, kind in _ZIP_KINDS if any(n.startswith(start) for n in names)), "tệp nén ZIP"
        )
        raise Problem("INT-NOT-SPREADSHEET", where=name, name=name, kind=found)


def _old_excel(path: Path, name: str) -> Source:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find(_ENCRYPTED) >= 0:
            raise Problem("INT-PASSWORD", where=name, name=name)
    return _whole(path, name, other="văn bản Word hoặc tệp Office đời cũ")


def _whole(path: Path, name: str, other: str | None = None) -> Source:
    """A format read at once: .xls, .xlsb, .ods."""
    size = path.stat().st_size
    if size > LARGEST_WHOLE:
        raise Problem("INT-TOO-LARGE", where=name, name=name, size=size >> 20, limit=LARGEST_WHOLE >> 20)
    try:
        with path.open("rb") as file:
            return _Whole(sheets_of(file))
    except SpreadsheetError as error:
        if error.kind == "password":
            raise Problem("INT-PASSWORD", where=name, name=name) from error
        if other:
            raise Problem("INT-NOT-SPREADSHEET", where=name, name=name, kind=other) from error
        raise Problem("INT-DAMAGED", where=name, name=name) from error


def _refuse_other(start: bytes, name: str, *, xml: bool) -> None:
    kind = next((kind for mark, kind in _KINDS if start.startswith(mark)), None)
    if kind is None and start.lstrip(codecs.BOM_UTF8 + b" \r\n\t").lower().startswith(_HTML):
        kind = "trang web (HTML)"
    if (
        kind is None
        and not xml
        and b"\x00" in start
        and not start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    ):
        kind = "tệp nhị phân không rõ loại"
    if kind is not None:
        raise Problem("INT-NOT-SPREADSHEET", where=name, name=name, kind=kind)


class _Pieces:
    """An .xlsx file, read in pieces."""

    def __init__(self, book: Xlsx) -> None:
        self._book = book
        self.sheets = list(book.sheets)

    def marks(self, sheet: str) -> Marks:
        return self._book.marks(sheet)

    def rows(self, sheet: str, *, few: bool = False) -> Iterator[Row]:
        return self._book.rows(sheet, few=few)


class _Whole:
    """A file held whole."""

    def __init__(self, sheets: Iterable[Sheet]) -> None:
        self._held = {sheet.title: sheet for sheet in sheets}
        self.sheets = list(self._held)

    def marks(self, sheet: str) -> Marks:
        merged = self._held[sheet].merged
        return Marks(tuple(Merge(top + 1, left, bottom + 1, right) for top, left, bottom, right in merged))

    def rows(self, sheet: str, *, few: bool = False) -> Iterator[Row]:  # noqa: ARG002 - it is held whole
        held = self._held[sheet]
        if held.left + max(map(len, held.rows), default=0) > WIDEST:
            raise Problem("INT-TOO-WIDE", where=sheet, sheet=sheet)
        for number, cells in enumerate(held.rows, start=held.top + 1):
            row: list[Raw | None] = [*itertools.repeat(None, held.left), *cells]
            if any(cell is not None for cell in row):
                yield number, row


class _Csv:
    """Text with one row a line."""

    sheets: Sequence[str] = (CSV_TITLE,)

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._name = name

    def rows(self, sheet: str, *, few: bool = False) -> Iterator[Row]:  # noqa: ARG002 - there is one, read by line
        try:
            with self._path.open(encoding=self._encoding(), newline="") as file:
                for number, cells in enumerate(csv.reader(file, delimiter=self._delimiter()), start=1):
                    if len(cells) > WIDEST:
                        raise Problem("INT-TOO-WIDE", where=sheet, sheet=sheet)
                    if any(cells):
                        yield number, [cell if cell.strip() else None for cell in cells]
        except UnicodeDecodeError as error:
            raise Problem("INT-ENCODING", where=self._name, name=self._name) from error
        except csv.Error as error:
            raise Problem("INT-DAMAGED", where=self._name, name=self._name) from error

    def marks(self, sheet: str) -> Marks:  # noqa: ARG002 - text has none
        return Marks()

    def _encoding(self) -> str:
        """The codec its beginning tells; where it tells none, UTF-8, which soon says that it is not."""
        with self._path.open("rb") as file:
            return codec_of(file.read(FEW_BYTES)) or "utf-8-sig"

    def _delimiter(self) -> str:
        with self._path.open(encoding=self._encoding(), newline="") as file:
            lines = [line for _, line in zip(range(20), file, strict=False)]
        return max(DELIMITERS, key=lambda sign: sum(line.count(sign) for line in lines))


def head(source: Source, sheet: str, rows: int) -> list[Row]:
    """The first rows of a sheet, without reading further."""
    return list(itertools.takewhile(lambda row: row[0] <= rows, source.rows(sheet, few=True)))


def count(rows: Iterable[Row], most: int, sheet: str) -> Iterator[Row]:
    """The rows, until there are too many: then Problem INT-TOO-MANY-ROWS."""
    for seen, row in enumerate(rows, start=1):
        if seen > most:
            raise Problem("INT-TOO-MANY-ROWS", where=sheet, sheet=sheet, limit=f"{most:,}".replace(",", "."))
        yield row
