"""From a cell as a person typed it to a value of the standard. Pure.

A cell is text or a number, as `reading` hands it over (dates as dd/mm/yyyy). A converter answers with the
value, with None where nothing was given (an empty cell never erases), with `Refused` where the cell cannot be
understood, or with `Noted` where it was understood and something should be looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from ccvc.intake.cells.codes import to_code, to_codes
from ccvc.intake.cells.dates import to_date, to_partial_date
from ccvc.intake.cells.numbers import to_decimal, to_integer
from ccvc.intake.cells.places import Places
from ccvc.intake.cells.results import Noted, Raw, Refused, Result
from ccvc.intake.cells.texts import (
    is_blank,
    is_error,
    pattern_of,
    state_of_words,
    to_boolean,
    to_long_text,
    to_personal_id,
    to_phone,
    to_text,
)
from ccvc.standard.fields import Field, Standard

__all__ = ["Converter", "Noted", "Raw", "Refused", "Result"]

PHONE = "identity.phone"
_REMEMBERED = 4_000
_STATELESS = {"boolean", "personal_id"}
_CODED = {"code", "codes"}
_NOT_PLAIN = (Refused, Noted)


class Converter:
    """The conversion of one column; remembers what it has seen, since most cells repeat.

    `doubts` are the cells whose value is not plainly right by itself (`is_sound`), or could not be understood.
    """

    def __init__(
        self,
        field: Field,
        declared: Standard,
        places: Places,
        is_sound: Callable[[Any], bool] = lambda _value: False,
    ) -> None:
        self.field = field
        self.doubts: set[Raw] = set()
        self._convert = _by_type(field, declared, places)
        self._is_sound = is_sound
        self._seen: dict[Raw | None, Result] = {}
        self._forget()

    def _forget(self) -> None:
        self.doubts = set()
        self._seen = {None: None, "": None}

    def __call__(self, raw: Raw | None) -> Result:
        """The value of a cell, None, `Refused` or `Noted`."""
        try:
            return self._seen[raw]
        except KeyError:
            return self.column([raw])[0]

    def column(self, raws: Sequence[Raw | None]) -> list[Result]:
        """The values of many cells; afterwards `doubts` holds those of them that are in doubt."""
        fresh = set(raws) - self._seen.keys()
        if fresh and len(self._seen) >= _REMEMBERED:
            self._forget()
            fresh = set(raws) - self._seen.keys()
        for raw in fresh:
            self._learn(raw)
        return list(map(self._seen.__getitem__, raws))

    def _learn(self, raw: Any) -> None:
        result = self._seen[raw] = self._fresh(raw)
        if isinstance(result, _NOT_PLAIN) or not (result is None or self._is_sound(result)):
            self.doubts.add(raw)

    def _fresh(self, raw: Raw) -> Result:
        if (
            isinstance(raw, str) and not raw[:1].isdecimal()
        ):  # what begins with a digit is none of these words
            if is_blank(raw):
                return None
            if is_error(raw):
                return Refused("INT-ERROR-CELL")
            state = None if self.field.type in _STATELESS else state_of_words(raw)
            if state and not (self.field.type in _CODED and not isinstance(self._convert(raw), Refused)):
                return self._state(state)
        return self._convert(raw)

    def _state(self, state: str) -> Result:
        """A required field may be unknown or withheld, but it cannot be that there is none."""
        if state == "none" and self.field.required:
            return Refused("INT-NONE-REQUIRED")
        return {"state": state}


def _by_type(field: Field, declared: Standard, places: Places) -> Callable[[Raw], Result]:
    codes = declared.codes[field.code_list] if field.code_list else None
    plain: dict[str, Callable[[Raw], Any]] = {
        "text": partial(to_phone if field.path == PHONE else to_text, pattern=pattern_of(field)),
        "long_text": to_long_text,
        "date": to_date,
        "partial_date": to_partial_date,
        "integer": to_integer,
        "decimal": partial(to_decimal, field=field),
        "boolean": to_boolean,
        "place": places.to_place,
        "personal_id": to_personal_id,
    }
    if codes is not None:
        return partial(to_codes if field.type == "codes" else to_code, codes=codes)
    return plain[field.type]
