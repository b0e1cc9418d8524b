"""Terms counted over weekends, public holidays and days worked instead."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from typing import Any

import pytest

from ccvc.rules import working_days
from ccvc.rules.working_days import add, ends, is_working


@pytest.mark.parametrize(
    ("begun", "number", "unit", "last"),
    [
        ("2026-11-16", 3, "working_days", "2026-11-19"),  # Monday to Thursday
        ("2026-11-19", 3, "working_days", "2026-11-25"),  # over a weekend and 24 November
        ("2026-11-21", 1, "working_days", "2026-11-23"),  # begun on a Saturday
        ("2026-02-13", 1, "working_days", "2026-02-23"),  # the Friday before Tết Bính Ngọ
        ("2026-02-13", 3, "working_days", "2026-02-25"),
        ("2026-02-18", 3, "working_days", "2026-02-25"),  # on the second day of Tết
        ("2025-01-24", 3, "working_days", "2025-02-05"),  # the Friday before Tết Ất Tỵ
        ("2024-02-07", 1, "working_days", "2024-02-15"),  # the last day before Tết Giáp Thìn
        ("2025-04-25", 1, "working_days", "2025-04-26"),  # a Saturday worked instead of 2 May
        ("2025-04-29", 1, "working_days", "2025-05-05"),
        ("2026-08-21", 1, "working_days", "2026-08-22"),  # a Saturday worked instead of 31 August
        ("2026-08-28", 3, "working_days", "2026-09-07"),
        ("2026-11-16", 3, "days", "2026-11-19"),
        ("2026-11-19", 3, "days", "2026-11-23"),  # ends on a Sunday, so on Monday
        ("2026-11-21", 3, "days", "2026-11-25"),  # ends on the day off, so on the next day
        ("2026-02-13", 3, "days", "2026-02-23"),  # ends in Tết, so after it
        ("2026-11-16", 0, "days", "2026-11-16"),
    ],
)
def test_the_last_day_of_a_term(begun: str, number: int, unit: Any, last: str) -> None:
    assert add(date.fromisoformat(begun), number, unit) == date.fromisoformat(last)


def test_a_term_ends_at_midnight_in_vietnam_and_counts_from_the_day_there() -> None:
    monday_late = datetime(2026, 11, 15, 18, 0, tzinfo=UTC)  # 01:00 of Monday 16 November in Hà Nội
    assert ends(monday_late, 1).astimezone(UTC) == datetime(2026, 11, 17, 17, 0, tzinfo=UTC)
    sunday = datetime(2026, 11, 15, 16, 59, tzinfo=UTC)
    assert ends(sunday, 1).astimezone(UTC) == datetime(2026, 11, 16, 17, 0, tzinfo=UTC)


def test_declared_days_say_why_and_only_what_differs() -> None:
    rows = list(csv.DictReader(working_days._FILE.read_text(encoding="utf-8").splitlines()))
    days = [row["day"] for row in rows]
    assert days == sorted(set(days))
    for row in rows:
        weekday = date.fromisoformat(row["day"]).weekday() < working_days.SATURDAY
        assert row["basis"]
        assert row["certainty"] in {"S", "K", "?"}
        assert (row["is"] == "off") is weekday, f"{row['day']} says what holds anyway"
    assert {day[:4] for day in days} == {"2024", "2025", "2026", "2027"}
    assert working_days.known_until() == date(2027, 12, 31)


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
def test_eleven_or_twelve_days_off_a_year_are_given_on_working_days(year: int) -> None:
    declared = [day for day in working_days._exceptions() if day.year == year]
    off = [day for day in declared if not is_working(day)]
    assert len(off) - (len(declared) - len(off)) == (12 if year >= 2026 else 11)
