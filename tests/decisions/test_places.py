"""A decision takes places of the headcount: its people together, again when it is signed, or by an authority."""

from __future__ import annotations

from datetime import date

import pytest

from ccvc.decisions import actions, signing
from ccvc.decisions.actions.answering import Authority
from ccvc.decisions.checks import Case, ask
from ccvc.decisions.models import Decision, State
from ccvc.headcount.actions import Decision as Assigning
from ccvc.headcount.actions import assign
from ccvc.headcount.models import Passing
from tests.decisions.world import TODAY, drafted, held, people, sign, submitted, verified
from tests.people import AGENCY, OTHER_UNIT, UNIT
from tests.problems import refused_as

pytestmark = pytest.mark.django_db
BY = Authority("Chủ tịch Uỷ ban nhân dân tỉnh", "15/UBND-NC", TODAY, "Nhiệm vụ cấp bách được giao")


def give(agency, number, code=OTHER_UNIT):
    said = Assigning("12/QĐ-UBND", date(2025, 12, 20), "Uỷ ban nhân dân tỉnh")
    by = agency.subject("administrator")
    assign(by, code=code, line="civil_servants", number=number, on=date(2026, 1, 1), decision=said)


def moving(agency, keys):
    each = {key: {"unit_code": OTHER_UNIT, "position": "Chuyên viên"} for key in keys}
    row = drafted(agency, "transfer", keys, each)
    for key in keys:
        for condition in ("handling", "prosecution"):
            by = agency.subject("officer")
            actions.testify(by, row.pk, key, condition, "yes", "Xác minh của Thanh tra Sở")
    return row


@pytest.mark.parametrize(("coming", "over", "code"), [(0, 0, "SAME"), (1, 0, "FREE"), (1, 1, "OVER")])
def test_what_is_said_of_places_tells_whether_anybody_comes(coming, over, code):
    room = {
        "unit": "Sở",
        "line": "x",
        "assigned": 2,
        "actual": 2,
        "promised": 0,
        "coming": coming,
        "over": over,
    }
    case = Case({}, {}, TODAY, TODAY, outside={"room": room})
    assert [one.reason.code for one in ask(["headcount"], case)] == [f"ROOM-{code}"]


def test_people_of_one_decision_are_held_against_the_places_together(agency):
    keys = people(agency, 2)
    give(agency, 1)
    told = refused_as("DEC-BARRED", submitted, agency, moving(agency, keys))
    assert "1" in str(told)
    submitted(agency, moving(agency, keys[:1]))


def test_a_move_within_the_agency_takes_no_place_of_it(agency):
    (key,) = people(agency)
    give(agency, 1, AGENCY)
    row = verified(agency, moving(agency, [key]))
    assert sign(agency, row).state == State.SIGNED
    assert held(key)["employment"]["unit_code"] == OTHER_UNIT


def test_of_two_decisions_on_the_last_place_the_second_is_stopped_when_signed(agency):
    first, second = people(agency, 2)
    give(agency, 1)
    rows = [verified(agency, moving(agency, [key])) for key in (first, second)]
    sign(agency, rows[0])
    told = refused_as("HC-FULL", signing.prepare, agency.subject("approver"), rows[1].pk)
    assert {"assigned": 1, "there": 1, "coming": 1}.items() <= told.params.items()
    assert Decision.objects.get(pk=rows[1].pk).state == State.SUBMITTED
    assert held(second)["employment"]["unit_code"] == UNIT


def test_somebody_in_authority_lets_it_pass_and_it_stands_beside_the_figures(agency):
    (key,) = people(agency)
    give(agency, 0)
    row = moving(agency, [key])
    refused_as("DEC-BARRED", submitted, agency, row)
    refused_as("ACC-DENIED", actions.let_pass, agency.subject("officer"), row.pk, key, "headcount", BY)
    actions.let_pass(agency.subject("approver"), row.pk, key, "headcount", BY)
    (passed,) = Passing.objects.all()
    assert (passed.decision, passed.authority, passed.basis) == (
        str(row.pk),
        BY.authority,
        BY.document_number,
    )
    assert sign(agency, verified(agency, row)).state == State.SIGNED
