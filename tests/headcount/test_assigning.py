"""Places are assigned by decision, never more to the parts than to the whole, and nothing assigned is forgotten."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from ccvc.access.actions import grant_role
from ccvc.accounts.models import User
from ccvc.dossiers.selectors import Moment
from ccvc.headcount import selectors
from ccvc.headcount.actions import Decision, assign
from ccvc.headcount.domain import line_of
from ccvc.headcount.models import Assignment
from ccvc.headcount.selectors import room
from ccvc.ledger.models import Entry
from ccvc.organisations.actions import close_unit, move_unit, open_unit
from ccvc.organisations.selectors import unit_by_code
from tests.people import AGENCY, FOREIGN, FOREIGN_UNIT, OTHER_UNIT, SYSTEM, UNIT, dossier, found_agency, kept
from tests.problems import refused_as

pytestmark = pytest.mark.django_db
NEW_YEAR = date(2026, 1, 1)
DECISION = Decision("12/QĐ-UBND", date(2025, 12, 20), "Uỷ ban nhân dân tỉnh")


@pytest.fixture
def agency(db, tmp_path, settings):
    settings.CCVC_HOME, settings.CCVC_AGENCY = tmp_path, AGENCY
    return found_agency(tmp_path)


def give(agency, code, number, on=NEW_YEAR, line="civil_servants", *, by="administrator", until=None):
    return assign(
        agency.subject(by), code=code, line=line, number=number, on=on, decision=DECISION, until=until
    )


def cell(agency, code=None, line="civil_servants", moment=None, by="officer"):
    sheet = selectors.sheet(agency.subject(by), moment)
    rows = {row.state.code: row for row in (sheet.row, *sheet.below)}
    return rows[code or AGENCY].cells[line]


def test_assigned_actual_vacant_and_over_for_the_whole_and_each_part(agency):
    kept(agency, dossier(1))
    kept(agency, dossier(2))
    give(agency, AGENCY, 10)
    give(agency, UNIT, 1)
    whole, part, other = cell(agency), cell(agency, UNIT), cell(agency, OTHER_UNIT)
    assert (whole.assigned, whole.actual, whole.vacant, whole.over) == (10, 2, 8, False)
    assert (part.assigned, part.actual, part.vacant, part.over) == (1, 2, -1, True)
    assert (other.assigned, other.actual, other.vacant) == (None, 0, None)


def test_contracts_and_those_who_left_count_on_no_line_of_headcount(agency):
    for number, category, status in (
        (1, "CC", "01"),
        (2, "HD", "01"),
        (3, "CC", "20"),
        (4, "VC", "06"),
        (5, "CC", "04"),
    ):
        document = dossier(number)
        document["employment"] |= {"category": category, "status": status}
        kept(agency, document)
    found = [cell(agency, line=line).actual for line in ("civil_servants", "public_employees", "contracts")]
    assert found == [2, 1, 1]


@pytest.mark.parametrize(
    ("kind", "day", "line"),
    [
        ("6", date(2023, 2, 21), "contracts_68"),
        ("6", date(2023, 2, 22), "contracts_111"),
        ("3", date(2023, 2, 22), "contracts_111"),
        ("4", date(2026, 7, 1), "contracts_111"),
        ("7", date(2025, 6, 30), "contracts"),
        ("7", date(2025, 7, 1), "contracts_173"),
        ("8", date(2026, 6, 30), "contracts"),
        ("8", date(2026, 7, 1), "contracts_235"),
        ("9", date(2026, 7, 1), "contracts"),
        (None, date(2026, 7, 1), "contracts"),
    ],
)
def test_a_contract_counts_under_the_decree_in_force_that_day(kind, day, line):
    assert line_of("HD", kind, day) == line
    assert line_of("VC", kind, day) == "public_employees"


def test_of_several_contracts_the_newest_counts_and_a_number_may_be_given_to_its_line(agency):
    document = dossier(1)
    document["employment"] |= {"category": "HD"}
    old, new = {"kind": "6", "from": "2019-05"}, {"kind": "8", "from": "2026-07-01"}
    document["career"]["contracts"] = [{"id": "c2", **new}, {"id": "c1", **old}]
    kept(agency, document)
    give(agency, UNIT, 1, date(2026, 7, 1), line="contracts_235")
    there = cell(agency, UNIT, "contracts_235")
    assert (there.assigned, there.actual, cell(agency, UNIT, "contracts_111").actual) == (1, 1, 0)
    refused_as("HC-LINE", give, agency, UNIT, 2, date(2026, 6, 30), line="contracts_235")
    today = timezone.localdate()
    assert room(unit_by_code(UNIT, today).unit_id, "contracts_235", today).over


def test_people_of_a_unit_that_ended_count_once_where_they_belong(agency):
    kept(agency, dossier(1))
    kept(agency, dossier(2), unit_code=OTHER_UNIT)
    yesterday = timezone.localdate() - timedelta(days=1)
    close_unit(SYSTEM, code=UNIT, last_day=yesterday, basis="Thử", successor_code=OTHER_UNIT)
    sheet = selectors.sheet(agency.subject("officer"))
    assert {row.state.code: row.cells["civil_servants"].actual for row in sheet.below} == {OTHER_UNIT: 2}
    assert sheet.row.cells["civil_servants"].actual == 2


def test_parts_are_never_above_the_whole_on_any_day(agency):
    give(agency, AGENCY, 10)
    give(agency, UNIT, 6)
    told = refused_as("HC-ABOVE", give, agency, OTHER_UNIT, 5)
    assert (told.params["parts"], told.params["whole"]) == (11, 10)
    give(agency, OTHER_UNIT, 4)
    later = NEW_YEAR + timedelta(days=90)
    refused_as("HC-BELOW", give, agency, AGENCY, 9, later)
    give(agency, UNIT, 5, later)
    give(agency, AGENCY, 9, later)
    refused_as("HC-ABOVE", give, agency, OTHER_UNIT, 5, NEW_YEAR)  # enough today, too many from `later` on


def test_a_number_for_some_days_leaves_the_others_as_they_were(agency):
    give(agency, UNIT, 6)
    give(agency, UNIT, 8, date(2026, 3, 1), until=date(2026, 3, 31))
    rows = Assignment.objects.filter(known_to=None).order_by("valid_from")
    assert [(row.number, row.valid_from, row.valid_to) for row in rows] == [
        (6, NEW_YEAR, date(2026, 2, 28)),
        (8, date(2026, 3, 1), date(2026, 3, 31)),
        (6, date(2026, 4, 1), None),
    ]


def test_what_was_known_before_a_correction_stays_known_as_of_then(agency):
    give(agency, UNIT, 6)
    then = Moment(timezone.now(), timezone.localdate())
    give(agency, UNIT, 3)
    assert cell(agency, UNIT).assigned == 3
    assert cell(agency, UNIT, moment=then).assigned == 6


def test_every_assignment_is_in_the_ledger_with_its_decision(agency):
    give(agency, UNIT, 6)
    said = Entry.objects.order_by("-index").first().payload
    assert DECISION.number in str(said)
    assert '"assign"' in str(said).replace("'", '"')


@pytest.mark.parametrize("by", ["officer", "approver", "inspector", "stranger"])
def test_who_may_not_assign_is_refused(agency, by):
    refused_as("ACC-DENIED", give, agency, UNIT, 6, by=by)
    assert not Assignment.objects.exists()


def test_a_unit_out_of_reach_is_answered_like_none(agency):
    out, none = (refused_as("ORG-NO-UNIT", give, agency, code, 1) for code in (FOREIGN_UNIT, "H41.99"))
    assert out.params.keys() == none.params.keys()
    refused_as("ORG-UNIT-UNKNOWN", selectors.sheet, agency.subject("stranger"), None, unit_key(agency))


def unit_key(agency):
    return selectors.sheet(agency.subject("officer")).row.state.unit.key


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("HC-LINE", {"line": "nobody"}),
        ("HC-NUMBER", {"number": -1}),
        ("HC-DATES", {"until": date(2025, 12, 31)}),
        ("HC-DECISION", {"decision": Decision(" ", date(2025, 12, 20), "UBND")}),
        ("HC-DECISION", {"decision": Decision("12", date(2025, 12, 20), "")}),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_reason(agency, code, change):
    asked = {"code": UNIT, "line": "civil_servants", "number": 1, "on": NEW_YEAR, "decision": DECISION}
    refused_as(code, assign, agency.subject("administrator"), **(asked | change))


def test_nobody_gives_places_to_their_own_unit(agency):
    """Who administers a unit alone assigns below it; its own number comes from above. The agency's is the agency's."""
    since = date(2025, 7, 1)
    agency.users["other"] = User.objects.create(username="other", full_name="Người khác")
    for name, code in (("owner", UNIT), ("other", OTHER_UNIT)):
        user = agency.users[name]
        grant_role(SYSTEM, user=user, role="administrator", unit_code=code, valid_from=since, basis="QĐ 2")
    open_unit(
        SYSTEM, code=f"{UNIT}.01", name="Phòng", parent_code=UNIT, kind="department", on=since, basis="Thử"
    )
    refused_as("ORG-NO-UNIT", give, agency, UNIT, 6, by="owner")
    refused_as("ORG-NO-UNIT", give, agency, f"{UNIT}.01", 6, by="other")
    assert give(agency, f"{UNIT}.01", 6, by="owner").number == 6
    assert give(agency, AGENCY, 9).number == 9


def test_a_right_that_has_ended_assigns_to_no_past_day(agency):
    """What is dated back is judged by today as well: the unit has left the administrator's reach since."""
    since = timezone.localdate() - timedelta(days=30)
    move_unit(SYSTEM, code=UNIT, parent_code=FOREIGN, on=since, basis="Thử", new_code=f"{FOREIGN}.20")
    refused_as("ORG-NO-UNIT", give, agency, UNIT, 6, NEW_YEAR)


def test_parts_stay_within_the_whole_when_a_unit_is_to_move_under_it(agency):
    """Below the other unit from `since` on: what it has then is held against what it has with it."""
    since = timezone.localdate() + timedelta(days=30)
    give(agency, UNIT, 6)
    give(agency, OTHER_UNIT, 8)
    move_unit(SYSTEM, code=UNIT, parent_code=OTHER_UNIT, on=since, basis="Thử", new_code=f"{OTHER_UNIT}.20")
    told = refused_as("HC-ABOVE", give, agency, UNIT, 9)
    assert told.params["day"] == f"{since:%d/%m/%Y}"
    refused_as("HC-BELOW", give, agency, OTHER_UNIT, 5)
    give(agency, UNIT, 9, until=since - timedelta(days=1))
