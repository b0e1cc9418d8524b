"""Windows of reappointment and retirement, lengths of secondment and rotation: the day before, on, and after."""

from __future__ import annotations

from datetime import date

import pytest

from ccvc.rules import facts, terms
from ccvc.rules.explaining import explain
from ccvc.rules.working_days import before


def day(text):
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("on", "stage"),
    [
        ("2026-04-01", "ahead"),  # 90 days before
        ("2026-04-02", "notice_missed"),
        ("2026-06-29", "notice_missed"),  # a working day before
        ("2026-06-30", "decision_missed"),
        ("2026-07-01", "over"),
    ],
)
def test_a_reappointment_is_told_ninety_days_and_decided_a_working_day_before(on, stage):
    found = terms.reappointment(day("2026-06-30"), day(on), "CC")
    assert (found.stage, found.notify_by, found.decide_by) == (stage, day("2026-04-01"), day("2026-06-29"))
    assert found.reasons[0].law.basis.startswith("NĐ 170/2025")
    assert found.reasons[0].told("en")


def test_a_term_to_a_monday_is_decided_on_friday_and_one_after_tet_before_it():
    assert terms.reappointment(day("2026-08-03"), day("2026-01-01"), "CC").decide_by == day("2026-07-31")
    assert before(day("2026-02-23"), 1) == day("2026-02-13")


def test_without_an_end_of_the_term_nothing_can_be_told():
    found = terms.reappointment(None, day("2026-06-30"), "CC")
    assert (found.stage, found.day) == ("cannot_tell", None)
    assert found.reasons[0].told("en")


@pytest.mark.parametrize(
    ("birth", "ends", "way", "until"),
    [
        ("1970-01-15", "2027-01-31", "full", "2032-01-31"),  # retires at the end of 31 January 2032
        ("1970-01-15", "2027-02-01", "full", "2032-02-01"),
        ("1970-01-15", "2027-02-02", "to_retirement", "2032-01-31"),
        ("1966-04-20", "2026-05-01", "to_retirement", "2028-04-30"),
        ("1966-04-20", "2026-05-02", "extend", "2028-04-30"),
        ("1966-04-20", "2028-04-29", "extend", "2028-04-30"),
        ("1966-04-20", "2028-04-30", "none", None),
        (None, "2026-05-02", "cannot_tell", None),
    ],
)
def test_how_long_the_next_term_is(birth, ends, way, until):
    found = terms.next_term(day(ends), "1", birth, "CC")
    assert (found.way, found.until) == (way, day(until))
    assert all(reason.told() and reason.told("en") for reason in found.reasons)


@pytest.mark.parametrize(
    ("since", "until", "category", "met", "limit"),
    [
        ("2026-08-01", "2029-07-31", "CC", "yes", "2029-08-01"),
        ("2026-08-01", "2029-08-01", "CC", "yes", "2029-08-01"),
        ("2026-08-01", "2029-08-02", "CC", "no", "2029-08-01"),
        ("2024-02-29", "2027-02-28", "VC", "yes", "2027-02-28"),
        ("2024-02-29", "2027-03-01", "VC", "no", "2027-02-28"),
        ("2026-08-01", None, "CC", "cannot_tell", "2029-08-01"),
        (None, "2029-08-01", "CC", "cannot_tell", None),
        ("2026-08-01", "2027-08-01", "HD", "cannot_tell", "2029-08-01"),
    ],
)
def test_a_secondment_is_no_longer_than_three_years(since, until, category, met, limit):
    found = terms.secondment(day(since), day(until), category)
    assert (found.met, found.limit) == (met, day(limit))
    assert all(reason.told() and reason.told("en") for reason in found.reasons)


@pytest.mark.parametrize(
    ("until", "met"), [("2028-08-30", "no"), ("2028-08-31", "yes"), ("2028-09-01", "yes")]
)
def test_a_rotation_lasts_three_years_at_least(until, met):
    found = terms.rotation(day("2025-09-01"), day(until), "CC")
    assert (found.met, found.limit) == (met, day("2028-08-31"))
    assert found.reasons[0].told("en")
    assert terms.rotation(None, day(until), "CC").met == "cannot_tell"
    assert terms.rotation(day("2025-09-01"), day(until), "VC").met == "cannot_tell"  # no law held here


@pytest.mark.parametrize(
    ("on", "stage"),
    [
        ("2027-11-01", "ahead"),
        ("2027-11-02", "notice_missed"),
        ("2028-02-01", "notice_missed"),
        ("2028-02-02", "decision_missed"),
        ("2028-04-30", "decision_missed"),
        ("2028-05-01", "over"),
    ],
)
def test_a_retirement_is_told_six_months_and_decided_three_months_before(on, stage):
    found = terms.retiring("1", "1966-04-20", day(on))
    assert (found.stage, found.day) == (stage, day("2028-04-30"))
    assert terms.retiring("1", None, day(on)).stage == "cannot_tell"


def test_one_persons_term_is_explained():
    appointment = {"id": "a", "kind": "appoint", "effective_from": "2021-07-01", "effective_to": "2026-06-30"}
    document = {
        "identity": {"sex": "1", "birth_date": "1966-04-20"},
        "career": {"appointments": [appointment]},
        "employment": {"category": "CC"},
    }
    told = explain("term", document, day("2026-05-01"))
    assert (told["answer"], told["next"], told["until"]) == ("notice_missed", "extend", day("2028-04-30"))
    assert {why["code"] for why in told["reasons"]} == {"WINDOW", "TERM-EXTEND"}
    assert explain("term", {"employment": {"category": "CC"}}, day("2026-05-01"))["answer"] == "cannot_tell"


APPOINTED = {"kind": "appoint", "effective_from": "2016-07-01", "effective_to": "2021-06-30"}
AGAIN = {"kind": "reappoint", "effective_from": "2021-07-01", "effective_to": "2026-06-30"}


@pytest.mark.parametrize(
    ("rows", "ends"),
    [
        ([APPOINTED, AGAIN], "2026-06-30"),
        ([APPOINTED], "2021-06-30"),  # passed, and nobody decided
        ([AGAIN, {"kind": "relieve", "effective_from": "2024-01-01"}], None),
        ([APPOINTED, AGAIN, {"kind": "acting", "effective_from": "2025-01-01"}], "2026-06-30"),
        ([APPOINTED, AGAIN | {"effective_from": "2026-07-01"}], "2021-06-30"),  # not begun yet
        ([{"kind": "appoint", "effective_from": "2024-01-01"}], None),
        ([{"kind": "appoint"}, {}], None),
    ],
)
def test_the_term_is_that_of_the_newest_appointment_unless_it_was_ended(rows, ends):
    held = [{"id": str(number), **row} for number, row in enumerate(rows)]
    document = {"career": {"appointments": held}, "employment": {"category": "CC"}}
    assert facts.candidate(document, day("2026-05-01")).term_ends == day(ends)
