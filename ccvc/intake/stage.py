"""The rows of a file, set down once so that slices can be read from anywhere, again after a crash.

A scratch file (SQLite) in the node's home: it is made whole or not at all, can be made again from the stored
original at any time, and goes when the file has been read. It joins the rows of the tables to their person.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from ccvc.intake import joining, legacy
from ccvc.intake.cells.results import Noted, Raw, text_of
from ccvc.intake.cells.texts import ID_DIGITS, is_blank, to_personal_id
from ccvc.intake.findings import Finding, of_problem
from ccvc.intake.headers import Headings, Part
from ccvc.intake.joining import PLACED
from ccvc.intake.layout import MAIN
from ccvc.intake.pieces import Row
from ccvc.intake.reading import Source, count
from ccvc.intake.shapes.parts import numbered
from ccvc.intake.shapes.rows import NAMED, Shaped
from ccvc.intake.survey import Survey
from ccvc.standard.problems import Problem

BATCH = 5_000
UNREADABLE = "?"

_TABLES = """
CREATE TABLE main (row INTEGER PRIMARY KEY, person TEXT NOT NULL, cells BLOB NOT NULL);
CREATE TABLE part (person TEXT NOT NULL, sheet INTEGER NOT NULL, row INTEGER NOT NULL, cells BLOB NOT NULL);
CREATE TABLE about (content BLOB NOT NULL);
"""
_QUICK = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384;"
_INTO_MAIN = "INSERT INTO main (row, person, cells) VALUES (?, ?, ?)"
_INTO_PART = "INSERT INTO part (row, person, cells, sheet) VALUES (?, ?, ?,"
_INDEXES = """
CREATE INDEX main_person ON main (person);
CREATE INDEX part_person ON part (person, sheet, row);
CREATE TABLE repeated AS SELECT person, group_concat(row, ', ') AS rows, min(row) AS first FROM main
 WHERE person GLOB '[0-9]*' GROUP BY person HAVING count(*) > 1;
CREATE INDEX repeated_person ON repeated (person);
"""


@dataclass(frozen=True, slots=True)
class StagedSheet:
    """One sheet of the file: title there, row of its headings, and the (index, path) of its columns.

    `titles`: where several sheets have these columns, all of them.
    """

    key: str
    title: str
    row: int
    columns: tuple[tuple[int, str], ...]
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StagedRow:
    """One row: `sheet` counts the staged sheets from 0, `cells` follow that sheet's columns.

    `person` joins the rows of one person; where it cannot be a number it is what was typed, behind a "?".
    """

    sheet: int
    row: int
    person: str
    cells: Sequence[Raw | None]

    @property
    def number(self) -> str:
        """The personal identification number; empty where the cell holds none."""
        return self.person if is_number(self.person) else ""


def is_number(person: str) -> bool:
    """Whether what joins the rows of a person is a personal identification number."""
    return bool(person) and not person.startswith(UNREADABLE)


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows of persons that follow one another: the first, the last, the numbers among them, the rows without.

    `placed` are those that at least have a name.
    """

    first: int
    last: int
    numbers: tuple[str, ...]
    placed: tuple[int, ...] = ()


