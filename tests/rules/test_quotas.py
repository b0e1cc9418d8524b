"""Quotas: never rounded up, and each on the day before and after its law."""

from __future__ import annotations

from datetime import date

import pytest

from ccvc.rules import quotas

NOW = date(2026, 11, 1)


@pytest.mark.parametrize(("people", "most", "left"), [(0, 0, 0), (9, 0, 9), (10, 1, 0), (109, 10, 9)])
def test_early_raises_are_a_tenth_and_the_rest_goes_up(people, most, left):
    found = quotas.early_raises(people, NOW)
    assert (found.most, found.remainder) == (most, left)
    assert "10 %" in found.reason.told()


@pytest.mark.parametrize(
    ("good", "unit", "most"), [(4, False, 0), (5, False, 1), (9, False, 1), (40, False, 8), (40, True, 10)]
)
def test_the_best_rating_is_a_fifth_of_the_good_or_a_quarter_where_the_unit_is_excellent(good, unit, most):
    assert quotas.excellent(good, NOW, unit_excellent=unit).most == most


def test_before_its_law_a_quota_is_unsure():
    assert quotas.excellent(10, date(2023, 8, 14)).reason.law.certainty == "?"
    assert quotas.excellent(10, date(2023, 8, 15)).reason.law.certainty == "S"


@pytest.mark.parametrize(("units", "most"), [(0, 0), (1, 1), (4, 1), (5, 1), (10, 2)])
def test_few_units_have_one_excellent(units, most):
    assert quotas.excellent_units(units, NOW) == most


def test_before_its_law_no_small_body_has_an_excellent_unit_more():
    assert quotas.excellent_units(4, date(2025, 12, 31)) == 0
    assert quotas.excellent_units(4, date(2026, 1, 1)) == 1


@pytest.mark.parametrize(
    ("highest", "levels", "caps"),
    [(5, 5, {5: 30, 4: 40}), (4, 4, {4: 40}), (3, 2, {3: 50}), (5, 2, {5: 50}), (3, 3, {})],
)
def test_levels_have_caps_since_there_are_levels(highest, levels, caps):
    found = quotas.level_caps(highest, levels, date(2026, 7, 1))
    assert {level: cap.percent for level, cap in found.items()} == caps
    assert all(cap.law.basis.startswith("NĐ 232/2026") for cap in found.values())
    assert quotas.level_caps(highest, levels, date(2026, 6, 30)) == {}
