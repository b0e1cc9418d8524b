"""Ages: the dated retirement limits, and a pyramid within them."""

from __future__ import annotations

import random

import pytest

from ccvc.simulation import ages
from ccvc.simulation.names import FEMALE, MALE

# Decree 135/2020/NĐ-CP, Annex I: first and last month of birth of a range, age at retirement.
RANGES = [
    (MALE, (1961, 1), (1961, 9), (60, 3)),
    (MALE, (1961, 10), (1962, 6), (60, 6)),
    (MALE, (1963, 4), (1963, 12), (61, 0)),
    (MALE, (1965, 7), (1966, 3), (61, 9)),
    (MALE, (1966, 4), (1990, 1), (62, 0)),
    (FEMALE, (1966, 1), (1966, 8), (55, 4)),
    (FEMALE, (1968, 9), (1969, 4), (56, 8)),
    (FEMALE, (1970, 9), (1971, 4), (57, 8)),
    (FEMALE, (1974, 9), (1975, 4), (59, 8)),
    (FEMALE, (1975, 5), (1990, 1), (60, 0)),
]


def month(pair: tuple[int, int]) -> int:
    return pair[0] * 12 + pair[1] - 1


@pytest.mark.parametrize(("sex", "first", "last", "age"), RANGES)
def test_retirement_by_the_official_ranges(
    sex: str, first: tuple[int, int], last: tuple[int, int], age: tuple[int, int]
) -> None:
    for born in (month(first), month(last)):
        assert ages.retirement_month(sex, born) - born == age[0] * 12 + age[1]


@pytest.mark.parametrize("today", [(2023, 1), (2026, 1), (2026, 11), (2031, 6)])
@pytest.mark.parametrize("sex", [MALE, FEMALE])
def test_nobody_in_service_is_past_retirement(sex: str, today: tuple[int, int]) -> None:
    now, rng = month(today), random.Random(1)
    for _ in range(3_000):
        born = ages.birth_month(rng.random, sex, now, leader=False, least_age=22)
        assert ages.retirement_month(sex, born) > now
        assert (now - born) // 12 >= 22


def test_leaders_are_not_beginners() -> None:
    rng, now = random.Random(2), month((2026, 11))
    born = [ages.birth_month(rng.random, MALE, now, leader=True, least_age=22) for _ in range(1_000)]
    assert min(now - one for one in born) >= 35 * 12
