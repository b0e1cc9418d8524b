"""The scales and the base salary, checked against printed figures and worked examples."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

import ccvc.rules
from ccvc.rules import salary
from ccvc.standard.loading import DATA, read_codes

RULES = Path(ccvc.rules.__file__).parent / "data"
NOW = date(2026, 11, 1)


def rows(name):
    with (RULES / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


# First coefficient, last coefficient, number of steps, months to hold a step.
SCALES = {
    "CGCC": ("8.80", "10.00", 3, 60),
    "A3.1": ("6.20", "8.00", 6, 36),
    "A3.2": ("5.75", "7.55", 6, 36),
    "A2.1": ("4.40", "6.78", 8, 36),
    "A2.2": ("4.00", "6.38", 8, 36),
    "A1": ("2.34", "4.98", 9, 36),
    "A0": ("2.10", "4.89", 10, 36),
    "B": ("1.86", "4.06", 12, 24),
    "C1": ("1.65", "3.63", 12, 24),
    "C2": ("1.50", "3.48", 12, 24),
    "C3": ("1.35", "3.33", 12, 24),
    "C2-VC": ("2.00", "3.98", 12, 24),
    "C3-VC": ("1.50", "3.48", 12, 24),
    "TV1": ("2.05", "4.03", 12, 24),
    "TV2": ("2.05", "4.03", 12, 24),
    "TV3": ("1.65", "3.63", 12, 24),
    "TV4": ("1.50", "3.48", 12, 24),
    "TV5": ("1.50", "3.48", 12, 24),
    "TV6": ("1.35", "3.33", 12, 24),
    "TV7": ("1.00", "2.98", 12, 24),
    "LD1": ("13.00", "13.00", 1, None),
    "LD2": ("13.00", "13.00", 1, None),
    "LD3": ("12.50", "12.50", 1, None),
    "LD4": ("11.10", "11.70", 2, 60),
    "LD5": ("10.40", "11.00", 2, 60),
    "LD6": ("9.80", "10.40", 2, 60),
    "LD7": ("9.70", "10.30", 2, 60),
    "LD8": ("9.70", "10.30", 2, 60),
    "XA1": ("2.35", "2.85", 2, None),
    "XA2": ("2.15", "2.65", 2, None),
    "XA3": ("1.95", "2.45", 2, None),
    "XA4": ("1.75", "2.25", 2, None),
}


@pytest.mark.parametrize("group", SCALES)
def test_scale_has_the_printed_ends_length_and_months(group):
    first, last, count, months = SCALES[group]
    scale = salary.steps(group)

    assert [step.number for step in scale] == list(range(1, count + 1))
    assert (scale[0].coefficient, scale[-1].coefficient) == (Decimal(first), Decimal(last))
    assert {step.months_to_next for step in scale[:-1]} == ({months} if count > 1 else set())
    assert scale[-1].months_to_next is None


@pytest.mark.parametrize("group", SCALES)
def test_scale_rises_by_the_same_increment(group):
    coefficients = [step.coefficient for step in salary.steps(group)]
    assert len({high - low for low, high in pairwise(coefficients)}) == min(1, len(coefficients) - 1)


def test_groups_are_those_of_the_standard():
    groups = read_codes(DATA / "codes")["salary_groups"]
    assert {row.code for row in groups} == set(SCALES)
    assert {row["group"] for row in rows("salary_coefficients.csv")} == set(SCALES)
    for row in groups:
        assert str(salary.months_to_next(row.code, 1) or "") == row.extra.get("months_per_step", "")


def test_tables_two_and_three_agree_where_they_repeat_a_group():
    figures = defaultdict(set)
    for row in rows("salary_coefficients.csv"):
        figures[row["group"], row["step"]].add((row["coefficient"], row["months_to_next_step"]))
    assert all(len(said) == 1 for said in figures.values())


def test_coefficient_of_a_step():
    assert salary.coefficient("LD4", 2, NOW) == Decimal("11.70")  # office pay, NQ 730/2004
    assert salary.months_to_next("LD4", 1) == 60
    assert salary.coefficient("XA1", 1, NOW) == Decimal("2.35")
    assert salary.coefficient("A1", 4, NOW) == Decimal("3.33")
    assert salary.coefficient("A2.1", 6, NOW) == Decimal("6.10")  # often mistyped as 6.18


@pytest.mark.parametrize("step", [-1, 0, 10])
def test_no_such_step(step):
    assert salary.coefficient("A1", step, NOW) is None
    assert salary.months_to_next("A1", step) is None


def test_unknown_group_has_no_steps():
    assert salary.steps("A9") == ()
    assert salary.coefficient("A9", 1, NOW) is None


def test_scales_begin_on_first_october_2004():
    assert salary.coefficient("A1", 1, date(2004, 9, 30)) is None
    assert salary.coefficient("A1", 1, date(2004, 10, 1)) == Decimal("2.34")


@pytest.mark.parametrize(
    ("on", "amount"),
    [
        (date(1993, 3, 31), None),
        (date(1993, 4, 1), 120_000),
        (date(2019, 6, 30), 1_390_000),
        (date(2019, 7, 1), 1_490_000),
        (date(2023, 6, 30), 1_490_000),
        (date(2023, 7, 1), 1_800_000),
        (date(2024, 2, 29), 1_800_000),
        (date(2024, 7, 1), 2_340_000),
        (date(2026, 6, 30), 2_340_000),
        (date(2026, 7, 1), 2_530_000),
        (date(2030, 1, 1), 2_530_000),
    ],
)
def test_base_salary_on_the_day_before_and_the_day_of_a_change(on, amount):
    assert salary.base_salary(on) == amount


def test_base_salaries_follow_one_another_without_gap():
    for one, next_one in pairwise(rows("base_salary.csv")):
        ended = date.fromisoformat(one["valid_to"])
        assert date.fromisoformat(next_one["valid_from"]) == ended + timedelta(days=1)


@pytest.mark.parametrize(
    ("group", "step", "extra", "on", "amount"),
    [
        ("A1", 1, "0", date(2023, 6, 1), 3_486_600),
        ("A1", 1, "0", date(2024, 7, 1), 5_475_600),
        ("A1", 1, "0", date(2026, 7, 1), 5_920_200),
        ("A1", 4, "0.60", date(2026, 7, 1), 9_942_900),
    ],
)
def test_worked_examples_of_salary_in_money(group, step, extra, on, amount):
    coefficient, base = salary.coefficient(group, step, on), salary.base_salary(on)
    assert coefficient is not None
    assert base is not None
    assert (coefficient + Decimal(extra)) * base == amount


@pytest.mark.parametrize("name", ["salary_coefficients.csv", "base_salary.csv"])
def test_every_row_states_its_law(name):
    for row in rows(name):
        assert row["basis"]
        assert row["certainty"] in set("SK?RD")
