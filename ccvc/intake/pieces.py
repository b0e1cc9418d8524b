"""Reading a large .xlsx in pieces, so that memory holds one piece and never the whole sheet.

A sheet's XML is parted after whole rows; each part is put into a small workbook with the original's styles
and texts, and read by calamine like any other. Row numbers stay those of the file.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from xml.etree import ElementTree as ET

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from ccvc.intake.cells.results import Raw, raw_of
from ccvc.intake.damage import UNREADABLE
from ccvc.intake.shapes import marks
from ccvc.standard.problems import Problem
from ccvc.standard.together import together

PIECE_BYTES = 2 * 1024 * 1024
LARGE_SHEET = 32 * 1024 * 1024  # smaller ones are read in this process: starting others would take longer
CHUNK = 256 * 1024
FEW_BYTES = 128 * 1024
LARGEST_PART = 512 * 1024 * 1024  # of the texts and styles, which every piece needs whole
LARGEST_SHEET = 4 * 1024 * 1024 * 1024
FURTHEST_GAP = 2_000  # rows that may lie empty within one piece: a piece is held as a full table
MOST_CELLS = 4_000_000  # of such a table, empty ones too
EMPTY_CELLS = 2_000  # of it that may lie between two rows, where it would be larger
WIDEST = 702  # columns A to ZZ
LAST_ROW = 1_048_576

Row = tuple[int, list[Raw | None]]

_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_SHARED = ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels")
_TEXTS = ("xl/styles.xml", "xl/sharedstrings.xml")
# How many texts and styles follow is only a hint, for which the library sets memory aside before it has seen any.
_COUNTED = re.compile(rb"<(?:\w+:)?(?:sst|numFmts|cellXfs)\b[^<>]*>")
_COUNT = re.compile(rb"\b(?:uniqueC|c)ount\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_DATA = re.compile(rb"<(?P<prefix>\w+:)?sheetData\s*(?P<closed>/)?>")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^<>]*?\br\s*=\s*[\"'](\d+)")
_USUAL_ROW = re.compile(rb"<row r=\"(\d+)\"")
# Where cells and rows say that they stand. Beginning with a letter that stands for itself they are sought much faster.
_COLUMNS = re.compile(rb"r\s*=\s*[\"']([A-Za-z]+)\d")
_PERHAPS_FAR = re.compile(rb"r\s*=\s*[\"'][A-Za-z]{3}")
_NUMBERS = re.compile(rb"r\s*=\s*[\"'][A-Za-z]*(\d+)")
_ERROR_CELL = re.compile(
    rb"<(?:\w+:)?c\b(?=[^<>]*\bt=\"e\")[^<>]*\br=\"([A-Z]+)(\d+)\"[^<>]*(?<!/)>"
    rb"(?:(?!</?(?:\w+:)?c\b).)*?<(?:\w+:)?v>([^<]*)<",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a sheet: what stands before its rows in the sheet's XML, and the rows."""

    head: bytes
    rows: bytes


@dataclass(frozen=True, slots=True)
class Book:
    """What reading a piece needs: the workbook without its sheets, the sheet's title and part of the archive."""

    base: bytes
    sheet: str
    part: str


