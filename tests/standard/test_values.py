"""Dates known in part, states, and values as people read them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from ccvc.standard import (
    compare,
    decimal_text,
    display,
    earliest,
    is_partial_date,
    latest,
    precision,
    read_date,
    read_day,
    state_of,
    using,
)
from tests.standard import tiny
from tests.standard.strategies import PARTIAL


@pytest.fixture(autouse=True)
def small() -> Iterator[None]:
    with using(tiny.standard()):
        yield


@pytest.mark.parametrize(
    ("text", "first", "last", "known"),
    [
        ("1985", date(1985, 1, 1), date(1985, 12, 31), "year"),
        ("1985-12", date(1985, 12, 1), date(1985, 12, 31), "month"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "month"),
        ("1985-03-07", date(1985, 3, 7), date(1985, 3, 7), "day"),
    ],
)
def test_what_a_partial_date_may_mean(text: str, first: date, last: date, known: str) -> None:
    assert (earliest(text), latest(text), precision(text)) == (first, last, known)


@pytest.mark.parametrize(
    ("one", "other", "order"),
    [
        ("1985", "1986", -1),
        ("1986-01", "1985-12-31", 1),
        ("1985", "1985-06", None),
        ("1985", "1985", None),
        ("1985-03-07", "1985-03-07", 0),
        ("1985-03-07", "1985-03-08", -1),
    ],
)
def test_dates_are_compared_as_far_as_they_are_known(one: str, other: str, order: int | None) -> None:
    assert compare(one, other) == order


@given(text=PARTIAL)
def test_every_partial_date_spans_at_least_a_day(text: str) -> None:
    assert is_partial_date(text)
    assert earliest(text) <= latest(text)
    assert earliest(text).isoformat().startswith(text)


@pytest.mark.parametrize(
    "text",
    ["", "85", "1985-13", "1985-3", "1985-02-30", "1900-02-29", "0198", "1985\n", 1985, None, ["1985"]],
)
def test_what_is_no_partial_date(text: Any) -> None:
    assert not is_partial_date(text)


@pytest.mark.parametrize("day", ["2000-02-29", "2024-02-29", "2100-02-28", "1999-12-31"])
def test_leap_days_are_real_in_leap_years(day: str) -> None:
    assert is_partial_date(day)


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ({"state": "none"}, "none"),
        ({"state": "gone"}, None),
        ({"state": []}, None),
        ({"state": "none", "text": "x"}, None),
        ("none", None),
        (None, None),
    ],
)
def test_states(value: Any, state: str | None) -> None:
    assert state_of(value) == state


@pytest.mark.parametrize(
    ("path", "value", "vi", "en"),
    [
        ("thing.name", "An", "An", "An"),
        ("thing.name", None, "", ""),
        ("thing.name", {"state": "none"}, "Không có", "None"),
        ("thing.name", {"state": "unknown"}, "Không rõ", "Unknown"),
        ("thing.name", {"state": "withheld"}, "Không cung cấp", "Withheld"),
        ("thing.day", "1985-03-07", "07/03/1985", "07/03/1985"),
        ("thing.about", "1985-12", "12/1985", "12/1985"),
        ("thing.about", "1985", "1985", "1985"),
        ("thing.colour", "1", "Đỏ", "Red"),
        ("thing.colour", "99", "99", "99"),
        ("thing.colours", ["1", "2"], "Đỏ, Tím", "Red, Violet"),
        ("thing.rate", "2.34", "2,34", "2.34"),
        ("thing.free", 2019, "2019", "2019"),
        ("thing.free", 2340000, "2.340.000", "2,340,000"),
        ("thing.sure", True, "Có", "Yes"),
        ("thing.where", {"text": "Nam Đàn", "code": "01"}, "Nam Đàn", "Nam Đàn"),
        ("thing.rows[a].colour", "3", "Xanh lá", "Green"),
        ("no.such", 7, "7", "7"),
    ],
)
def test_display(path: str, value: Any, vi: str, en: str) -> None:
    assert display(path, value) == vi
    assert display(path, value, "en") == en


def test_rows_are_shown_in_the_order_of_the_standard() -> None:
    row = {"id": "a", "colour": "1", "name": "An", "day": {"state": "unknown"}}
    shown = "Mục name: An; Mục day: Không rõ; Mục colour: Đỏ"
    assert display("thing.rows[a]", row) == shown
    assert display("thing.rows", [row, {"id": "b", "name": "Ba"}]) == f"{shown}\nMục name: Ba"


@pytest.mark.parametrize("path", [f"thing.{name}" for name in tiny.EVERY_TYPE])
@pytest.mark.parametrize("value", [7, "x", [1], {"a": 1}, True])
def test_what_does_not_fit_is_still_shown(path: str, value: Any) -> None:
    assert display(path, value)


def test_decimals_are_written_with_their_places() -> None:
    assert decimal_text(tiny.standard().fields["thing.rate"], Decimal("2.3")) == "2.30"
    assert decimal_text(tiny.standard().fields["thing.whole"], Decimal("7.0")) == "7"


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("07/03/1985", "1985-03-07"),
        ("7/3/1985", "1985-03-07"),
        ("7.3.1985", "1985-03-07"),
        ("07-03-1985", "1985-03-07"),
        ("07031985", "1985-03-07"),
        ("1985-03-07", "1985-03-07"),
        (" 03/1985 ", "1985-03"),
        ("031985", "1985-03"),
        ("1985-03", "1985-03"),
        ("1985", "1985"),
        ("29/02/2024", "2024-02-29"),
        ("29/02/2023", None),
        ("13/13/1985", None),
        ("7/3/85", None),
        ("19850307", None),
        ("731985", None),
        ("1985/03/07", None),
        ("07/03/1985 08:00", None),
        ("", None),
        ("hôm nay", None),
    ],
)
def test_dates_are_read_as_people_type_them(typed: str, text: str | None) -> None:
    assert read_date(typed) == text
    assert read_day(typed) == (date.fromisoformat(text) if text and len(text) == 10 else None)
