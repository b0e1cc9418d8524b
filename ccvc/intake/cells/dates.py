"""Dates as people write them: 05/03/1985, 5.3.1985, 1985-03-05, 03/1985, 1985, Excel's day numbers."""

from __future__ import annotations

import re
from datetime import date, timedelta

from ccvc.intake.cells.results import Raw, Refused, text_of
from ccvc.standard.names import plain
from ccvc.standard.values import is_partial_date

_EXCEL_DAY_ZERO = date(1899, 12, 30)
_EXCEL_DAYS = range(3_654, 73_051)  # 1910 to 2099; smaller numbers are years or mistakes
_YEARS = range(1800, 2200)
_WORDS = re.compile(r"\b(?:ngay|thang|nam)\b")
_TIME = re.compile(r"[t ]0{1,2}:00(?::00(?:\.0+)?)?$")
_USUAL = re.compile("(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})")
_PARTS = re.compile(r"[/.\-\s,]+")
_FULL_YEAR = 4
_WHOLE_DATE = 10


def to_partial_date(raw: Raw) -> str | Refused:
    """A date known to the day, the month or the year, as the standard writes it."""
    if isinstance(raw, str) and (usual := _USUAL.fullmatch(raw)):
        return _real(f"{usual['year']}-{usual['month']:0>2}-{usual['day']:0>2}")
    number = _number(raw)
    if number is not None and number in _EXCEL_DAYS and number not in _YEARS:
        return (_EXCEL_DAY_ZERO + timedelta(days=number)).isoformat()
    tokens = [t for t in _PARTS.split(_TIME.sub("", _WORDS.sub(" ", plain(text_of(raw))))) if t]
    if not tokens or not all(t.isdecimal() and len(t) <= _FULL_YEAR for t in tokens):
        return Refused("INT-DATE")
    return _from_tokens(tokens)


def to_date(raw: Raw) -> str | Refused:
    """A date known to the day."""
    found = to_partial_date(raw)
    if isinstance(found, str) and len(found) != _WHOLE_DATE:
        return Refused("INT-DATE-WHOLE")
    return found


def _number(raw: Raw) -> int | None:
    """A whole number of days; numbers in text too, since CSV files have nothing else."""
    if isinstance(raw, str):
        return int(raw) if len(raw) == len("31048") and raw.isdecimal() else None
    return int(raw)


def _from_tokens(tokens: list[str]) -> str | Refused:
    parts = tokens if len(tokens[0]) == _FULL_YEAR else tokens[::-1]
    year, *rest = parts
    if len(parts) > len(("year", "month", "day")):
        return Refused("INT-DATE")
    if len(year) != _FULL_YEAR:
        return Refused("INT-YEAR-TWO-DIGITS") if len(parts) > 1 else Refused("INT-DATE")
    if any(len(part) > len("31") for part in rest):
        return Refused("INT-DATE")
    return _real("-".join([year, *(part.zfill(2) for part in rest)]))


def _real(text: str) -> str | Refused:
    return text if is_partial_date(text) else Refused("INT-DATE-NONE")
