"""Finding the row of headings, and which column of a file fills which field. Pure.

The hidden row of paths in our own template is taken first; other files are read by the labels and the ways of
writing them that the standard knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ccvc.intake.cells.results import Raw
from ccvc.intake.layout import MAIN, PERSON, Column, Sheet, letters
from ccvc.standard.names import plain

SEARCHED_ROWS = 20
_MARKS = re.compile(r"[^a-z0-9%/]+")
_NUMBERING = re.compile(r"\(?\d{1,3}\)?|\([a-z]\)|[ivx]+", re.IGNORECASE)
_COUNTERS = {"stt", "tt", "sott", "sothutu"}
_HINT = "Ví dụ"
_FEWEST_LABELS = 2

Rows = Sequence[tuple[int, Sequence[Raw | None]]]


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
class Headings:
    """The headings of one sheet: data begin below `row`; what was not recognised, or came twice, is named."""

    sheet: Sheet
    row: int
    found: tuple[Heading, ...]
    unknown: tuple[tuple[str, str], ...] = ()  # (letters, heading)
    twice: tuple[tuple[str, str, str], ...] = field(default=())  # (letters, heading, letters of the first)

    def paths(self) -> frozenset[str]:
        """Paths of the layout that the file has a column for."""
        return frozenset(heading.column.path for heading in self.found)


def find_headings(head: Rows, sheets: Iterable[Sheet], *, title: str = "") -> Headings | None:
    """The headings among the first rows of a sheet, for the sheet of the layout they fit best; else None."""
    candidates = list(sheets)
    by_path = _by_paths(head, candidates)
    if by_path is not None:
        return by_path
    named = [s for s in candidates if s.key != MAIN and _names(s, title)]
    tried = [h for sheet in (named or candidates[:1]) if (h := _by_labels(head, sheet)) is not None]
    return max(tried, key=lambda h: len(h.found), default=None)


def _names(sheet: Sheet, title: str) -> bool:
    table = sheet.table
    known = (sheet.title, table.label_vi, *table.synonyms) if table else (sheet.title,)
    return _key(title) in {_key(name) for name in known}


def _by_paths(head: Rows, sheets: Sequence[Sheet]) -> Headings | None:
    """The row of paths: each cell in it is a path of one sheet of the layout."""
    for number, cells in head:
        texts = [c.strip() if isinstance(c, str) else "" for c in cells]
        if PERSON not in texts:
            continue
        sheet = max(sheets, key=lambda s: len({c.path for c in s.columns} & set(texts)))
        columns = {c.path: c for c in sheet.columns}
        found, twice = _once((n, t, columns[t]) for n, t in enumerate(texts) if t in columns)
        unknown = tuple((letters(n), t) for n, t in enumerate(texts) if t and t not in columns)
        return Headings(sheet, number, found, unknown, twice)
    return None


def _by_labels(head: Rows, sheet: Sheet) -> Headings | None:
    """The row with the most labels of the sheet; it must have the column of the person."""
    spellings = list(_spellings(sheet))
    best: Headings | None = None
    for number, cells in head:
        headings = _match(number, cells, sheet, spellings)
        if PERSON in headings.paths() and len(headings.found) >= _FEWEST_LABELS:
            best = max((h for h in (best, headings) if h), key=lambda h: len(h.found))
    return best and Headings(sheet, _below(head, best), best.found, best.unknown, best.twice)


def _spellings(sheet: Sheet) -> Iterator[tuple[str, Column]]:
    """Labels of all columns first, then the other ways of writing them: an exact label wins."""
    for column in sheet.columns:
        yield _key(column.label), column
    for column in sheet.columns:
        yield from ((_key(text), column) for text in (column.field.synonyms if column.field else ()))


def _match(
    number: int, cells: Sequence[Raw | None], sheet: Sheet, spellings: Sequence[tuple[str, Column]]
) -> Headings:
    """The k-th column with a heading fills the k-th field so labelled."""
    pairs: list[tuple[int, str, Column]] = []
    unknown: list[tuple[str, str]] = []
    used: set[str] = set()
    for index, cell in enumerate(cells):
        key = _key(cell) if isinstance(cell, str) else ""
        if not key or key in _COUNTERS:
            continue
        fitting = [c for spelling, c in spellings if spelling == key]
        if not fitting:
            unknown.append((letters(index), str(cell).strip()))
            continue
        column = next((c for c in fitting if c.path not in used), fitting[0])
        used.add(column.path)
        pairs.append((index, str(cell).strip(), column))
    found, twice = _once(pairs)
    return Headings(sheet, number, found, tuple(unknown), twice)


def _once(
    pairs: Iterable[tuple[int, str, Column]],
) -> tuple[tuple[Heading, ...], tuple[tuple[str, str, str], ...]]:
    """Each column of the layout filled once, by the first; the others are named with the first's letters."""
    first: dict[str, Heading] = {}
    twice: list[tuple[str, str, str]] = []
    for index, text, column in pairs:
        if column.path in first:
            twice.append((letters(index), text, first[column.path].letter))
        else:
            first[column.path] = Heading(index, column)
    return tuple(first.values()), tuple(twice)


def _below(head: Rows, headings: Headings) -> int:
    """The last row before the data: rows of numbering ((1) (2) (3)) and of examples belong to the heading."""
    last = headings.row
    for number, cells in head:
        given = [str(c).strip() for c in cells if c not in (None, "")]
        if number != last + 1 or not given or not _is_preface(given):
            continue
        last = number
    return last


def _is_preface(given: Sequence[str]) -> bool:
    numbered = len(given) > 1 and all(_NUMBERING.fullmatch(text) for text in given)
    return numbered or any(text.startswith(_HINT) for text in given)


def _key(text: str) -> str:
    """A heading without tone marks, signs, numbering and the mark of required columns."""
    return _MARKS.sub("", re.sub(r"^\s*\(?\d+(?:\.\d+)*[.)]\s*", "", plain(text).replace("*", "")))
