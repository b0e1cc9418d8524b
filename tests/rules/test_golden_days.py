"""Every day on which a number or term of the law begins or ends has worked cases before it, on it and after it.

The days are read out of the data files themselves: a row that is added without its cases fails here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from ccvc.rules.parameters import DATA, EVERY, Row, rows

GOLDEN = Path(__file__).parent / "golden"
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Case:
    """A case of a single rule: its facts, and the day whose law decides it."""

    rule: str
    facts: dict[str, str]
    on: date

    def day(self, name: str) -> date:
        return date.fromisoformat(self.facts[name])


def cases(rule: str) -> list[Case]:
    with (GOLDEN / "laws.csv").open(encoding="utf-8", newline="") as lines:
        found = [row for row in csv.DictReader(lines) if row["rule"] == rule]
    return [Case(rule, _facts(row["given"]), date.fromisoformat(row["on"])) for row in found]


def _facts(given: str) -> dict[str, str]:
    return {
        name.strip(): value.strip() for name, _, value in (part.partition("=") for part in given.split(";"))
    }


def of(row: Row, column: str, code: str) -> bool:
    return bool(row.words(column) & {code, EVERY})


@dataclass(frozen=True)
class Asked:
    """Which cases ask a row of a file, and which of their days its law is chosen by."""

    rule: str
    asks: Callable[[Row, Case], bool]
    day: Callable[[Case], date] = lambda case: case.on


ASKED = {
    "base_salary.csv": Asked("base_salary", lambda _row, _case: True),
    "beyond_frame.csv": Asked(
        "raise", lambda row, case: case.facts["group"] in row.words("groups"), lambda case: case.day("since")
    ),
    "conditions.csv": Asked(
        "law",
        lambda row, case: (
            case.facts["condition"] == row["name"]
            and of(row, "categories", case.facts["category"])
            and ("act" not in case.facts or of(row, "acts", case.facts["act"]))
        ),
    ),
    "discipline_bars.csv": Asked(
        "bar",
        lambda row, case: (
            of(row, "categories", case.facts["category"])
            and row["form"] in {EVERY, case.facts["form"]}
            and case.facts["act"] in row.words("acts")
        ),
        lambda case: case.day("effective"),
    ),
    "job_level_scales.csv": Asked("level_scale", lambda row, case: case.facts["level"] == row["level"]),
    "job_levels.csv": Asked(
        "level_cap",
        lambda row, case: all(
            row[name] in {EVERY, "highest", case.facts[name]} for name in ("highest", "levels", "level")
        ),
    ),
    "parameters.csv": Asked("number", lambda row, case: case.facts["name"] == row["name"]),
    "party_equivalents.csv": Asked("extension", lambda row, case: case.facts["cause"] == row["party_form"]),
    "raise_extensions.csv": Asked(
        "extension",
        lambda row, case: (
            case.facts["category"] in row.words("categories") and case.facts["cause"] == row["cause"]
        ),
    ),
    "time_limits.csv": Asked("limit", lambda row, case: case.facts["name"] == row["name"]),
}
WITHOUT_DAYS = {
    "absences.csv": "how a kind of absence counts is asked of every kind (rule 'lost'); it is judged by one law",
    "retirement_ages.csv": "ages begin with a month of birth: below",
    "salary_coefficients.csv": "one day for all scales (rule 'coefficient')",
    "working_days.csv": "days off, not law that begins",
}


def gaps(file: str, found: list[Case]) -> list[str]:
    """Days of a file's rows without a case before, on or after."""
    asked = ASKED[file]
    missing = []
    for row in rows(file):
        days = {asked.day(case) for case in found if asked.asks(row, case)}
        ends = row.last + timedelta(days=1) if row.last != date.max else None
        for day in (row.first, ends):
            if day is None or day == date.min:
                continue
            there = (any(d < day for d in days), day in days, any(d > day for d in days))
            if not all(there):
                what = [
                    name
                    for name, is_there in zip(("before", "on", "after"), there, strict=True)
                    if not is_there
                ]
                missing.append(f"{file} {dict(row.cells)} {day}: no case {', '.join(what)}")
    return missing


def test_no_file_of_law_is_left_out():
    assert {path.name for path in DATA.glob("*.csv")} == {*ASKED, *WITHOUT_DAYS}


@pytest.mark.parametrize("file", ASKED)
def test_each_day_of_the_law_has_cases_before_on_and_after(file):
    assert gaps(file, cases(ASKED[file].rule)) == []


def test_a_day_without_cases_would_be_found():
    every = cases("number")
    day = date(2025, 7, 1)
    found = gaps("parameters.csv", [case for case in every if case.on != day])
    assert found
    assert all(f"{day}: no case on" in one for one in found)
    assert len(gaps("parameters.csv", [])) >= len(rows("parameters.csv"))


def test_each_month_of_birth_that_retires_later_has_cases_before_in_and_after():
    with (GOLDEN / "retirement.csv").open(encoding="utf-8", newline="") as lines:
        born = {
            (row["sex"], row["birth_date"][:7]) for row in csv.DictReader(lines) if row["kind"] == "normal"
        }
    for row in rows("retirement_ages.csv"):
        begins, sex = row["birth_from"], {"1": "nam", "2": "nữ"}[row["sex"]]
        if not begins:
            continue
        months = {month for of_sex, month in born if of_sex == sex}
        assert max((m for m in months if m < begins), default="") >= _month_before(begins), (sex, begins)
        assert begins in months, (sex, begins)
        assert any(begins < m <= (row["birth_to"] or "9999") for m in months), (sex, begins)


def _month_before(month: str) -> str:
    return f"{date.fromisoformat(f'{month}-01') - timedelta(days=1):%Y-%m}"


ELSEWHERE = {
    7: "tests/rules/golden/salary_raise.csv:NBL-07",
    14: "tests/rules/golden/reclassification.csv:NN-03",
    25: "tests/rules/golden/salary_amounts.csv:TIEN-27",
    26: "tests/standard/test_codes.py:test_shipped_provinces_know_both_meanings_of_a_reused_code",
    30: "tests/intake/test_matching.py:test_two_rows_cannot_be_one_person",
}
"""Examples no case names by its number, and what tries them."""
NOT_ASKED = {
    28: "severance is not worked out here",
    29: "whether a matter may still be handled is the disciplining body's to say, before any decision comes here",
}
EXAMPLES = range(1, 31)
"""Section 8 of the facts of law: what people compute by hand and get wrong. Cases name theirs: "mục 8.4"."""


def test_each_example_of_what_goes_wrong_by_hand_has_a_case():
    told = "\n".join(path.read_text(encoding="utf-8") for path in sorted(GOLDEN.glob("*.csv")))
    named = {int(number) for number in re.findall(r"\b8\.(\d+)\b", told)}
    assert {*named, *ELSEWHERE, *NOT_ASKED} >= {*EXAMPLES}
    assert not named & {*NOT_ASKED}
    for place in ELSEWHERE.values():
        path, _, name = place.partition(":")
        assert re.search(rf"\b{name}\b", (ROOT / path).read_text(encoding="utf-8")), place
