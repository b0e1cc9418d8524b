"""Facts read from dossiers: for everyone due, not due or cannot tell, with the reason and where it was read."""

from __future__ import annotations

from datetime import date

import pytest

from ccvc.rules import appointments, facts
from ccvc.rules.appointments import Candidate
from ccvc.standard.quality.case import months_between

ON = date(2026, 8, 1)
HELD = {
    "category": "CC",
    "status": "01",
    "salary_group": "A1",
    "salary_step": 3,
    "raise_clock_from": "2022-04-01",
}


def raised(on="2026-01-01", **changes):
    employment = {name: value for name, value in {**HELD, **changes}.items() if value is not None}
    found = facts.raise_of({"employment": employment}, date.fromisoformat(on))
    return found, found.standing(date.fromisoformat(on))


@pytest.mark.parametrize(
    ("on", "changes", "standing"),
    [
        ("2025-03-31", {}, "not_due"),
        ("2025-04-01", {}, "due"),
        ("2025-04-01", {"salary_group": None}, "cannot_tell"),
        ("2025-04-01", {"salary_group": "Z9"}, "cannot_tell"),
        ("2025-04-01", {"salary_step": None}, "cannot_tell"),
        ("2025-04-01", {"salary_step": 19}, "cannot_tell"),
        ("2025-04-01", {"raise_clock_from": None}, "cannot_tell"),
        ("2025-04-01", {"raise_clock_from": None, "salary_from": "2022-03-01"}, "due"),
        ("2025-04-01", {"category": None}, "cannot_tell"),
        ("2025-04-01", {"category": {"state": "unknown"}}, "cannot_tell"),
        ("2025-04-01", {"status": "20"}, "not_due"),  # retired
        ("2025-04-01", {"salary_group": "LD7", "salary_step": 2}, "not_due"),  # paid by office
        ("2025-04-01", {"salary_step": 9}, "due"),  # beyond the frame
        (
            "2025-04-01",
            {"salary_step": 9, "beyond_frame_percent": 5, "beyond_frame_from": "2024-05-01"},
            "not_due",
        ),
        (
            "2025-05-01",
            {"salary_step": 9, "beyond_frame_percent": 5, "beyond_frame_from": "2024-05-01"},
            "due",
        ),
    ],
)
def test_everyone_is_due_not_due_or_cannot_be_told(on, changes, standing):
    found, stands = raised(on, **changes)
    assert stands == standing
    assert all(reason.told() and reason.told("en") for reason in found.reasons)
    assert found.reasons


def test_a_failed_year_with_a_discipline_of_that_year_cannot_be_told_between_two_days():
    rows = {
        "disciplines": [{"id": "d", "form": "HC2", "effective_from": "2023-05-10"}],
        "ratings": [{"id": "r", "year": 2023, "level": "4"}],
    }
    found, _ = raised("2025-01-01", **rows)
    assert (found.first, found.last) == (date(2025, 10, 1), date(2026, 4, 1))
    assert [
        found.standing(date(*day)) for day in ((2025, 9, 30), (2025, 10, 1), (2026, 3, 31), (2026, 4, 1))
    ] == [
        "not_due",
        "cannot_tell",
        "cannot_tell",
        "due",
    ]
    assert {reason.path for reason in found.reasons} >= {"employment.disciplines[d]", "employment.ratings[r]"}


def test_open_cases_are_in_no_dossier_so_an_appointment_waits_for_somebodys_word():
    document = {"identity": {"sex": "1", "birth_date": "1990"}, "employment": {"category": "CC"}}
    found = appointments.check(
        facts.candidate(document, date(2026, 8, 1), planned=True, qualified=True), "equal", ON
    )
    assert {one.name for one in found.open} >= {"handling", "prosecution"}
    assert found.outcome == "cannot_tell"


def test_a_discipline_not_yet_in_force_puts_nothing_off_today():
    rows = {"disciplines": [{"id": "d", "form": "HC2", "effective_from": "2024-05-10"}]}
    assert raised("2024-05-09", **rows)[0].last == date(2025, 4, 1)
    assert raised("2024-05-10", **rows)[0].last == date(2025, 10, 1)


def test_a_discipline_in_the_party_alone_counts_as_its_administrative_form():
    party = {"id": "p", "form": "D2", "effective_from": "2023-05-01"}
    assert raised(disciplines=[party])[0].last == date(2025, 10, 1)
    followed = {"id": "d", "form": "HC2", "effective_from": "2023-05-25"}
    assert raised(disciplines=[party, followed])[0].last == date(2025, 10, 1)


def disciplined(*rows, category="CC", act="higher", on="2026-08-01", **employment):
    held = [{"id": str(number), **row} for number, row in enumerate(rows)]
    document = {"employment": {"category": category, "disciplines": held, **employment}}
    found = appointments.check(facts.candidate(document, date.fromisoformat(on)), act, date.fromisoformat(on))
    (told,) = {one.met for one in found.conditions if one.name == "discipline"}
    assert all(one.reason.told() and one.reason.told("en") for one in found.conditions)
    return told


UNKNOWN = {"state": "unknown"}
SAID = {"violation": "Vi phạm quy chế làm việc"}


