"""What a sheet says besides its cells: merged cells, hidden columns and rows. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

MOST_MERGES = 20_000
_LONGEST_TAG = 1024 * 1024
_WIDEST = 702  # columns A to ZZ
_ROW = re.compile(rb"<(?:\w+:)?row\b[^<>]*?\bhidden=\"(?:1|true)\"")
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b[^<>]*?\bref=\"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})\"")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b(?=[^<>]*\bhidden=\"(?:1|true)\")[^<>]*>")
_SPAN = re.compile(rb"\b(min|max)=\"(\d{1,5})\"")


@dataclass(frozen=True, slots=True)
class Merge:
    """Merged cells: rows as the person sees them, columns from 0, both ends with them."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Marks:
    """Merged cells, hidden columns (from 0), and how many rows are hidden."""

    merges: tuple[Merge, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    hidden_rows: int = 0


NO_MARKS = Marks()


def of_xml(chunks: Iterable[bytes]) -> Marks:
    """The marks in the XML of a sheet, read as a stream."""
    merges: list[Merge] = []
    columns: set[int] = set()
    rows = 0
    for text in _whole_tags(chunks):
        rows += len(_ROW.findall(text))
        for match in _COLUMN.finditer(text):
            columns |= _between(match.group())
        merges += [
            Merge(int(m[2]), _column(m[1]), int(m[4]), _column(m[3]))
            for m in islice(_MERGE.finditer(text), MOST_MERGES - len(merges))
        ]
    return Marks(tuple(merges), tuple(sorted(columns)), rows)


def _whole_tags(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The stream in parts that end before a tag begins."""
    rest = b""
    for chunk in chunks:
        text = rest + chunk
        cut = text.rfind(b"<")
        rest = text[cut:] if cut >= 0 and len(text) - cut < _LONGEST_TAG else b""
        yield text[: len(text) - len(rest)]
    yield rest


def _between(tag: bytes) -> set[int]:
    span = {name: int(number) for name, number in _SPAN.findall(tag)}
    first = span.get(b"min", 1)
    return set(range(first - 1, min(span.get(b"max", first), _WIDEST)))


def _column(letters: bytes) -> int:
    """Beyond the last column that may hold anything there is none."""
    return min(number_of(letters.decode()), _WIDEST)


@lru_cache(maxsize=1024)
def number_of(letters: str) -> int:
    """Number of a column from 0: "A" -> 0, "AB" -> 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
