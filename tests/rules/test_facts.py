"""Facts read from dossiers: for everyone due, not due or cannot tell, with the reason and where it was read."""

from __future__ import annotations

from datetime import date

import pytest

from ccvc.rules import appointments, facts

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
