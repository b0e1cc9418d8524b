"""Pay careers against the rules and worked examples."""

from __future__ import annotations

import pytest

from ccvc.simulation.pay import Plan, career, landing, rank

# Months are counted year * 12 + month - 1.
OCTOBER_2024 = 2024 * 12 + 9


def month(year: int, number: int) -> int:
    return year * 12 + number - 1


def test_steps_of_three_years_then_the_allowance_beyond_the_frame() -> None:
    pay = career(Plan(month(1995, 3), 1, [rank("01.003")]), month(2026, 11))
    steps = {held.step: held.month for held in pay.rows}
    assert steps[9] == month(2019, 3)
    assert pay.rows[0].month == month(2004, 10)
    assert (pay.beyond_percent, pay.beyond_from) == (9, month(2026, 3))
    assert pay.next_raise == month(2027, 3)


def test_steps_of_two_years_in_group_b() -> None:
    pay = career(Plan(month(2015, 12), 1, [rank("V.08.05.13")]), month(2026, 11))
    assert [held.month for held in pay.rows] == [month(year, 12) for year in range(2015, 2026, 2)]
    assert pay.next_raise == month(2027, 12)


# TT 02/2007/TT-BNV: NN-03 and NN-04 of the worked examples.
@pytest.mark.parametrize(
    ("step", "beyond", "lands_on", "anew"),
    [(9, 6, 4, True), (7, 0, 1, False), (6, 0, 1, True), (9, 0, 3, False)],
)
def test_where_a_promotion_to_principal_specialist_lands(
    step: int, beyond: int, lands_on: int, *, anew: bool
) -> None:
    assert landing(rank("01.003"), step, rank("01.002"), beyond) == (lands_on, anew)


def test_a_clock_that_goes_on_after_promotion() -> None:
    ladder = [rank("01.003"), rank("01.002")]
    pay = career(Plan(month(2005, 3), 1, ladder, promotions=[OCTOBER_2024]), month(2026, 11))
    before, promoted, raised = pay.rows[-3:]
    assert (before.step, promoted.month, promoted.step) == (7, OCTOBER_2024, 1)
    assert (raised.month, raised.step) == (month(2026, 3), 2)
    assert pay.rank_since == OCTOBER_2024


def test_an_early_raise_starts_the_clock_anew_and_a_punishment_delays() -> None:
    early = career(
        Plan(month(2015, 1), 1, [rank("01.003")], early=10, early_at=month(2019, 5)), month(2026, 11)
    )
    assert [held.month for held in early.rows][:4] == [
        month(2015, 1),
        month(2018, 1),
        month(2020, 3),
        month(2023, 3),
    ]
    late = career(
        Plan(month(2015, 1), 1, [rank("01.003")], delay=6, delay_at=month(2019, 5)), month(2026, 11)
    )
    assert [held.month for held in late.rows][:4] == [
        month(2015, 1),
        month(2018, 1),
        month(2021, 7),
        month(2024, 7),
    ]


def test_a_title_bears_the_code_of_its_time() -> None:
    teacher = rank("V.07.03.29")
    assert teacher.code_at(month(2010, 5)) == "15a.203"
    assert teacher.code_at(month(2018, 5)) == "V.07.03.07"
    assert teacher.code_at(month(2022, 5)) == "V.07.03.29"


def test_nobody_is_promoted_to_a_title_before_it_was() -> None:
    ladder = [rank("V.07.03.29"), rank("V.07.03.28")]
    pay = career(Plan(month(1998, 1), 1, ladder, promotions=[month(2012, 1)]), month(2026, 11))
    promoted = next(held for held in pay.rows if held.rank.code == "V.07.03.28")
    assert promoted.month >= month(2021, 4)


def test_unknown_ranks_are_refused() -> None:
    with pytest.raises(ValueError, match=r"V\.99\.99\.99"):
        rank("V.99.99.99")
