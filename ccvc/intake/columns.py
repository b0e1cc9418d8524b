"""The columns of a file by the standard of a day, and the values of many rows at once. Pure.

Columns are read one after another: a cell met before costs a look into a dictionary, not a reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any

from ccvc.intake import layout
from ccvc.intake.cells import Converter
from ccvc.intake.cells.places import Places
from ccvc.intake.cells.results import Raw, text_of
from ccvc.intake.layout import JOINED, KEY, Column, letters
from ccvc.intake.shapes import parts
from ccvc.intake.stage import StagedRow, StagedSheet
from ccvc.standard.fields import Field, Standard
from ccvc.standard.glance import soundness

Values = dict[str, dict[str, Any]]
"""Values by group and name."""


class Nothing:
    """What only joins the sheets of a file gives no value."""

    doubts: frozenset[Raw] = frozenset()

    def __call__(self, _raw: Raw) -> None:
        """No value."""

    def column(self, raws: Sequence[Raw | None]) -> list[Any]:
        """No values."""
        return [None] * len(raws)


@dataclass(frozen=True, slots=True)
class FileColumn:
    """One column of a file: where it is, what it fills and how its cells are read."""

    letter: str
    column: Column
    convert: Converter | Nothing | None
    group: str
    name: str
    is_key: bool

    def read(self, raw: Raw) -> Any:
        """The value of a cell that holds something."""
        return self.convert(raw) if self.convert else text_of(raw)

    def values(self, raws: Sequence[Raw | None]) -> list[Any]:
        """The values of many cells."""
        if self.convert:
            return self.convert.column(raws)
        return [None if raw is None else text_of(raw) for raw in raws]

    def doubts(self, raws: Sequence[Raw | None]) -> Iterator[int]:
        """Which of these cells, read just before, something may be said of."""
        found = self.convert.doubts if self.convert else ()
        return (place for place, raw in enumerate(raws) if raw in found) if found else iter(())


@dataclass(frozen=True)
class FileSheet:
    """One sheet of a file."""

    key: str
    title: str
    columns: tuple[FileColumn, ...]
    titles: tuple[str, ...]

    def title_of(self, row: int) -> str:
        """The sheet of the file that a row stands on."""
        return parts.title_of(self.titles, row)

    def place(self, path: str) -> int | None:
        """Which of the columns fills a field."""
        return next((n for n, c in enumerate(self.columns) if c.column.path == path), None)

    @cached_property
    def _runs(self) -> list[tuple[str, slice, tuple[str, ...]]]:
        """Neighbouring columns of one group: (group, where they are, names of their fields)."""
        found: list[tuple[str, slice, tuple[str, ...]]] = []
        for group, members in groupby(enumerate(self.columns), key=lambda pair: pair[1].group):
            places = list(members)
            names = tuple(column.name for _, column in places)
            found.append((group, slice(places[0][0], places[-1][0] + 1), names))
        return found

    def plain(self, rows: Sequence[StagedRow]) -> Iterator[Values | None]:
        """The values of rows of persons; None for a row with a cell that something may be said of."""
        doubtful: set[int] = set()
        columns: list[list[Any]] = []
        for column, raws in zip(self.columns, zip(*(row.cells for row in rows), strict=True), strict=True):
            columns.append(column.values(raws))
            doubtful.update(column.doubts(raws))
        for place, values in enumerate(zip(*columns, strict=True)):
            yield None if place in doubtful else self._by_group(values)

    def _by_group(self, values: Sequence[Any]) -> Values:
        found: Values = {}
        for group, where, names in self._runs:
            held = {
                name: value for name, value in zip(names, values[where], strict=True) if value is not None
            }
            if held:
                found[group] = {**found[group], **held} if group in found else held
        return found


def file_sheets(staged: Iterable[StagedSheet], declared: Standard, on: date) -> list[FileSheet]:
    """The sheets of a file."""
    known, places = layout.sheets(on), Places(declared)
    return [_sheet(sheet, known[sheet.key], declared, places, on) for sheet in staged]


def _sheet(
    staged: StagedSheet, sheet: layout.Sheet, declared: Standard, places: Places, on: date
) -> FileSheet:
    columns = {column.path: column for column in sheet.every}

    def made(path: str, index: int) -> FileColumn:
        column = columns[path]
        convert: Converter | Nothing | None = Nothing() if path == KEY else None
        if column.field:
            convert = _converter(column.field, declared, places, on)
        group, _, name = path.rpartition(".")
        return FileColumn(letters(index), column, convert, group, name, path in JOINED)

    return FileSheet(
        staged.key,
        staged.title,
        tuple(made(path, index) for index, path in staged.columns),
        staged.titles or (staged.title,),
    )


def _converter(field: Field, declared: Standard, places: Places, on: date) -> Converter:
    return Converter(field, declared, places, soundness(field, declared, on))
