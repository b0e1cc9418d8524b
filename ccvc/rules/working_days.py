"""Working days of public offices, and the end of a term counted in them or in calendar days.

A term counted in days begins on the day after the event and ends when its last day ends, at midnight in
Asia/Ho_Chi_Minh; where that day is no working day it ends with the next one (BLDS 91/2015/QH13 Điều 147, 148;
certainty K). Offices work Monday to Friday; days off and days worked instead stand in ``data/working_days.csv``,
each with its basis and certainty. Years the file does not reach have their weekends only.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SATURDAY = 5
Unit = Literal["working_days", "days"]
_FILE = Path(__file__).parent / "data" / "working_days.csv"


def is_working(day: date) -> bool:
    """Whether offices work on a day."""
    return _exceptions().get(day, day.weekday() < SATURDAY)


def next_working(day: date) -> date:
    """The day itself if offices work on it, else the next on which they do."""
    return next(d for n in count() if is_working(d := day + timedelta(days=n)))


def add(day: date, number: int, unit: Unit = "working_days") -> date:
    """The last day of a term of so many days that an event of this day begins."""
    if unit == "days":
        return next_working(day + timedelta(days=number))
    last = day
    for _ in range(number):
        last = next_working(last + timedelta(days=1))
    return last


def before(day: date, number: int) -> date:
    """The working day so many working days before a day."""
    found = day
    for _ in range(number):
        found = next(d for n in count(1) if is_working(d := found - timedelta(days=n)))
    return found


def ends(since: datetime, number: int, unit: Unit = "working_days") -> datetime:
    """The moment a term ends that began with an event at `since`: midnight after its last day."""
    last = add(since.astimezone(ZONE).date(), number, unit)
    return datetime.combine(last + timedelta(days=1), time(), ZONE)


def known_until() -> date:
    """The last day for which days off are declared."""
    return date(max(_exceptions()).year, 12, 31)


@cache
def _exceptions() -> Mapping[date, bool]:
    with _FILE.open(encoding="utf-8", newline="") as lines:
        rows = {date.fromisoformat(row["day"]): row["is"] == "work" for row in csv.DictReader(lines)}
    return MappingProxyType(rows)
