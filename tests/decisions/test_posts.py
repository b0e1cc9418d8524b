"""What a job position requires is asked of whoever is appointed to it; planning is held against codes where given."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ccvc.decisions import checks, grounds
from ccvc.decisions.checks import Case
from ccvc.organisations.actions import Decision, approve_positions
from ccvc.organisations.domain.positions import read_position
from tests.decisions.world import TODAY, drafted, people
from tests.people import UNIT


@pytest.mark.django_db
def test_the_requirements_of_the_position_are_asked_one_by_one(agency):
    (key,) = people(agency)
    since = TODAY - timedelta(days=30)
    row = {"code": "TP.01", "name": "Trưởng phòng", "kind": "management", "places": "1", "ranks": "01.002"}
    approve_positions(
        agency.subject("administrator"),
        unit_code=UNIT,
        asked=[read_position(row, since)],
        on=since,
        decision=Decision("45/QĐ-UBND", since, "Uỷ ban nhân dân tỉnh"),
    )
    said = {"position": "Trưởng phòng", "office": "higher", "unit_code": UNIT}
    met = {}
    for code in ("TP.01", ""):
        draft = drafted(agency, "appoint", [key], {key: said | {"job_position": code}})
        (one,) = grounds.work_out(draft, list(draft.people.all()))
        met[code] = {found.name: found.met for found in one.conditions}
    assert met["TP.01"]["requirement:employment.rank"] == "no"  # they are of rank 01.003
    assert met["TP.01"]["qualification"] == "no"
    assert met[""]["qualification"] == "cannot_tell"


@pytest.mark.parametrize(
    ("planned", "asked", "met"),
    [
        ({}, {}, "yes"),
        (
            {"position_code": "11", "unit_code": "H41.12"},
            {"position_code": "11", "unit_code": "H41.12"},
            "yes",
        ),
        ({"position_code": "11"}, {"position_code": "12"}, "no"),
        ({"position_code": "11"}, {}, "yes"),
        ({"unit_code": "H41.13"}, {"unit_code": "H41.12"}, "no"),
        ({"position": "Giám đốc sở", "position_code": "11"}, {"position_code": "11"}, "yes"),
    ],
)
def test_planning_is_for_the_post_of_that_unit(planned, asked, met):
    row = {"id": "p1", "position": "Giám đốc", **planned}
    case = Case({"career": {"planning": [row]}}, {"position": "Giám đốc", **asked}, TODAY, TODAY)
    (found,) = checks.ask(["planned"], case)
    assert found.met == met