class Xlsx:
    """An .xlsx file read in pieces."""

    def __init__(self, path: str, name: str, processes: int = 1) -> None:
        self.name = name
        self._processes = processes
        with self._told(name):
            self._zip = zipfile.ZipFile(path)
            self._names = {info.filename.lower(): info for info in self._zip.infolist()}
            self._base = self._make_base()
            self.sheets = self._find_sheets()

    @contextmanager
    def _told(self, where: str) -> Iterator[None]:
        try:
            yield
        except (CalamineError, ET.ParseError, *UNREADABLE) as error:
            raise Problem("INT-DAMAGED", where=where, name=self.name) from error

    def close(self) -> None:
        """Let the file go."""
        self._zip.close()

    def _make_base(self) -> bytes:
        """The workbook without its sheets."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as base:
            for wanted in (*_SHARED, *_TEXTS):
                info = self._names.get(wanted.lower())
                if info is not None:
                    self._refuse_huge(info)
                    base.writestr(info.filename, _COUNTED.sub(_without_counts, self._zip.read(info)))
        return buffer.getvalue()

    def _refuse_huge(self, info: zipfile.ZipInfo, largest: int = LARGEST_PART) -> None:
        if info.file_size > largest:
            size, limit = (n // 1024 // 1024 for n in (info.file_size, largest))
            raise Problem("INT-TOO-LARGE", where=info.filename, name=self.name, size=size, limit=limit)

    def _find_sheets(self) -> dict[str, str]:
        """Sheet titles in order, each with its part of the archive."""
        book = _parse(self._read("xl/workbook.xml"))
        relations = _parse(self._read("xl/_rels/workbook.xml.rels"))
        targets = {r.get("Id"): r.get("Target") or "" for r in relations.iter(_RELATIONS)}
        found: dict[str, str] = {}
        for element in book.iter():
            if element.tag.endswith("}sheet"):
                key = next((v for k, v in element.attrib.items() if k.endswith("}id")), None)
                part = _inside(targets.get(key, ""))
                if part.lower() in self._names and "worksheets" in part:
                    found[element.get("name") or ""] = part
        return found

    def _read(self, name: str) -> bytes:
        info = self._names[name]
        self._refuse_huge(info)
        return self._zip.read(info)

    def rows(self, sheet: str, *, few: bool = False) -> Iterator[Row]:
        """The sheet's rows that hold something, read piece by piece. Raises Problem INT-DAMAGED, INT-TOO-WIDE.

        A piece is as large as the texts that go with it, since these are read again for each.
        """
        size = FEW_BYTES if few else max(PIECE_BYTES, len(self._base))
        book = Book(self._base, sheet, self.sheets[sheet])
        with self._told(sheet):
            self._refuse_huge(self._names[book.part.lower()], LARGEST_SHEET)
            with closing(self._pieces(book.part, size)) as pieces:
                for rows in self._worked(book, pieces, few=few):
                    yield from rows

    def _worked(self, book: Book, pieces: Iterator[Piece], *, few: bool) -> Iterator[list[Row]]:
        """The rows of each piece; of a large sheet by several processes."""
        size = self._names[book.part.lower()].file_size
        if few or self._processes == 1 or size < LARGE_SHEET:
            return (read_piece(book, piece) for piece in pieces)
        found = together(_read_piece, pieces, self._processes, prepare=_prepare, given=(book,))
        return (rows for _, rows in found)

    def marks(self, sheet: str) -> marks.Marks:
        """Merged cells, hidden columns and rows. Raises Problem INT-DAMAGED."""
        part = self._names[self.sheets[sheet].lower()]
        self._refuse_huge(part, LARGEST_SHEET)
        with self._told(sheet), self._zip.open(part) as stream:
            return marks.of_xml(iter(lambda: stream.read(CHUNK), b""))

    def _pieces(self, part: str, piece_bytes: int) -> Generator[Piece]:
        """The sheet in pieces of whole rows."""
        with self._zip.open(self._names[part.lower()]) as stream:
            head, rest = _up_to_rows(stream.read)
            end = _row_end(head)
            buffer, last = bytearray(rest), False
            while not last:
                while len(buffer) < piece_bytes and (chunk := stream.read(CHUNK)):
                    buffer += chunk
                last = len(buffer) < piece_bytes
                cut = len(buffer) if last else buffer.rfind(end) + len(end)
                if not last and cut < len(end):
                    raise ValueError("a row larger than a piece")
                yield from (Piece(head, rows) for rows in _without_gaps(bytes(buffer[:cut])))
                del buffer[:cut]


def read_piece(book: Book, piece: Piece) -> list[Row]:
    """The rows of a piece that hold something. Raises Problem INT-TOO-WIDE; ValueError where it cannot be read."""
    closing = piece.head[piece.head.rfind(b"<") + 1 :].rstrip(b">")
    prefix = closing.rpartition(b":")[0] + (b":" if b":" in closing else b"")
    rows = piece.rows.split(b"</" + closing + b">")[0]
    ending = b"</" + closing + b"></" + prefix + b"worksheet>"
    if _PERHAPS_FAR.search(rows) and _width(rows) > WIDEST:
        raise Problem("INT-TOO-WIDE", where=book.sheet, sheet=book.sheet)
    return [row for near in _small_tables(rows) for row in _read_rows(book, piece.head, near, ending)]


def _read_rows(book: Book, head: bytes, rows: bytes, ending: bytes) -> list[Row]:
    buffer = io.BytesIO(book.base)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr(book.part, head + rows + ending)
    buffer.seek(0)
    try:
        with CalamineWorkbook.from_filelike(buffer) as calamine:
            table = calamine.get_sheet_by_name(book.sheet)
            if table.end and table.end[1] >= WIDEST:  # of cells that do not say where they stand
                raise Problem("INT-TOO-WIDE", where=book.sheet, sheet=book.sheet)
            return list(_numbered(table, _errors(rows)))
    except CalamineError as error:
        raise ValueError(str(error)) from error


def _numbered(table: CalamineSheet, errors: Mapping[int, list[tuple[int, str]]]) -> Iterator[Row]:
    """Rows as the person sees them: (number, cells from column A), errors of formulas by their words."""
    top, left = table.start or (0, 0)
    before: list[Raw | None] = [None] * left
    for number, cells in enumerate(table.to_python(), start=top + 1):
        row = before + [cell or None if type(cell) is str else raw_of(cell) for cell in cells]
        for column, text in errors.get(number, ()):
            row[column] = text
        if row.count(None) < len(row):
            yield number, row


_books: list[Book] = []


def _prepare(book: Book) -> None:
    _books[:] = [book]


def _read_piece(piece: Piece) -> list[Row]:
    return read_piece(_books[0], piece)


def _without_counts(tag: re.Match[bytes]) -> bytes:
    return _COUNT.sub(b"", tag.group())


def _parse(data: bytes) -> ET.Element:
    """Parse a small part; a document type, which spreadsheets never have, is refused (entity bombs)."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ValueError("document type in a spreadsheet")
    return ET.fromstring(data)  # noqa: S314 - refused above


