"""The headings of one sheet: which column fills which field, and below which row the data begin. Pure.

The hidden row of paths in our own template is read here; other files are recognised by `shapes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ccvc.intake.layout import PERSON, Column, Sheet, letters
from ccvc.intake.shapes.blocks import Rows
from ccvc.intake.shapes.mapping import Shape
from ccvc.intake.shapes.marks import NO_MARKS, Marks

SEARCHED_ROWS = 20


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of a file that fills one column of the layout; `index` counts the file's columns from 0."""

    index: int
    column: Column

    @property
    def letter(self) -> str:
        """Column letters in the file."""
        return letters(self.index)


@dataclass(frozen=True, slots=True)
class Part:
    """One sheet of the file: its data begin below `row`."""

    title: str
    row: int
    marks: Marks = NO_MARKS


@dataclass(frozen=True, slots=True)
class Headings:
    """The headings of one sheet: data begin below `row`; what was not recognised, or came twice, is named.

    `shape` says how rows are read that are not in our template; `more` are further sheets of the same shape,
    `sources` the columns its fields are made of.
    """

    sheet: Sheet
    row: int
    found: tuple[Heading, ...]
    unknown: tuple[tuple[str, str], ...] = ()  # (letters, heading)
    twice: tuple[tuple[str, str, str], ...] = field(default=())  # (letters, heading, letters of the first)
    shape: Shape | None = None
    sources: tuple[Heading, ...] = ()
    marks: Marks = NO_MARKS
    more: tuple[Part, ...] = ()

    def paths(self) -> frozenset[str]:
        """Paths of the layout that the file has a column for."""
        return frozenset(heading.column.path for heading in self.found)

    def parts(self, title: str) -> tuple[Part, ...]:
        """All sheets with these headings, `title` the first."""
        return (Part(title, self.row, self.marks), *self.more)


def by_paths(head: Rows, sheets: Iterable[Sheet]) -> Headings | None:
    """The row of paths: each cell in it is a path of one sheet of the layout."""
    candidates = list(sheets)
    for number, cells in head:
        texts = [c.strip() if isinstance(c, str) else "" for c in cells]
        if PERSON not in texts:
            continue
        sheet = max(candidates, key=lambda s: len({c.path for c in s.columns} & set(texts)))
        columns = {c.path: c for c in sheet.columns}
        found, twice = _once(texts, columns)
        unknown = tuple((letters(n), t) for n, t in enumerate(texts) if t and t not in columns)
        return Headings(sheet, number, found, unknown, twice)
    return None


def _once(
    texts: Sequence[str], columns: dict[str, Column]
) -> tuple[tuple[Heading, ...], tuple[tuple[str, str, str], ...]]:
    """Each column of the layout filled once, by the first; the others are named with the first's letters."""
    first: dict[str, Heading] = {}
    twice: list[tuple[str, str, str]] = []
    for index, path in enumerate(texts):
        if path in first:
            twice.append((letters(index), path, first[path].letter))
        elif path in columns:
            first[path] = Heading(index, columns[path])
    return tuple(first.values()), tuple(twice)
