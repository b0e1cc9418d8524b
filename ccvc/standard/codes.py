"""Code lists: dated codes with their labels, ways of writing and successors.

One code may stand in several rows with different dates (province codes were reused on 1 July 2025), so
every look-up takes an optional date; without one, the latest row answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from types import MappingProxyType

from ccvc.standard.names import normal, plain
from ccvc.standard.problems import Language

_NOISE = re.compile(r"[\s.,;:'()]+")
_HYPHEN = re.compile(r"(?<=[a-z])[-–](?=[a-z])")


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """One row of a list: what a code means from one day to another (both included; None = open)."""

    code: str
    label_vi: str
    label_en: str
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    basis: str = ""
    certainty: str = ""
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)

    def in_force(self, on: date) -> bool:
        """Say whether the row holds on a day."""
        return (self.valid_from or date.min) <= on <= (self.valid_to or date.max)

    def label(self, lang: Language = "vi") -> str:
        """Give the label in a language."""
        return self.label_vi if lang == "vi" else self.label_en


@dataclass(frozen=True, eq=False)
class Codes:
    """One code list. Iterates over its rows in the order of the file.

    A `large` list has thousands of rows, which are read from its file when first asked for: whoever goes through
    all lists leaves it out.
    """

    name: str
    label_vi: str
    label_en: str
    rows: Sequence[Code] = field(repr=False)
    basis: str = ""
    owner: str = ""
    large: bool = False

    def __iter__(self) -> Iterator[Code]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def get(self, code: str, on: date | None = None) -> Code | None:
        """Give the row of a code that holds on a day, or its latest row."""
        rows = self._by_code.get(code, ())
        if on is None and len(rows) == 1:
            return rows[0]
        return _latest(row for row in rows if on is None or row.in_force(on))

    def label(self, code: str, lang: Language = "vi", on: date | None = None) -> str:
        """Give the label of a code as it was on a day, else its latest, else the code itself."""
        row = self.get(code, on) or self.get(code)
        return row.label(lang) if row else code

    def valid(self, code: str, on: date) -> bool:
        """Say whether the code may be used on a day."""
        return self.get(code, on) is not None

    def on(self, day: date) -> tuple[Code, ...]:
        """Give the rows that hold on a day: the choices of a form."""
        return tuple(row for row in self.rows if row.in_force(day))

    def find(self, text: str, on: date | None = None) -> str | None:
        """Find the code of a label, a known way of writing it, or the code itself.

        Exact words win; then case, tones, spaces and hyphens do not matter. Of rows with different dates
        the latest wins. None when nothing or more than one code fits.
        """
        for rows in (self._by_words.get(_words(text), ()), self._by_letters.get(squeezed(text), ())):
            held = [row for row in rows if on is None or row.in_force(on)]
            starts = {row.valid_from or date.min for row in held}
            codes = {row.code for row in held if (row.valid_from or date.min) == max(starts)}
            if codes:
                return codes.pop() if len(codes) == 1 else None
        return None

    def successors(self, code: str, on: date | None = None) -> tuple[str, ...]:
        """Follow a closed code to the codes that stand in its place today; () while the code is open.

        Without a date the latest row is followed; give a date inside the older meaning of a reused code.
        """
        row = self.get(code, on)
        return tuple(dict.fromkeys(self._follow(row))) if row else ()

    def _follow(self, row: Code) -> Iterator[str]:
        if row.valid_to is None:
            return
        for code in row.successors:
            heir = self.get(code, row.valid_to + timedelta(days=1))
            further = tuple(self._follow(heir)) if heir else ()
            yield from further or (code,)

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The labels by what they are without tone marks: where something like them is looked for."""
        return {plain(row.label_vi): row.label_vi for row in self.rows}

    @cached_property
    def _by_code(self) -> Mapping[str, tuple[Code, ...]]:
        return _index((row.code, row) for row in self.rows)

    @cached_property
    def _by_words(self) -> Mapping[str, tuple[Code, ...]]:
        return _index((_words(text), row) for row in self.rows for text in _spellings(row))

    @cached_property
    def _by_letters(self) -> Mapping[str, tuple[Code, ...]]:
        return _index((squeezed(text), row) for row in self.rows for text in _spellings(row))


def _spellings(row: Code) -> tuple[str, ...]:
    return (row.code, row.label_vi, row.label_en, *row.synonyms)


def _words(text: str) -> str:
    return normal(text).casefold()


def squeezed(text: str) -> str:
    """Squeeze "Bà Rịa - Vũng Tàu" to "bariavungtau"; "A-" and "1/4" keep the signs that tell them apart."""
    return _HYPHEN.sub("", _NOISE.sub("", plain(text)))


def _latest(rows: Iterator[Code]) -> Code | None:
    return max(rows, key=lambda row: row.valid_from or date.min, default=None)


def _index(pairs: Iterator[tuple[str, Code]]) -> Mapping[str, tuple[Code, ...]]:
    index: dict[str, tuple[Code, ...]] = {}
    for key, row in pairs:
        index[key] = (*index.get(key, ()), row)
    return MappingProxyType(index)
