"""The engines against an oracle written apart from them: 100,000 careers, every month of birth; nobody unclassified."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from ccvc.rules import raises, retirement
from ccvc.rules.absences import Absence
from ccvc.rules.extensions import FAILED, Cause
from ccvc.rules.raises import Holding
from ccvc.rules.working_days import is_working
from tests.rules import oracle

pytestmark = pytest.mark.slow
CAREERS = 100_000
FORMS = ("HC1", "HC2", "HC5", "D1", "D2", "D3")


def career(chance):
    group = chance.choice((*oracle.LONG, *oracle.SHORT))
    step = chance.randint(1, oracle.STEPS[group])
    since = date(2014, 1, 1) + timedelta(days=chance.randrange(4300))
    last = step == oracle.STEPS[group]
    return {
        "category": chance.choice(("CC", "CB", "VC")),
        "group": group,
        "step": step,
        "since": since,
        "percent": chance.choice((0, 5, 9)) if last else 0,
        "causes": [cause(chance, since) for _ in range(chance.choice((0, 0, 1, 1, 2, 3)))],
        "absent": [absent(chance, since) for _ in range(chance.choice((0, 0, 0, 1, 2)))],
    }


def cause(chance, since):
    if chance.random() < 0.4:
        return ("failed", date(since.year + chance.randrange(6), 12, 31), chance.choice("xyz"))
    # Discipline in the Party counts by itself since 15 August 2021.
    on = max(since, date(2021, 8, 15)) + timedelta(days=chance.randrange(2200))
    return (chance.choice(FORMS), on, chance.choice("xyz"))


def absent(chance, since):
    first = since + timedelta(days=chance.randrange(1500))
    return (first, first + timedelta(days=chance.choice((0, 3, 8, 11, 14, 20, 40, 95, 200))))


def held(one):
    causes = [Cause(FAILED if form == "failed" else form, on, matter) for form, on, matter in one["causes"]]
    away = [Absence("unpaid_leave", first, last) for first, last in one["absent"]]
    return Holding(one["category"], one["group"], one["step"], one["since"], one["percent"], causes, away)


def test_raises_agree_with_the_oracle_and_nobody_is_unclassified():
    chance = random.Random(1)
    for number in range(CAREERS):
        one = career(chance)
        found = raises.next_raise(held(one))
        due = oracle.raise_due(one, is_working)
        assert (found.first, found.last) == (due, due), (number, one)
        assert found.standing(due) == "due", one
        assert found.standing(due - timedelta(days=1)) == "not_due", one


@pytest.mark.parametrize("sex", ["1", "2"])
def test_retirement_agrees_with_the_oracle_for_every_month_of_birth(sex):
    for year in range(1940, 2011):
        for month in range(1, 13):
            found = retirement.normal(sex, f"{year}-{month:02}-15")
            reached, age = oracle.retires(sex, year, month)
            assert found.age == age, (year, month)
            assert found.pension_from == oracle.moved(reached, 1), (year, month)
            assert found.last_day == oracle.moved(reached, 1) - timedelta(days=1), (year, month)
