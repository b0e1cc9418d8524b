"""A place is free when nobody is in it or promised it and no unit above is full; else somebody answers for it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from ccvc.access.actions import grant_role
from ccvc.headcount import actions, selectors
from ccvc.headcount.actions import Authority, Decision, hold, pass_stops
from ccvc.headcount.models import Passing
from ccvc.headcount.selectors import Arrival, room
from ccvc.ledger.models import Entry
from ccvc.organisations.selectors import unit_by_code
from tests.people import AGENCY, OTHER_UNIT, SYSTEM, UNIT, Agency, dossier, kept
from tests.problems import refused, refused_as

LINE = "civil_servants"
TODAY = timezone.localdate()
SOON, LATER = TODAY + timedelta(days=30), TODAY + timedelta(days=60)
DECISION = Decision("12/QĐ-UBND", date(2025, 12, 20), "Uỷ ban nhân dân tỉnh")
WHO = Authority("Chủ tịch Uỷ ban nhân dân tỉnh", "Nhiệm vụ cấp bách", "Công văn 15/BNV-TCBC")


def unit(code: str = UNIT) -> int:
    state = unit_by_code(code, TODAY)
    assert state is not None
    return state.unit_id


def give(
    agency: Agency, code: str, number: int, on: date = date(2026, 1, 1), until: date | None = None
) -> None:
    actions.assign(
        agency.subject("administrator"),
        code=code,
        line=LINE,
        number=number,
        on=on,
        decision=DECISION,
        until=until,
    )


def employed(agency: Agency, number: int, *, on: date = TODAY, key: UUID | None = None, **more: str) -> UUID:
    document = dossier(number)
    unit_code = more.get("unit_code", UNIT)
    document["employment"] |= {"unit_name": f"Sở {unit_code}", **more}
    return kept(agency, document, key=key, valid_from=on, unit_code=unit_code).dossier.key


def figures(code: str = UNIT, on: date = TODAY, coming: int = 1, **more: Any) -> tuple[Any, ...]:
    found = room(unit(code), LINE, on, coming, **more)
    return found.assigned, found.actual, found.promised, found.free, found.over


def test_a_place_is_free_until_it_is_filled(agency: Agency) -> None:
    assert figures() == (None, 0, 0, None, False)
    give(agency, UNIT, 2)
    employed(agency, 1)
    assert figures() == (2, 1, 0, 1, False)
    assert figures(coming=2) == (2, 1, 0, 1, True)
    assert figures(coming=0) == (2, 1, 0, 1, False), "nobody is asked about: the figures alone"
    employed(agency, 2, category="HD")
    employed(agency, 3, status="20")
    assert figures() == (2, 1, 0, 1, False)


def test_whoever_comes_by_a_signed_decision_has_the_place_and_whoever_leaves_frees_it(agency: Agency) -> None:
    give(agency, UNIT, 1)
    there = employed(agency, 1)
    assert figures()[-1]
    employed(agency, 1, on=SOON, key=there, status="20")
    assert figures() == (1, 1, 0, 0, True)
    assert figures(on=SOON) == (1, 1, -1, 1, False)
    assert figures(on=SOON - timedelta(days=1))[-1]
    employed(agency, 2, on=LATER)
    assert figures(on=SOON) == (1, 1, 0, 0, True), "on the day the promised one comes there are two"
    assert room(unit(), LINE, SOON).levels[0].day == LATER


def test_a_unit_above_that_would_be_exceeded_is_named(agency: Agency) -> None:
    give(agency, AGENCY, 3)
    give(agency, UNIT, 2)
    employed(agency, 1, unit_code=OTHER_UNIT)
    employed(agency, 2, unit_code=OTHER_UNIT)
    found = room(unit(), LINE, TODAY, 2)
    assert found.exceeded is not None
    assert (found.exceeded.unit.code, found.exceeded.beyond) == (AGENCY, 1)
    assert found.free == 1


def test_whoever_moves_within_a_unit_takes_no_place_of_it(agency: Agency) -> None:
    give(agency, AGENCY, 2)
    give(agency, UNIT, 1)
    mover = employed(agency, 1, unit_code=OTHER_UNIT)
    employed(agency, 2, unit_code=OTHER_UNIT)
    assert figures()[-1], "somebody from outside has no place in the agency"
    assert not figures(people=[mover])[-1]
    give(agency, UNIT, 0)
    assert room(unit(), LINE, TODAY, people=[mover]).exceeded.unit.code == UNIT
    assert not figures(OTHER_UNIT, people=[mover])[-1], "whoever is there already takes no second place"


def test_a_number_that_ends_or_begins_later_counts_on_its_days(agency: Agency) -> None:
    give(agency, UNIT, 2, until=SOON)
    give(agency, UNIT, 1, on=SOON + timedelta(days=1))
    employed(agency, 1)
    found = room(unit(), LINE, TODAY)
    assert found.exceeded is not None
    assert (found.exceeded.day, found.exceeded.assigned) == (SOON + timedelta(days=1), 1)


def test_a_decision_dated_back_is_held_against_who_was_there_then(agency: Agency) -> None:
    give(agency, UNIT, 1)
    then = TODAY - timedelta(days=40)
    there = employed(agency, 1, on=then)
    employed(agency, 1, on=TODAY - timedelta(days=10), key=there, status="21")
    assert figures() == (1, 0, 0, 1, False)
    assert figures(on=then) == (1, 1, 0, 0, True)


def test_what_people_of_one_decision_take_together_is_counted_together(agency: Agency) -> None:
    give(agency, AGENCY, 1)
    one, two = (Arrival(unit(code), LINE, TODAY) for code in (UNIT, OTHER_UNIT))
    assert not selectors.exceeded([one])
    assert [(level.unit.code, level.beyond) for level in selectors.exceeded([one, two])] == [(AGENCY, 1)]


def test_a_line_and_a_unit_that_are_none_are_refused(agency: Agency) -> None:
    assert refused(lambda: room(unit(), "nobody", TODAY)).code == "HC-LINE"
    told = refused(lambda: room(unit(), LINE, date(1990, 1, 1)))
    assert (told.code, told.params["unit"]) == ("ORG-NO-UNIT", UNIT)


def test_the_stop_names_the_figures_and_is_passed_for_one_decision_and_as_many_only(agency: Agency) -> None:
    give(agency, UNIT, 1)
    employed(agency, 1)
    decision, coming = uuid4(), [Arrival(unit(), LINE, TODAY)]
    told = refused_as("HC-FULL", stopped, coming, decision)
    assert {"assigned": 1, "there": 1, "coming": 1, "beyond": 1}.items() <= told.params.items()
    made = pass_stops(agency.subject("approver"), coming, decision=decision, authority=WHO)
    stopped(coming, decision)
    refused_as("HC-FULL", stopped, coming, uuid4())
    refused_as("HC-FULL", stopped, [*coming, *coming], decision)
    said = json.loads(Entry.objects.order_by("-index")[0].payload)
    assert (said["act"], said["name"], said["reason"], said["basis"]) == (
        "pass",
        WHO.name,
        WHO.reason,
        WHO.basis,
    )
    assert [one.pk for one in selectors.passings(agency.subject("officer"), made[0].unit.key)] == [made[0].pk]


def stopped(coming: list[Arrival], decision: UUID) -> None:
    with transaction.atomic():
        hold(coming, decision)


@pytest.mark.parametrize("by", ["officer", "administrator", "inspector", "foreign_approver", "own"])
def test_who_may_not_pass_is_refused_and_nothing_is_written(agency: Agency, by: str) -> None:
    """Also who has the right over the very unit alone: no unit passes its own number."""
    give(agency, UNIT, 0)
    if by == "own":
        grant_role(
            SYSTEM,
            user=agency.users["owner"],
            role="approver",
            unit_code=UNIT,
            valid_from=TODAY,
            basis="QĐ 1",
        )
    subject = agency.subject("owner" if by == "own" else by)
    coming = [Arrival(unit(), LINE, TODAY)]
    refused_as("ACC-DENIED", pass_stops, subject, coming, decision="1", authority=WHO)
    assert not Passing.objects.exists()


@pytest.mark.parametrize("given", [("", "b", "c"), ("a", " ", "c"), ("a", "b", "c" * 301)])
def test_passing_says_who_why_and_on_what_basis(agency: Agency, given: tuple[str, str, str]) -> None:
    give(agency, UNIT, 0)
    asked = {"decision": "1", "authority": Authority(*given)}
    refused_as(
        "HC-AUTHORITY", pass_stops, agency.subject("approver"), [Arrival(unit(), LINE, TODAY)], **asked
    )
    give(agency, UNIT, 1)
    asked["authority"] = WHO
    refused_as("HC-FREE", pass_stops, agency.subject("approver"), [Arrival(unit(), LINE, TODAY)], **asked)


def test_the_database_keeps_what_was_passed(agency: Agency) -> None:
    give(agency, UNIT, 0)
    coming = [Arrival(unit(), LINE, TODAY)]
    pass_stops(agency.subject("approver"), coming, decision="1", authority=WHO)
    with pytest.raises(DatabaseError), transaction.atomic():
        Passing.objects.update(beyond=99)
