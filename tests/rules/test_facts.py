"""Facts read from dossiers: for everyone due, not due or cannot tell, with the reason and where it was read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ccvc.rules import absences, appointments, facts
from ccvc.rules.appointments import Candidate
from ccvc.standard.quality.case import months_between
from ccvc.standard.versions import current

ON = date(2026, 8, 1)
UNKNOWN = {"state": "unknown"}
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
        ("2026-06-30", {"salary_group": None, "job_level": 3}, "cannot_tell"),  # no levels yet
        ("2026-07-01", {"salary_group": None, "job_level": 3}, "due"),
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
            {"salary_step": 9, "beyond_frame_percent": 5},
            "cannot_tell",
        ),  # since when is not said
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


STATED = {"cases_checked_on": "2026-08-01"}
OPEN = {"id": "c", "kind": "discipline", "opened_on": "2026-07-01"}


@pytest.mark.parametrize(
    ("employment", "handling", "prosecution"),
    [
        ({}, "cannot_tell", "cannot_tell"),
        ({"cases": []}, "cannot_tell", "cannot_tell"),  # an empty table is nobody's word
        (STATED, "yes", "yes"),
        ({"cases_checked_on": "2026-07-02"}, "yes", "yes"),
        ({"cases_checked_on": "2026-07-01"}, "cannot_tell", "cannot_tell"),  # more than 30 days ago
        ({"cases_checked_on": "2026-08-02"}, "cannot_tell", "cannot_tell"),  # of another day than asked
        ({"cases": [OPEN]}, "no", "cannot_tell"),
        ({"cases": [OPEN], **STATED}, "no", "yes"),
        ({"cases": [{"id": "c", "kind": "party_discipline"}], **STATED}, "no", "yes"),
        ({"cases": [OPEN | {"opened_on": "2026-08-02"}], **STATED}, "yes", "yes"),
        ({"cases": [OPEN | {"opened_on": "2026-08-01"}], **STATED}, "no", "yes"),
        ({"cases": [OPEN | {"closed_on": "2026-08-01"}], **STATED}, "yes", "yes"),
        ({"cases": [OPEN | {"closed_on": "2026-08-02"}], **STATED}, "no", "yes"),
        ({"cases": [OPEN | {"closed_on": UNKNOWN}], **STATED}, "cannot_tell", "cannot_tell"),
        ({"cases": [OPEN | {"outcome": "exempted"}], **STATED}, "cannot_tell", "cannot_tell"),
        ({"cases": [{"id": "c", "kind": "criminal"}], **STATED}, "yes", "no"),
        ({"cases": [{"id": "c", "kind": UNKNOWN}], **STATED}, "cannot_tell", "cannot_tell"),
        ({"cases": [{"id": "c", "kind": "of later"}], **STATED}, "cannot_tell", "cannot_tell"),
    ],
)
def test_open_cases_stand_against_an_appointment_and_only_a_statement_says_there_are_none(
    employment, handling, prosecution
):
    found = appointments.check(
        facts.candidate({"employment": {"category": "CC", **employment}}, ON), "equal", ON
    )
    met = {one.name: one.met for one in found.conditions}
    assert (met["handling"], met["prosecution"]) == (handling, prosecution)
    assert all(one.reason.told() and one.reason.told("en") for one in found.conditions)


def test_with_everything_known_an_appointment_is_met():
    document = {
        "identity": {"sex": "1", "birth_date": "1990"},
        "employment": {"category": "CC", **STATED},
        "assets": {"declarations": [{"id": "a", "year": 2025}]},
    }
    asked = replace(facts.candidate(document, ON, planned=True, qualified=True), healthy=True)
    assert appointments.check(asked, "first", ON).outcome == "allow"


CHILD = {"id": "k", "relationship": "07"}


@pytest.mark.parametrize(
    ("sex", "child", "absence", "met"),
    [
        ("1", CHILD | {"birth_year": "2026"}, {}, "yes"),
        ("2", {}, {}, "cannot_tell"),  # who is pregnant no dossier says
        ("2", CHILD | {"birth_year": "2023-08-02"}, {}, "no"),
        ("2", CHILD | {"birth_year": "2023-08-01"}, {}, "cannot_tell"),
        ("2", CHILD | {"birth_year": "2025"}, {}, "no"),
        ("2", {}, {"kind": "maternity", "from": "2026-06-01", "to": "2026-11-30"}, "no"),
        ("2", {}, {"kind": "maternity", "from": "2026-01-01", "to": "2026-06-30"}, "cannot_tell"),
    ],
)
def test_a_move_asks_for_a_pregnancy_and_small_children(sex, child, absence, met):
    document = {
        "identity": {"sex": sex, "birth_date": "1990-01-01"},
        "family": {"relatives": [child] if child else []},
        "career": {"absences": [{"id": "a", **absence}] if absence else []},
        "employment": {"category": "CC"},
    }
    found = appointments.check(facts.candidate(document, ON), "transfer", ON)
    assert next(one.met for one in found.conditions if one.name == "family") == met


def test_a_child_whose_month_of_birth_is_not_known_may_still_be_small():
    asked = Candidate(
        "CC", "2", "1990-01-01", youngest_child=date(2023, 12, 31), youngest_child_from=date(2023, 1, 1)
    )
    found = appointments.check(asked, "transfer", ON)
    assert next(one.met for one in found.conditions if one.name == "family") == "cannot_tell"


@pytest.mark.parametrize(
    ("rows", "changes", "first", "last"),
    [
        ([], {}, "2025-04-01", "2025-04-01"),
        (
            [{"kind": "unpaid_leave", "from": "2023-01-01", "to": "2023-04-30"}],
            {},
            "2025-08-01",
            "2025-08-01",
        ),
        ([{"kind": "maternity", "from": "2023-01-01", "to": "2023-06-30"}], {}, "2025-04-01", "2025-04-01"),
        ([{"kind": "sick_leave", "from": "2023-01-01", "to": "2023-08-31"}], {}, "2025-06-01", "2025-06-01"),
        ([{"kind": UNKNOWN, "from": "2023-01-01", "to": "2023-04-30"}], {}, "2025-04-01", "2025-08-01"),
        ([{"kind": "of later", "from": "2023-01-01", "to": "2023-04-30"}], {}, "2025-04-01", "2025-08-01"),
        ([{"kind": "unpaid_leave", "to": "2022-07-31"}], {}, "2025-04-01", "2025-08-01"),
        (
            [{"kind": "unpaid_leave", "from": "2024-11-01"}],
            {},
            "2025-06-01",
            None,
        ),  # away these two months at least
        ([{"kind": "unpaid_leave", "from": "2024-11-01", "to": UNKNOWN}], {}, "2025-04-01", None),
        ([{"kind": "maternity", "from": "2024-11-01"}], {}, "2025-04-01", "2025-04-01"),
        (
            [{"kind": "unpaid_leave", "from": "2025-04-01"}],
            {},
            "2025-04-01",
            "2025-04-01",
        ),  # it was due before
        ([], {"status": "08"}, "2025-04-01", None),  # away, and no row says since when
        ([{"kind": "unpaid_leave", "from": "2024-11-01"}], {"status": "08"}, "2025-06-01", None),
        ([], {"status": "06"}, "2025-04-01", "2025-04-01"),
    ],
)
def test_time_away_puts_a_raise_off_as_far_as_the_dossier_tells(rows, changes, first, last):
    career = {"absences": [{"id": str(number), **row} for number, row in enumerate(rows)]}
    document = {"employment": {**HELD, **changes}, "career": career}
    found = facts.raise_of(document, date(2024, 12, 31))
    assert (found.first, found.last) == (date.fromisoformat(first), last and date.fromisoformat(last))
    assert found.standing(found.first - timedelta(days=1)) == "not_due"
    assert found.standing(date(2060, 1, 1)) == ("due" if last else "cannot_tell")
    assert all(reason.told() and reason.told("en") for reason in found.reasons)


def test_every_absence_and_case_the_standard_knows_is_known_to_the_rules():
    codes = current().codes
    assert {absences.known(row.code) for row in codes["absence_kinds"]} == {
        row.code for row in codes["absence_kinds"]
    }
    assert {row.extra["stands_for"] for row in codes["case_kinds"]} == {"handling", "prosecution"}


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