class Stage:
    """An open scratch file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = sqlite3.connect(path)
        about = orjson.loads(self._db.execute("SELECT content FROM about").fetchone()[0])
        self.sheets = [
            StagedSheet(s["key"], s["title"], s["row"], tuple(map(tuple, s["columns"])), tuple(s["titles"]))
            for s in about["sheets"]
        ]
        self.notices = [Finding(**notice) for notice in about["notices"]]
        self.total: int = about["total"]

    def close(self) -> None:
        """Let the file go."""
        self._db.close()

    def slices(self, after: int, limit: int) -> Iterator[Slice]:
        """Slices of the rows of persons behind a row number, without their cells."""
        found = self._db.execute("SELECT row, person FROM main WHERE row > ? ORDER BY row", (after,))
        while rows := found.fetchmany(limit):
            numbers = tuple(person for _, person in rows if is_number(person))
            placed = () if len(numbers) == len(rows) else tuple(r for r, p in rows if p.startswith(PLACED))
            yield Slice(rows[0][0], rows[-1][0], numbers, placed)

    def people(self, first: int, last: int) -> list[StagedRow]:
        """The rows of persons from one row to another."""
        found = self._db.execute(
            "SELECT row, person, cells FROM main WHERE row BETWEEN ? AND ? ORDER BY row", (first, last)
        )
        return [StagedRow(0, row, person, orjson.loads(cells)) for row, person, cells in found]

    def tables(self, people: Sequence[StagedRow]) -> dict[str, list[StagedRow]]:
        """Rows of the tables of these persons (who follow one another), in the order of the file."""
        found = self._db.execute(
            "SELECT p.sheet, p.row, p.person, p.cells FROM part p JOIN (SELECT DISTINCT person FROM main"
            " WHERE row BETWEEN ? AND ? AND person <> '') m ON m.person = p.person"
            " ORDER BY p.person, p.sheet, p.row",
            (people[0].row, people[-1].row),
        )
        rows: dict[str, list[StagedRow]] = {}
        for sheet, row, person, cells in found:
            rows.setdefault(person, []).append(StagedRow(sheet, row, person, orjson.loads(cells)))
        return rows

    def repeated(self, people: Sequence[StagedRow]) -> dict[str, str]:
        """Numbers that stand in more than one row of the file, with those rows: {"001…": "7, 12"}."""
        found = self._db.execute(
            "SELECT r.person, r.rows FROM repeated r JOIN main m ON m.person = r.person"
            " WHERE m.row BETWEEN ? AND ?",
            (people[0].row, people[-1].row),
        )
        return dict(found.fetchall())

    def numbers(self) -> Iterator[list[str]]:
        """All personal identification numbers, in batches."""
        found = self._db.execute("SELECT person FROM main WHERE person GLOB '[0-9]*' ORDER BY row")
        while batch := [person for (person,) in found.fetchmany(BATCH)]:
            yield batch

    def strays(self) -> Iterator[StagedRow]:
        """Rows of tables whose person is in no row of persons."""
        found = self._db.execute(
            "SELECT sheet, row, person, cells FROM part WHERE person = '' OR NOT EXISTS"
            " (SELECT 1 FROM main WHERE main.person = part.person) ORDER BY sheet, row"
        )
        for sheet, row, person, cells in found:
            yield StagedRow(sheet, row, person, orjson.loads(cells))


@contextlib.contextmanager
def staged(path: Path) -> Iterator[Stage]:
    """Open a scratch file."""
    stage = Stage(path)
    try:
        yield stage
    finally:
        stage.close()


def build(path: Path, source: Source, found: Survey, *, most: int, name: str) -> None:
    """Make the scratch file from an open source and what was found in it; `most` rows of persons.

    Raises Problem INT-TOO-MANY-ROWS, INT-NO-ROWS and those of reading; then nothing is left behind.
    """
    for left in path.parent.glob(f"{path.stem}.*"):
        left.unlink(missing_ok=True)
    making = path.with_suffix(f".{os.getpid()}")
    making.touch(mode=0o600)
    try:
        with contextlib.closing(sqlite3.connect(making, isolation_level=None)) as db:
            notices = _fill(db, source, found, most)
            if not _finish(db, found, notices):
                raise Problem("INT-NO-ROWS", where=name, name=name)
        making.replace(path)
    finally:
        making.unlink(missing_ok=True)


def _fill(db: sqlite3.Connection, source: Source, found: Survey, most: int) -> list[Finding]:
    """Fill without a journal: a file made halfway is thrown away. Returns what to say of the columns."""
    notices: list[Finding] = []
    db.executescript(_QUICK + _TABLES)
    db.execute("BEGIN")
    for place, (title, headings) in enumerate(found.sheets):
        rows = _all_parts(source, title, headings, notices)
        if headings.sheet.key == MAIN:
            _insert(db, _INTO_MAIN, _staged(count(rows, most, title), headings))
        else:
            _insert(db, f"{_INTO_PART} {place:d})", _staged(rows, headings))
    db.execute("COMMIT")
    return notices


def _finish(db: sqlite3.Connection, found: Survey, notices: list[Finding]) -> int:
    """Add what the file is about, and the indexes; returns the rows of persons."""
    total: int = db.execute("SELECT count(*) FROM main").fetchone()[0]
    about = {
        "sheets": [_about(title, headings) for title, headings in found.sheets],
        "notices": [asdict(notice) for notice in (*found.notices, *notices)],
        "total": total,
    }
    db.execute("INSERT INTO about VALUES (?)", (orjson.dumps(about),))
    db.executescript(_INDEXES)
    joining.resolve(db, found.main)
    return total


def _about(title: str, headings: Headings) -> dict[str, Any]:
    columns = [(heading.index, heading.column.path) for heading in headings.found]
    titles = [part.title for part in headings.parts(title)]
    return {
        "key": headings.sheet.key,
        "title": title,
        "row": headings.row,
        "columns": columns,
        "titles": titles,
    }


def _all_parts(source: Source, title: str, headings: Headings, notices: list[Finding]) -> Iterator[Row]:
    """The rows of every sheet with these headings, one after another."""
    for number, part in enumerate(headings.parts(title)):
        columns = legacy.Columns(part.title, headings)
        rows = columns.in_unicode(row for row in source.rows(part.title) if row[0] > part.row)
        if headings.shape is None:
            yield from rows
        else:
            shaped = Shaped(headings.shape, headings.sheet, part.marks.merges, part.row)
            yield from ((numbered(number, row), cells) for row, cells in shaped(rows))
            notices += _about_rows(part, shaped)
        notices += columns.notices()


def _about_rows(part: Part, shaped: Shaped) -> Iterator[Finding]:
    """What is said of rows that were passed over, and of ditto marks."""
    told = [(row, text) for row, kind, text in shaped.passed if kind not in {"heading", "numbers"}]
    if told:
        named = "; ".join(f"{row} ({text})" for row, text in told[:NAMED])
        words = named + ("; …" if len(told) > NAMED else "")
        yield of_problem(Problem("INT-ROWS-PASSED", count=len(told), rows=words), "warning", sheet=part.title)
    if shaped.filled:
        yield of_problem(Problem("INT-DITTO", count=shaped.filled), "warning", sheet=part.title)


def _insert(db: sqlite3.Connection, sql: str, rows: Iterable[tuple[int, str, bytes]]) -> None:
    waiting = iter(rows)
    while batch := list(itertools.islice(waiting, BATCH)):
        db.executemany(sql, batch)


def _staged(rows: Iterable[Row], headings: Headings) -> Iterator[tuple[int, str, bytes]]:
    """Rows with the recognised cells only; a row that has none of them says nothing."""
    indexes = [heading.index for heading in headings.found]
    first, width = min(indexes), max(indexes) + 1
    together = indexes == list(range(first, width))
    person = joining.Person(headings)
    for number, cells in rows:
        cells.extend([None] * (width - len(cells)))
        kept = cells[first:width] if together else [cells[index] for index in indexes]
        key = _person(kept[person.place]) if person.place is not None else ""
        key = key or person.otherwise(number, kept)
        if key or any(_says_something(cell) for cell in kept):
            yield number, key, orjson.dumps(kept)


def _says_something(cell: Raw | None) -> bool:
    return not (cell is None or (isinstance(cell, str) and is_blank(cell)))


def _person(cell: Raw | None) -> str:
    """What joins the rows of one person: the number, or what stands in its place; else empty."""
    if type(cell) is str and len(cell) == ID_DIGITS and cell.isascii() and cell.isdecimal():
        return cell
    if not _says_something(cell) or cell is None:
        return ""
    found = to_personal_id(cell)
    value = found.value if isinstance(found, Noted) else found
    return value if isinstance(value, str) else f"{UNREADABLE}{text_of(cell).strip()}"
