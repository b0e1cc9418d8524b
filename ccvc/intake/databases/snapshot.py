"""A snapshot: rows as a database gave them, with the mapping they are read by, in one file that never changes.

A ZIP file with one part a sheet, one JSON list a row: the person's number, then the columns kept. The same
rows read by the same mapping are the same bytes, so that they are the same intake; no clock stands in it.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import orjson

from ccvc.intake.cells.results import Raw
from ccvc.intake.damage import UNREADABLE
from ccvc.intake.databases.columns import Reading, readings
from ccvc.intake.databases.mapping import headings, parse
from ccvc.intake.databases.values import Kept, cell
from ccvc.intake.shapes.marks import Marks
from ccvc.standard.problems import Problem

ABOUT = "ccvc-snapshot.json"
LONGEST_LINE = 4 * 1024 * 1024
LARGEST_ABOUT = 4 * 1024 * 1024
MOST_UNLISTED = 20  # values named of each table of values
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Part(msgspec.Struct, frozen=True):
    """One sheet of a snapshot: its title, and the database's names of the columns kept."""

    title: str
    columns: list[str]


class About(msgspec.Struct, frozen=True):
    """What a snapshot is: its mapping as written, and from where on the rows were read."""

    mapping: str
    sheets: dict[str, Part]
    since: dict[str, Any]
    after: str = ""


class Writer:
    """Writes a snapshot, sheet by sheet, as a stream; `rows` counts them by sheet."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.rows: dict[str, int] = {}

    def sheet(self, key: str, rows: Iterable[list[Kept]]) -> None:
        """Write the rows of a sheet."""
        self.rows[key] = 0
        with self._archive.open(_entry(f"{key}.ndjson"), "w", force_zip64=True) as out:
            for row in rows:
                out.write(orjson.dumps(row) + b"\n")
                self.rows[key] += 1

    def about(self, about: About) -> None:
        """Write what the snapshot is: last, so that a snapshot broken off is none."""
        self._archive.writestr(_entry(ABOUT), msgspec.json.encode(about))


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


class Snapshot:
    """An open snapshot, read as a file of rows: the first row of each sheet names the fields."""

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._name = name
        try:
            with zipfile.ZipFile(path) as archive, archive.open(ABOUT) as file:
                self.about = msgspec.json.decode(file.read(LARGEST_ABOUT), type=About)
        except (msgspec.MsgspecError, *UNREADABLE) as error:
            raise self._damaged() from error
        self.source = parse(self.about.mapping, name)
        self._refuse_foreign_parts()
        self._keys = {part.title: key for key, part in self.about.sheets.items()}
        self.sheets = list(self._keys)

    def marks(self, sheet: str) -> Marks:  # noqa: ARG002 - a database merges no cells
        """None."""
        return Marks()

    def rows(self, sheet: str, *, few: bool = False) -> Iterator[tuple[int, list[Raw | None]]]:  # noqa: ARG002 - a stream
        """The headings, then each row as the mapping reads it."""
        key = self._keys[sheet]
        yield 1, list(headings(self.source.sheets[key], key))
        with self._told():
            made = self._readings(key)
            for number, row in enumerate(self.kept(key), start=2):
                yield number, [cell(row[0]), *(one.cell(row) for one in made)]

    def unlisted(self) -> dict[str, dict[str, int]]:
        """Values that stand in no table of values, with how often, by table; the first few of each."""
        found: dict[str, Counter[str]] = {}
        for key in self.about.sheets:
            made = [one for one in self._readings(key) if one.table]
            for row in self.kept(key) if made else ():
                for one in made:
                    _note(found.setdefault(one.table, Counter()), one.unlisted(row))
        return {table: dict(words) for table, words in found.items() if words}

    def _readings(self, key: str) -> list[Reading]:
        return readings(self.source, key, self.about.sheets[key].columns, lambda: self.kept(key))

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (ArithmeticError, KeyError, TypeError, ValueError) as error:  # no value we could have kept
            raise self._damaged() from error

    def kept(self, key: str) -> Iterator[list[Kept]]:
        """The rows of a sheet as they were read: the person's number, then the columns kept."""
        width = len(self.about.sheets[key].columns) + 1
        try:
            with zipfile.ZipFile(self._path) as archive, archive.open(f"{key}.ndjson") as lines:
                while line := lines.readline(LONGEST_LINE):
                    row = orjson.loads(line)
                    if not isinstance(row, list) or len(row) != width:
                        raise self._damaged()
                    yield row
        except UNREADABLE as error:
            raise self._damaged() from error

    def _refuse_foreign_parts(self) -> None:
        mapped = self.source.sheets
        if any(
            key not in mapped or part.columns != mapped[key].read() for key, part in self.about.sheets.items()
        ):
            raise self._damaged()

    def _damaged(self) -> Problem:
        return Problem("INT-DAMAGED", where=self._name, name=self._name)


def _note(found: Counter[str], word: str) -> None:
    if word and (word in found or len(found) < MOST_UNLISTED):
        found[word] += 1
