"""Dates, numbers and sizes as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override

from ccvc.web import formats

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "vietnamese", "english"),
    [
        (2073460, "2.073.460", "2,073,460"),
        ("2.34", "2,34", "2.34"),
        (Decimal("4.40"), "4,40", "4.40"),
        (-1500, "-1.500", "-1,500"),
        (0, "0", "0"),
        (None, "", ""),
        ("không rõ", "không rõ", "không rõ"),
    ],
)
def test_numbers(value: formats.Number | None, vietnamese: str, english: str) -> None:
    with override("vi"):
        assert formats.number_text(value) == vietnamese
    with override("en"):
        assert formats.number_text(value) == english


def test_percent_and_bytes() -> None:
    assert formats.percent_text(0.4125) == "41,3%"
    assert formats.percent_text(1, 0) == "100%"
    assert formats.bytes_text(999) == "999 B"
    assert formats.bytes_text(3_456_789) == "3,5 MB"
    assert formats.bytes_text(7_200_000_000_000) == "7,2 TB"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2026, 3, 7), "07/03/2026"),
        ("1985", "1985"),
        ("1985-03", "03/1985"),
        ("1985-03-07", "07/03/1985"),
        (datetime(2026, 11, 20, 18, 30, tzinfo=UTC), "21/11/2026"),
        (None, ""),
    ],
)
def test_dates(value: date | str | None, text: str) -> None:
    assert formats.date_text(value) == text


def test_a_moment_is_told_in_vietnams_time() -> None:
    assert formats.datetime_text(NOW) == "21/11/2026 10:00"


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (timedelta(seconds=20), "vừa xong"),
        (timedelta(minutes=5), "5 phút trước"),
        (timedelta(hours=23, minutes=59), "23 giờ trước"),
        (timedelta(days=6), "6 ngày trước"),
        (timedelta(days=7), "14/11/2026 10:00"),
        (timedelta(days=-2), "23/11/2026 10:00"),
    ],
)
def test_how_long_ago(before: timedelta, text: str) -> None:
    assert formats.ago_text(NOW - before, NOW) == text


def test_initials_are_of_family_and_given_name() -> None:
    assert formats.initials("Nguyễn Văn Đức") == "NĐ"
    assert formats.initials("Hoa") == "H"
    assert formats.initials("  ") == "?"
