"""Reading an agency's database into a snapshot: what is there is looked at first, then streamed, sheet by sheet."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ccvc.intake import layout, limits
from ccvc.intake.databases import connecting, statements
from ccvc.intake.databases.mapping import SheetMap, SourceMap
from ccvc.intake.databases.snapshot import About, Part, Writer
from ccvc.intake.databases.statements import Mark
from ccvc.intake.databases.values import Kept, keep, value_of
from ccvc.intake.layout import MAIN
from ccvc.standard.problems import Problem

_LOOK_AT_SIZE = 10_000  # rows between two looks at how large the snapshot has become


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a database is to be read: from which watermarks on (None: all), and who is read again besides.

    `settled` names sheets whose watermark is old enough that nothing before it can come up late. `after` sets
    a snapshot apart that must be looked at anew even where it says the same.
    """

    since: Mapping[str, Kept] | None = None
    settled: frozenset[str] = frozenset()
    again: Sequence[Kept] = ()
    after: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was read: rows by sheet, and the watermarks reached."""

    rows: Mapping[str, int]
    marks: Mapping[str, Kept]


def fetch(source: SourceMap, text: str, path: Path, wanted: Wanted, on: date) -> Fetched:
    """Write the snapshot of a database to `path`. Raises Problem INT-DB-… for whatever stands in the way."""
    titles = layout.sheets(on)
    with connecting.reading(source) as connection, zipfile.ZipFile(path, "w") as archive:
        for key, sheet in source.sheets.items():
            _look_at(connection, sheet, titles[key].title)
        writer = Writer(archive)
        reader = _Reader(connection, source, wanted, path)
        for key in source.sheets:
            writer.sheet(key, reader.rows(key, titles[key].title))
        parts = {key: Part(titles[key].title, sheet.read()) for key, sheet in source.sheets.items()}
        writer.about(About(text, parts, dict(wanted.since or {}), wanted.after))
    marks = {
        key: _kept(mark, source.sheets[key].watermark, titles[key].title)
        for key, mark in reader.marks.items()
    }
    return Fetched(writer.rows, marks)


def _look_at(connection: sa.Connection, sheet: SheetMap, title: str) -> None:
    """Refuse a table, statement or column that is not there, before anything is read."""
    wanted = dict.fromkeys(name for name in (sheet.number, sheet.watermark, *sheet.read()) if name)
    try:
        with connection.execute(statements.probe(sheet, title)) as result:
            found = list(result.keys())
    except DBAPIError as error:
        said = connecting.reason(error, connection.engine.url)
        if sheet.select:
            raise Problem("INT-DB-SELECT", where=title, sheet=title, reason=said) from error
        raise Problem("INT-DB-TABLE", where=title, sheet=title, table=sheet.table, reason=said) from error
    there = {name.casefold() for name in found}
    missing = [name for name in wanted if name.casefold() not in there]
    if missing:
        names = {"columns": ", ".join(missing), "known": ", ".join(found)}
        raise Problem("INT-DB-COLUMN", where=title, sheet=title, **names)


class _Reader:
    """Reads the sheets one after another, and notes how far their watermarks reach."""

    def __init__(self, connection: sa.Connection, source: SourceMap, wanted: Wanted, path: Path) -> None:
        self._connection = connection
        self._source = source
        self._path = path
        self._since = _marks(wanted)
        self._again = [value_of(person) for person in wanted.again]
        self._most, self._size = limits.most_rows(), limits.most_bytes()
        self.marks: dict[str, Any] = {key: mark.value for key, mark in (self._since or {}).items()}

    def rows(self, key: str, title: str) -> Iterator[list[Kept]]:
        """Rows as they are kept, as a stream."""
        statement = statements.rows_of(self._source, key, self._since, self._again)
        sheet = self._source.sheets[key]
        names = [sheet.number or sheet.person, *sheet.read()]
        with _told(title, self._connection), self._connection.execute(statement) as result:
            for number, row in enumerate(result, start=1):
                self._refuse_too_much(key, number)
                if sheet.watermark:
                    self._mark(key, row[-1])
                yield [_kept(value, name, title) for value, name in zip(row, names, strict=False)]

    def _mark(self, key: str, mark: Any) -> None:
        if mark is not None and (self.marks.get(key) is None or mark > self.marks[key]):
            self.marks[key] = mark

    def _refuse_too_much(self, key: str, number: int) -> None:
        if key == MAIN and number > self._most:
            limit = f"{self._most:,}".replace(",", ".")
            raise Problem("INT-DB-TOO-MANY", where=self._source.name, limit=limit)
        if number % _LOOK_AT_SIZE == 0 and self._path.stat().st_size > self._size:
            raise Problem("INT-DB-TOO-LARGE", where=self._source.name, limit=self._size >> 20)


def _marks(wanted: Wanted) -> dict[str, Mark] | None:
    if wanted.since is None:
        return None
    return {key: Mark(value_of(mark), key in wanted.settled) for key, mark in wanted.since.items()}


def _kept(value: object, column: str, title: str) -> Kept:
    try:
        return keep(value)
    except TypeError as error:
        raise Problem("INT-DB-TYPE", where=title, sheet=title, column=column, kind=str(error)) from error


@contextmanager
def _told(title: str, connection: sa.Connection) -> Iterator[None]:
    """Whatever goes wrong while rows come in, said in words."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise Problem("INT-DB-TEXT", where=title, sheet=title) from error
    except (SQLAlchemyError, OSError, ValueError) as error:
        said = connecting.reason(error, connection.engine.url)
        code = "INT-DB-TEXT" if "decode" in said.lower() else "INT-DB-BROKEN"
        raise Problem(code, where=title, sheet=title, reason=said) from error