@pytest.mark.parametrize(
    ("row", "category", "act", "met"),
    [
        ({"form": "HC2", "effective_from": "2026-03-01"}, "CC", "equal", "no"),
        ({"form": "HC2", "effective_from": "2026-03-01"}, None, "equal", "cannot_tell"),
        ({"form": "HC2", "effective_from": "2019-03-01"}, None, "equal", "yes"),  # no law bars so long
        ({"form": "D2", "effective_from": "2026-03-01"}, None, "higher", "no"),  # the Party asks no category
        ({"form": "HC2"}, "CC", "equal", "cannot_tell"),
        ({"form": "HC2", "effective_from": UNKNOWN, "decided_on": UNKNOWN}, "CC", "equal", "cannot_tell"),
        ({"form": "HC2", "decided_on": "2026-03-01"}, "CC", "equal", "no"),
        ({"form": "HC2", "effective_to": "2020-03-01"}, "CC", "equal", "yes"),  # began before it ended
        ({"form": "HC2", "effective_to": "2026-03-01"}, "CC", "equal", "cannot_tell"),
        ({"form": "HC2"}, "CC", "transfer", "yes"),  # no discipline bars it
        ({"effective_from": "2026-03-01"}, "CC", "higher", "cannot_tell"),
        ({"form": UNKNOWN, "effective_from": "2026-03-01"}, "CC", "equal", "cannot_tell"),
        ({"form": UNKNOWN, "effective_from": "2019-03-01"}, "CC", "transfer", "yes"),
        ({}, "CC", "rank", "cannot_tell"),
        ({"form": "LD1", "effective_from": "2026-03-01"}, "HD", "first", "cannot_tell"),
        ({"form": "LD1", "effective_from": "2025-03-01"}, "HD", "first", "yes"),
        ({"form": "HC5", "effective_from": "2001-03-01"}, "CC", "equal", "cannot_tell"),
        ({"form": "HC5", "effective_from": "2001-03-01", **SAID}, "CC", "equal", "yes"),
        ({"form": "HC5", "effective_from": "2001-03-01", "violation": "Tham ô"}, "CC", "equal", "no"),
        ({"form": "HC2", "effective_from": "2026-03-01"}, "CC", "reappoint", "no"),
        ({"form": "HC2"}, "CC", "reappoint", "cannot_tell"),
    ],
)
def test_what_a_discipline_does_not_say_lets_nobody_pass(row, category, act, met):
    assert disciplined(row, category=category or UNKNOWN, act=act) == met


def test_a_discipline_that_may_be_in_force_is_weighed_at_a_reappointment_not_a_stop():
    held = facts.disciplines({"employment": {"disciplines": [{"id": "d", "form": "HC2"}]}})
    found = appointments.check(
        Candidate("CC", "1", "1980-01-01", held, planned=True, qualified=True), "reappoint", ON
    )
    assert found.outcome == "warn"


@pytest.mark.parametrize(
    ("rows", "first", "last"),
    [
        ([{"form": "HC2"}], "2025-04-01", "2025-10-01"),
        (
            [{"form": "HC2", "effective_to": "2022-03-31"}],
            "2025-04-01",
            "2025-04-01",
        ),  # before the time counts
        ([{"form": "HC2", "effective_to": "2022-04-01"}], "2025-04-01", "2025-10-01"),
        ([{"effective_from": "2023-05-01"}], "2025-04-01", "2026-04-01"),  # at most what the worst form costs
        ([{"form": UNKNOWN}, {"form": "HC1", "effective_from": "2023-05-01"}], "2025-10-01", "2026-10-01"),
        ([{"form": "D2", "effective_from": "2023-05-01"}, {"form": "HC2"}], "2025-04-01", "2026-04-01"),
    ],
)
def test_what_a_discipline_does_not_say_widens_the_day_of_a_raise(rows, first, last):
    found, _ = raised(disciplines=[{"id": str(number), **row} for number, row in enumerate(rows)])
    assert (found.first, found.last) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("rows", "category", "months"),
    [
        ([{"year": 2023, "level": "4", "period": "N"}], "CC", (6, 6)),
        ([{"year": 2023, "level": "4", "period": "NH"}], "VC", (6, 6)),
        ([{"year": 2023, "level": "4"}], "CC", (6, 6)),  # before ratings by month there were none but yearly
        ([{"year": 2023, "level": "4", "period": "Q2"}], "CC", (0, 0)),
        ([{"year": 2023, "level": "4", "period": "T05"}], "CC", (0, 0)),
        ([{"year": 2026, "level": "4"}], "CC", (0, 6)),
        ([{"year": 2026, "level": "4"}, {"year": 2026, "level": "3", "period": "N"}], "CC", (0, 0)),
        ([{"year": 2026, "level": "4"}, {"year": 2026, "level": "4", "period": "N"}], "CC", (6, 6)),
        ([{"year": 2023, "level": UNKNOWN, "period": "N"}], "CC", (0, 6)),
        ([{"year": 2023, "level": "4"}, {"year": 2023, "level": "4"}], "CC", (6, 6)),  # one year, once
        ([{"year": 2023, "level": "4"}, {"year": 2023, "level": "3"}], "CC", (0, 6)),  # said in two ways
        ([{"year": 2023, "level": "4"}, {"year": 2024, "level": "4"}], "CC", (12, 12)),
    ],
)
def test_only_a_failed_year_puts_a_raise_off(rows, category, months):
    ratings = [{"id": str(number), **row} for number, row in enumerate(rows)]
    clock = "2024-02-01" if rows[0]["year"] == 2026 else "2022-04-01"
    found, _ = raised(category=category, raise_clock_from=clock, ratings=ratings)
    plain, _ = raised(raise_clock_from=clock)
    assert (months_between(plain.last, found.first), months_between(plain.last, found.last)) == months
