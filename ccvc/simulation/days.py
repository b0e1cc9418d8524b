"""Months as numbers with their texts ready: formatting dates one by one would cost more than drawing them.

A month is counted ``year * 12 + month - 1``.
"""

from __future__ import annotations

from datetime import date
from functools import cache

FIRST_YEAR, LAST_YEAR = 1900, 2120


def month_number(day: date) -> int:
    """The number of the month a day lies in."""
    return day.year * 12 + day.month - 1


@cache
def month_texts() -> dict[int, str]:
    """Month number -> "1985-03"."""
    return {
        year * 12 + month - 1: f"{year:04}-{month:02}"
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
        for month in range(1, 13)
    }


@cache
def first_days() -> dict[int, str]:
    """Month number -> "1985-03-01"."""
    return {number: f"{text}-01" for number, text in month_texts().items()}
