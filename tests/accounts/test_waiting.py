"""The growing wait after failed attempts, without a database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ccvc.accounts.domain import account_name, spoken, waiting_time


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (9, 480), (10, 900), (500, 900)]
)
def test_wait_doubles_up_to_a_quarter_of_an_hour(failures: int, seconds: int) -> None:
    assert waiting_time(failures, 5) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 giây"), (30, "30 giây"), (59.5, "1 phút"), (60, "1 phút"), (61, "2 phút")]
)
def test_waits_are_spoken_rounded_up(seconds: float, words: str) -> None:
    assert spoken(timedelta(seconds=seconds)) == words


def test_account_names_have_one_spelling() -> None:
    assert account_name("  AN.Nguyen ") == "an.nguyen"
