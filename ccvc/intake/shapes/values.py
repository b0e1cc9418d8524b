"""Columns told by what stands in them, where their headings do not tell. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import islice

import msgspec

from ccvc import standard
from ccvc.intake.cells import Converter, Noted, Refused
from ccvc.intake.cells.dates import to_partial_date
from ccvc.intake.cells.places import Places
from ccvc.intake.cells.results import Raw
from ccvc.intake.cells.texts import is_blank
from ccvc.intake.layout import MAIN, PERSON, Sheet
from ccvc.intake.shapes.mapping import Use
from ccvc.intake.shapes.matching import BIRTH, SEX
from ccvc.intake.shapes.words import is_mark, words_of

_NUMBER = re.compile(r"0\d{11}|\d{11}")
_ENOUGH = 0.8
_FEWEST = 2
_ADULT_YEARS = ("1940", "2010")
_SHORTEST_CODE = 2

Samples = dict[int, list[Raw]]


class Judge:
    """Guesses fields by values, and says how many of a column's values fit its field."""

    def __init__(self, sheet: Sheet) -> None:
        declared = standard.current()
        self._sheet = sheet
        places = Places(declared)
        self._columns = {c.path: c for c in sheet.every if c.field}
        self._converters = {
            path: Converter(c.field, declared, places) for path, c in self._columns.items() if c.field
        }

    def fits(self, path: str, values: Iterable[Raw]) -> int:
        """How many of the values the field takes."""
        convert = self._converters.get(path)
        if convert is None:
            return 0
        return sum(not isinstance(convert(value), Refused) for value in values)

    def guessed(self, uses: Sequence[Use], samples: Samples) -> list[Use]:
        """The uses, with a guess for those whose headings told nothing."""
        used = {path for use in uses for path in use.paths}
        found: list[Use] = []
        for use in uses:
            told = self._by_sexes(use, samples.get(use.index, []))
            if not told.path and told.confidence != "sure" and (path := self._guess(told, samples, used)):
                used.add(path)
                likely = path == PERSON
                told = msgspec.structs.replace(told, path=path, confidence="likely" if likely else "guess")
            found.append(told)
        return found

    def _by_sexes(self, use: Use, values: Sequence[Raw]) -> Use:
        """Whether a column of a sex holds marks or dates is told by its values."""
        if use.path not in {SEX, BIRTH} or use.rule not in {"mark", "by-sex"} or not values:
            return use
        marks = sum(is_mark(value) for value in values)
        dates = sum(isinstance(to_partial_date(value), str) for value in values if not is_mark(value))
        if marks >= _ENOUGH * len(values):
            return msgspec.structs.replace(use, path=SEX, rule="mark")
        if dates >= _ENOUGH * len(values):
            return msgspec.structs.replace(use, path=BIRTH, rule="by-sex")
        return use

    def _guess(self, use: Use, samples: Samples, used: set[str]) -> str:
        values = [v for v in samples.get(use.index, []) if not (isinstance(v, str) and is_blank(v))]
        if not values:
            return ""
        if PERSON not in used and _share(values, lambda v: bool(_NUMBER.fullmatch(words_of(v)))):
            return PERSON
        if self._sheet.key != MAIN or len(values) < _FEWEST:
            return ""
        if BIRTH not in used and _share(values, _is_birth):
            return BIRTH
        fitting = [path for path in self._coded(used) if _share(values, partial(self._is_code, path))]
        return fitting[0] if len(fitting) == 1 else ""

    def _coded(self, used: set[str]) -> Iterable[str]:
        return (
            path
            for path, c in self._columns.items()
            if c.field and c.field.type == "code" and path not in used
        )

    def _is_code(self, path: str, value: Raw) -> bool:
        if not isinstance(value, str) or len(value.strip()) < _SHORTEST_CODE:
            return False
        found = self._converters[path](value)
        return found is not None and not isinstance(found, Refused | Noted | dict)


def _share(values: Sequence[Raw], test: Callable[[Raw], bool]) -> bool:
    """Whether enough of the values pass; known as soon as too many have failed."""
    most_failing = len(values) - math.ceil(_ENOUGH * len(values))
    failing = (True for value in values if not test(value))
    return not any(islice(failing, most_failing, None))


def _is_birth(value: Raw) -> bool:
    found = to_partial_date(value)
    return (
        isinstance(found, str)
        and len(found) > len("1985")
        and _ADULT_YEARS[0] <= found[:4] <= _ADULT_YEARS[1]
    )
