"""From a cell as a person typed it to a value of the standard. Pure.

A cell is text or a number, as `reading` hands it over (dates as dd/mm/yyyy). A converter answers with the
value, with None where nothing was given (an empty cell never erases), with `Refused` where the cell cannot be
understood, or with `Noted` where it was understood and something should be looked at.
"""

from __future__ import annotations

from collections.abc import Callable
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


class Converter:
    """The conversion of one column; remembers what it has seen, since most cells repeat."""

    def __init__(self, field: Field, declared: Standard, places: Places) -> None:
        self.field = field
        self._convert = _by_type(field, declared, places)
        self._seen: dict[Raw, Result] = {}

    def __call__(self, raw: Raw | None) -> Result:
        """The value of a cell, None, `Refused` or `Noted`."""
        if raw is None or raw == "":
            return None
        try:
            return self._seen[raw]
        except KeyError:
            pass
        result = self._fresh(raw)
        if len(self._seen) >= _REMEMBERED:
            self._seen.clear()
        self._seen[raw] = result
        return result

    def _fresh(self, raw: Raw) -> Result:
        if isinstance(raw, str):
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
