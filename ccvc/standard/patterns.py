r"""The exact shape of each kind of text, written once for the record type, the JSON Schema and check().

Patterns are anchored with ``^`` and ``\Z``: unlike ``$``, ``\Z`` lets no line break slip in at the end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby
from types import MappingProxyType

from ccvc.standard.codes import Codes
from ccvc.standard.fields import Field
from ccvc.standard.names import HIDDEN

# Years 1800 to 2199, of which 2000 alone is a leap year among the full hundreds.
_YEAR = r"(?:1[89]|2[01])[0-9]{2}"
_LEAP_YEAR = r"(?:(?:1[89]|2[01])(?:0[48]|[2468][048]|[13579][26])|2000)"
_DAY = (
    r"(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    r"|(?:0[13-9]|1[0-2])-(?:29|30)"
    r"|(?:0[13578]|1[02])-31)"
)

_EXACT = 2**53 - 1

PLACE_LIST = "provinces"
DISTRICTS, COMMUNES = "districts", "communes"
PLACE_LISTS = MappingProxyType({2: PLACE_LIST, 3: DISTRICTS, 5: COMMUNES})
"""The list that the code of a place comes from, by its length in digits."""

MAX_PLACE = 500

DATE = rf"^(?:{_YEAR}-{_DAY}|{_LEAP_YEAR}-02-29)\Z"
PARTIAL_DATE = rf"^(?:{_YEAR}(?:-(?:0[1-9]|1[0-2]|{_DAY}))?|{_LEAP_YEAR}-02-29)\Z"
PERSONAL_ID = r"^[0-9]{12}\Z"
ROW_ID = r"^[A-Za-z0-9_-]{1,40}\Z"
VERSION = r"^[0-9]{4}-(?:0[1-9]|1[0-2])\Z"
# Text without what nobody sees and without a space at either end; no way back, since most values go through here.
LINE = rf"^(?! )[^\x00-\x1f{HIDDEN}\ud800-\udfff]++(?<! )\Z"
LINES = rf"^(?! )[^\x00-\x09\x0b-\x1f{HIDDEN}\ud800-\udfff]++(?<! )\Z"

_IN_SCHEMA = {
    LINE: rf"^(?! )[^\x00-\x1f{HIDDEN}]+(?<! )$",
    LINES: rf"^(?! )[^\x00-\x09\x0b-\x1f{HIDDEN}]+(?<! )$",
}

_BY_TYPE = {
    "text": LINE,
    "long_text": LINES,
    "date": DATE,
    "partial_date": PARTIAL_DATE,
    "personal_id": PERSONAL_ID,
}


def pattern_of(field: Field) -> str | None:
    """Give the pattern a present value of the field must match; None for values that are not free text."""
    if field.pattern:
        return exact(field.pattern)
    if field.type == "decimal":
        return decimal(field)
    return _BY_TYPE.get(field.type)


def integer_bounds(field: Field) -> tuple[int, int]:
    """Give the least and greatest whole number of a field; by default what every JSON reader holds."""
    low, high = (bound if isinstance(bound, int) else None for bound in (field.min, field.max))
    return (-_EXACT if low is None else low, _EXACT if high is None else high)


def place_code(codes: Mapping[str, Codes]) -> str | None:
    """Give the pattern of the code of a place: a province of the list, three digits, or five; None without lists.

    Whether a district or commune of that code stood on the day it is dated by is a matter of sense, not of shape.
    """
    if PLACE_LIST not in codes:
        return None
    provinces = groupby(sorted({row.code for row in codes[PLACE_LIST]}), key=lambda code: code[:-1])
    ways = [
        f"{re.escape(head)}[{''.join(re.escape(code[-1]) for code in tails)}]" for head, tails in provinces
    ]
    below = ((digits, name) for digits, name in PLACE_LISTS.items() if name != PLACE_LIST)
    ways += [f"[0-9]{{{digits}}}" for digits, name in below if name in codes]
    return rf"^(?:{'|'.join(ways)})\Z"


def exact(pattern: str) -> str:
    r"""Anchor a declared pattern at both ends: ``^[0-9]{9}$`` -> ``^(?:[0-9]{9})\Z``."""
    unseen = rf"\x00-\x1f{HIDDEN}"
    all_seen = rf"(?![^{unseen}]*[{unseen}])" if "[^" in pattern else ""
    return rf"^{all_seen}(?:{pattern.removeprefix('^').removesuffix('$')})\Z"


def decimal(field: Field) -> str:
    """Give the one way to write a decimal: always its declared places, no needless zeros before the point.

    A minus sign is allowed only where the declaration's minimum is below zero.
    """
    digits, places = field.digits or 0, field.places or 0
    sign = "-?" if field.min is not None and str(field.min).startswith("-") else ""
    fraction = rf"\.[0-9]{{{places}}}" if places else ""
    return rf"^{sign}(?:0|[1-9][0-9]{{0,{digits - places - 1}}}){fraction}\Z"


def for_schema(pattern: str) -> str:
    r"""Write a pattern as JSON Schema readers know it (ECMA 262): ``\Z`` becomes ``$``."""
    return _IN_SCHEMA.get(pattern) or pattern.removesuffix(r"\Z") + "$"