def _inside(target: str) -> str:
    """Path in the archive of a relation's target: "worksheets/sheet1.xml" or "/xl/worksheets/sheet1.xml"."""
    return target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)


def _up_to_rows(read: Callable[[int], bytes]) -> tuple[bytes, bytes]:
    """What stands up to and with <sheetData>, and what was read after it."""
    buffer = b""
    while chunk := read(CHUNK):
        buffer += chunk
        match = _DATA.search(buffer)
        if match and match["closed"]:
            opened = b"<" + (match["prefix"] or b"") + b"sheetData>"
            return buffer[: match.start()] + opened, b""
        if match:
            return buffer[: match.end()], buffer[match.end() :]
        if len(buffer) > 16 * CHUNK:
            break
    raise ValueError("no sheet data")


def _row_end(head: bytes) -> bytes:
    prefix = _DATA.search(head)
    return b"</" + ((prefix["prefix"] or b"") if prefix else b"") + b"row>"


def _without_gaps(rows: bytes) -> Iterator[bytes]:
    """The piece, or parts of it where far rows stand alone: a table of all rows between would be vast."""
    starts = _starts(rows)
    cuts = [0]
    cuts += [at for (_, before), (at, number) in pairwise(starts) if number - before > FURTHEST_GAP]
    for begin, end in zip(cuts, [*cuts[1:], len(rows)], strict=True):
        yield rows[begin:end]


def _width(rows: bytes) -> int:
    """The columns up to the last that is named, 1 where none is."""
    return max((marks.number_of(one.decode().upper()) for one in set(_COLUMNS.findall(rows))), default=0) + 1


def _small_tables(rows: bytes) -> Iterator[bytes]:
    """The rows in parts whose tables are not too large; ValueError where cells say they stand far from their rows."""
    if _span(rows) * WIDEST <= MOST_CELLS:
        yield rows
        return
    width, starts = _width(rows), _starts(rows)
    cuts, first = [0], starts[0][1] if starts else 0
    for (_, before), (at, number) in pairwise(starts):
        if (number - before) * width > EMPTY_CELLS or (number - first + 1) * width > MOST_CELLS:
            cuts.append(at)
            first = number
    for begin, end in zip(cuts, [*cuts[1:], len(rows)], strict=True):
        if _span(rows[begin:end]) * width > MOST_CELLS:
            raise ValueError("cells far from one another")
        yield rows[begin:end]


def _span(rows: bytes) -> int:
    """How many rows the table has in which all these have a place; ValueError for a row no spreadsheet has."""
    numbers = {int(number) for number in set(_NUMBERS.findall(rows))} or {1}
    if max(numbers) > LAST_ROW:
        raise ValueError("no such row")
    return max(numbers) - min(numbers) + 1


def _starts(rows: bytes) -> list[tuple[int, int]]:
    """Where each row begins, and its number; rows written as programs usually write them are found faster."""
    usual = [(match.start(), int(match.group(1))) for match in _USUAL_ROW.finditer(rows)]
    if len(usual) == rows.count(b"row ") > 0:
        return usual
    return [(match.start(), int(match.group(1))) for match in _ROW.finditer(rows)]


def _errors(rows: bytes) -> dict[int, list[tuple[int, str]]]:
    """Cells whose formula gave an error, which calamine shows as empty: by row (column from 0, "#N/A")."""
    found: dict[int, list[tuple[int, str]]] = {}
    for match in _ERROR_CELL.finditer(rows) if b't="e"' in rows else ():
        place = marks.number_of(match[1].decode())
        found.setdefault(int(match[2]), []).append((place, match[3].decode()))
    return found
