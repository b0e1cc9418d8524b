"""Words of headings and cells compared: without tone marks, signs and numbering. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from ccvc.intake.cells.results import Raw, text_of
from ccvc.standard.names import plain

_SIGNS = re.compile(r"[^a-z0-9%/]+")
_NUMBERED = re.compile(r"^\s*\(?\d+(?:\.\d+)*[.)]\s*")
_BRACKETS = re.compile(r"\([^()]*\)")
_NUMBERING = re.compile(r"\(?\d{1,3}\)?|\(?[a-z]\)?|[ivx]+", re.IGNORECASE)
_MARKED = {"x", "v", "✓", "✔", "√", "+", "1", "co", "*"}
_SAME = {"nt", "-nt-", "- nt -", "n/t", "nhu tren", "″", "”", '"', "''", '""', "//", "-//-", "〃", "như trên"}


@lru_cache(maxsize=20_000)
def key(text: str) -> str:
    """A heading without tone marks, signs, numbering and the mark of required columns."""
    return _SIGNS.sub("", _NUMBERED.sub("", plain(text).replace("*", "")))


@lru_cache(maxsize=20_000)
def bare_key(text: str) -> str:
    """The same without what stands in brackets."""
    return key(_BRACKETS.sub(" ", text))


def words_of(cell: Raw | None) -> str:
    """A cell as one line of text."""
    return "" if cell is None else " ".join(text_of(cell).split())


def is_mark(cell: Raw | None) -> bool:
    """Whether a cell is a mark that says yes: x, v, +."""
    text = words_of(cell)
    return bool(text) and (text.lower() in _MARKED or plain(text) in _MARKED)


def is_ditto(cell: Raw | None) -> bool:
    """Whether a cell says "as above"."""
    return isinstance(cell, str) and len(cell) <= len("  như trên  ") and cell.strip().lower() in _SAME


def is_numbering(given: Sequence[str]) -> bool:
    """Whether a row only numbers its columns: (1) (2) (3), or A B 1 2."""
    return len(given) > 1 and all(_NUMBERING.fullmatch(text) for text in given)
