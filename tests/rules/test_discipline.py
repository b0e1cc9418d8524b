"""How long disciplines bar, on the day before, on and after each law and each term."""

from __future__ import annotations

from datetime import date

import pytest

from ccvc.rules import appointments, discipline
from ccvc.rules.appointments import Candidate
from ccvc.rules.discipline import Discipline


def bars(form, effective, on, category="CC", act="higher", *more):
    held = [Discipline(form, date.fromisoformat(effective)), *more]
    return list(discipline.bars(held, category, act, date.fromisoformat(on)))


@pytest.mark.parametrize(
    ("form", "effective", "on", "category", "barred"),
    [
        ("HC1", "2025-09-01", "2026-09-01", "CC", True),
        ("HC1", "2025-09-01", "2026-09-02", "CC", False),
        ("HC1", "2024-02-29", "2025-02-28", "CC", True),  # a term that ends in a shorter month
        ("HC1", "2024-02-29", "2025-03-01", "CC", False),
        ("HC5", "2023-06-30", "2025-06-30", "CC", True),  # 24 months by the law of 2008
        ("HC5", "2023-06-30", "2025-07-01", "CC", False),
        ("HC5", "2025-01-10", "2026-06-30", "VC", True),
        ("HC2", "2026-07-01", "2027-07-01", "VC", True),
        ("HC2", "2026-07-01", "2027-07-02", "VC", False),
        ("D1", "2025-08-15", "2025-10-07", "CC", True),  # before the Party's rule was dated: unsure
        ("D1", "2025-08-15", "2027-08-15", "CC", True),
        ("D1", "2025-08-15", "2027-08-16", "CC", False),
        ("D3", "2025-10-08", "2030-10-08", "CC", True),
        ("HC1", "2026-09-01", "2026-08-31", "CC", False),  # not in force yet
    ],
)
def test_to_which_day_it_bars(form, effective, on, category, barred):
    assert bool(bars(form, effective, on, category)) is barred


def test_what_the_former_law_bars_longer_than_the_new_one_is_for_a_lawyer_to_say():
    (sure,) = bars("HC5", "2024-09-01", "2025-09-01")
    (unsure,) = bars("HC5", "2024-09-01", "2025-09-02")
    assert (sure.sure, unsure.sure) == (True, False)
    assert unsure.reason.code == "BAR-OLD-LAW"
    candidate = Candidate("CC", "1", "1990-01-01", [Discipline("HC5", date(2024, 9, 1))], planned=True)
    assert appointments.check(candidate, "equal", date(2025, 9, 2)).outcome == "cannot_tell"


def test_the_term_runs_from_the_partys_decision():
    party = Discipline("D1", date(2025, 8, 15))
    assert not bars("HC1", "2025-09-10", "2026-08-16", "CC", "equal", party)
    assert bars("HC1", "2025-09-10", "2026-08-15", "CC", "equal", party)


@pytest.mark.parametrize("act", ["reappoint", "retire", "transfer"])
def test_a_discipline_in_force_does_not_by_itself_bar(act):
    assert not bars("HC1", "2026-01-01", "2026-06-01", "CC", act)


def test_dismissal_for_corruption_bars_for_ever():
    held = [Discipline("HC5", date(2001, 1, 1), corruption=True)]
    (bar,) = discipline.bars(held, "CC", "higher", date(2090, 1, 1))
    assert bar.until is None


@pytest.mark.parametrize(("birth", "met"), [("1969-07-01", "yes"), ("1969-06-30", "no"), ("1969-06", "no")])
def test_a_first_office_needs_a_full_term_to_the_retirement(birth, met):
    found = appointments.check(Candidate("CC", "1", birth, planned=True), "first", date(2026, 8, 1))
    assert next(one.met for one in found.conditions if one.name == "age") == met


def test_what_is_not_known_is_open_and_lets_nothing_pass():
    found = appointments.check(Candidate("CC"), "first", date(2026, 8, 1))
    assert found.outcome == "cannot_tell"
    assert {one.name for one in found.open} == {"age", "planning", "qualification", "assets", "health"}


LAWS = [
    ("CC", "first", "2025-06-30", "NĐ 138/2020"),
    ("CC", "first", "2025-07-01", "NĐ 170/2025"),
    ("VC", "first", "2026-06-30", "NĐ 115/2020"),
    ("VC", "first", "2026-07-01", "NĐ 259/2026"),
    ("CC", "reappoint", "2025-06-30", "NĐ 138/2020"),
    ("CC", "reappoint", "2025-07-01", "NĐ 170/2025"),
    ("VC", "reappoint", "2026-06-30", "NĐ 115/2020"),
    ("VC", "reappoint", "2026-07-01", "NĐ 259/2026"),
    ("CC", "second", "2025-06-30", "Luật 22/2008"),
    ("CC", "second", "2025-07-01", "NĐ 170/2025"),
    ("VC", "second", "2026-06-30", "Luật 58/2010"),
    ("VC", "second", "2026-07-01", "Luật 129/2025"),
    ("CC", "rotate", "2025-06-30", "NĐ 138/2020"),
    ("CC", "rotate", "2025-07-01", "NĐ 170/2025"),
]


@pytest.mark.parametrize(("category", "act", "on", "law"), LAWS)
def test_each_condition_is_judged_by_the_law_of_the_day_and_the_category(category, act, on, law):
    held = [Discipline("HC5", date(2020, 1, 1), corruption=True)]
    asked = Candidate(
        category, "1", "1990-01-01", held, term_ends=date(2055, 1, 1), moved_until=date(2060, 1, 1)
    )
    found = appointments.check(asked, act, date.fromisoformat(on))
    named = [one.reason.law for one in found.conditions if one.reason.law]
    assert any(one.basis.startswith(law) for one in named)
    for one in named:
        assert not (on < "2025-07-01" and ("170/2025" in one.basis or "80/2025" in one.basis)), one
        assert not (category == "VC" and "170/2025" in one.basis), one
        assert not (on >= "2025-07-01" and category == "CC" and "22/2008" in one.basis), one


def test_a_small_child_stands_against_a_transfer_only_since_the_new_decree():
    asked = Candidate("CC", "2", "1990-01-01", expecting=True)
    assert appointments.check(asked, "transfer", date(2025, 6, 30)).outcome == "allow"
    assert appointments.check(asked, "transfer", date(2025, 7, 1)).outcome == "block"
    assert appointments.check(asked, "second", date(2025, 6, 30)).outcome == "block"


@pytest.mark.parametrize(
    ("category", "on"), [("HD", "2026-08-01"), ("XA0", "2026-08-01"), ("CC", "2009-12-31")]
)
def test_where_no_law_held_here_speaks_nothing_can_be_told(category, on):
    asked = Candidate(
        category, "1", "1990-01-01", planned=True, qualified=True, declared_assets=True, healthy=True
    )
    found = appointments.check(asked, "first", date.fromisoformat(on))
    assert found.outcome == "cannot_tell"
    assert [one.reason.code for one in found.conditions] == ["NO-LAW"]
    assert found.conditions[0].reason.told("en")


def test_a_labour_discipline_of_a_contract_is_for_a_lawyer_to_say():
    (bar,) = bars("LD1", "2026-03-01", "2026-08-01", "HD", "first")
    assert not bar.sure
    assert not bars("LD1", "2025-03-01", "2026-08-01", "HD", "first")
    assert not bars("LD1", "2026-03-01", "2026-08-01", "HD", "transfer")
