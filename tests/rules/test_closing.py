"""Which policy a month is closed by, and the days in which it is signed, for months of every length."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ccvc.closings.domain import NOWHERE, Signed, Where, stage_of, where_on
from ccvc.rules.closing import decided, last_day, month_after, month_before, policy_of, policy_on

MONTHLY = policy_of(date(2026, 6, 1))


@pytest.mark.parametrize(
    ("month", "opens", "closes"),
    [
        (date(2026, 2, 1), date(2026, 2, 24), date(2026, 2, 28)),
        (date(2028, 2, 1), date(2028, 2, 25), date(2028, 2, 29)),
        (date(2026, 4, 1), date(2026, 4, 26), date(2026, 4, 30)),
        (date(2026, 12, 1), date(2026, 12, 27), date(2026, 12, 31)),
    ],
)
def test_the_window_is_the_last_five_days(month: date, opens: date, closes: date) -> None:
    assert MONTHLY is not None
    window = MONTHLY.window(month)
    assert (window.opens, window.closes) == (opens, closes)
    days = [closes + timedelta(days=offset) for offset in range(-6, 2)]
    assert [window.days_left(day) for day in days] == [0, 0, 5, 4, 3, 2, 1, 0]


def test_every_month_of_four_years_has_five_days_and_follows_the_one_before() -> None:
    month = date(2024, 1, 1)
    assert MONTHLY is not None
    for _ in range(48):
        window = MONTHLY.window(month)
        assert (window.closes - window.opens).days == 4
        assert month_before(month_after(month)) == month
        assert month_after(month) == window.closes + timedelta(days=1) == last_day(month) + timedelta(days=1)
        month = month_after(month)


def test_the_day_before_and_the_day_of_a_policy() -> None:
    before, of = policy_on(date(2026, 6, 30)), policy_on(date(2026, 7, 1))
    assert before is not None
    assert of is not None
    assert (before.mode, of.mode) == ("monthly", "continuous")
    assert policy_on(date(2023, 5, 4)) is None
    first = policy_of(date(2023, 5, 1))
    assert first is not None
    assert (first.id, first.certainty) == ("tt06-2023", "S")


def test_an_agencys_own_act_obliges_it_and_an_own_window_never_leaves_the_month() -> None:
    law = policy_of(date(2026, 11, 1))
    assert law is not None
    own = decided(law, "monthly", 31, "QĐ 12")
    assert own.window(date(2026, 2, 1)).opens == date(2026, 2, 1)
    assert (own.basis, law.mode) == ("QĐ 12", "continuous")


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        (date(2026, 6, 25), "coming"),
        (date(2026, 6, 26), "open"),
        (date(2026, 6, 30), "open"),
        (date(2026, 7, 1), "awaited"),
        (date(2026, 7, 3), "awaited"),
        (date(2026, 7, 4), "missing"),
    ],
)
def test_a_month_nobody_signs_comes_opens_is_awaited_and_is_missing(day: date, stage: str) -> None:
    assert stage_of(MONTHLY, date(2026, 6, 1), day, None) == stage


def test_what_is_valid_only_later_is_laid_over_nothing() -> None:
    serving, moved, left = Where("H41.1", "CC", "01"), Where("H41.2", "CC", "01"), Where("H41.2", "CC", "05")
    end = date(2026, 6, 30)
    told = [(date(2026, 1, 1), serving), (date(2026, 7, 1), moved), (date(2026, 6, 1), left)]
    assert where_on(told, end) == Where("H41.1", "CC", "05")
    assert where_on(told, date(2026, 7, 1)) == left
    assert where_on(told[1:2], end) == NOWHERE


def test_what_was_signed_is_judged_by_what_came_of_it() -> None:
    month, day = date(2026, 6, 1), date(2026, 7, 10)
    found = [Signed(True), Signed(False), Signed(True, differing=1), Signed(True, refused=True, differing=1)]
    stages = [stage_of(MONTHLY, month, day, signed) for signed in found]
    assert stages == ["in_time", "late", "differing", "refused"]
