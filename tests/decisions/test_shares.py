"""Early raises for merit: a tenth of the payroll list of the unit in a year, beyond it by a named authority alone."""

from __future__ import annotations

import pytest
from django.urls import reverse

from ccvc.decisions import actions, signing
from ccvc.decisions.actions import Authority
from ccvc.decisions.checks import Case, ask
from ccvc.standard.quality.case import later
from tests.decisions.world import (
    TODAY,
    civil_servant,
    decided,
    drafted,
    people,
    sign,
    submitted,
    terms,
    verified,
)
from tests.people import kept
from tests.problems import refused_as

pytestmark = pytest.mark.django_db
EARLY = {"months": 6, "reason": "Chiến sĩ thi đua cấp tỉnh"}
BY = Authority("Giám đốc Sở Nội vụ", "88/SNV-CCVC", TODAY, "Chỉ tiêu còn dư của các đơn vị khác")


@pytest.fixture
def ten(agency):
    """Ten people of one unit, whose raise is due in six months: one of them may be raised early."""
    return people(agency, 10, raise_clock_from=later(TODAY, -30).isoformat())


def early(agency, *keys, **more):
    return drafted(agency, "raise_early", keys, dict.fromkeys(keys, EARLY | more))


def test_one_of_ten_may_be_raised_early_and_whoever_comes_second_only_by_the_body_above(agency, ten, client):
    first, second = (verified(agency, early(agency, key)) for key in ten[:2])
    both = early(agency, *ten[2:4])
    told = refused_as("DEC-BARRED", submitted, agency, both)
    assert "danh sách trả lương 10 người, được nâng sớm tối đa 1" in told.params["who"]
    sign(agency, first)
    told = refused_as("DEC-BARRED", signing.prepare, agency.subject("approver"), second.pk)
    assert "đã ký 1" in told.params["who"]
    client.force_login(agency.users["approver"])
    page = client.get(reverse("decisions:detail", args=[both.pk])).content.decode()
    assert "Cho qua, theo thẩm quyền" in page
    for key in ten[2:4]:
        refused_as("ACC-DENIED", actions.let_pass, agency.subject("officer"), both.pk, key, "early_quota", BY)
        actions.let_pass(agency.subject("approver"), both.pk, key, "early_quota", BY)
    decided(agency, both)
    revoked = actions.amend(agency.subject("officer"), first.pk, "revoke", "Không đủ thành tích")
    decided(agency, revoked)
    sign(agency, second)  # whom the body above let pass is not of the unit's share


def test_a_notice_of_retirement_is_outside_of_the_share_for_whoever_is_about_to_retire(agency, ten):
    told = refused_as("DEC-BARRED", submitted, agency, early(agency, ten[0], ground="retirement"))
    assert "chưa thể có thông báo nghỉ hưu" in told.params["who"]
    elder = civil_servant(77, raise_clock_from=later(TODAY, -30).isoformat())
    elder["identity"]["birth_date"] = later(
        TODAY, -(61 * 12 + 3)
    ).isoformat()  # a man, at the age of 2026 or 2027
    key = kept(agency, elder).dossier.key
    row = decided(agency, early(agency, key, ground="retirement"))
    assert row.number
    assert submitted(agency, early(agency, ten[2])).number  # the share of ten is still there


def test_what_was_left_of_last_year_lapses_with_march(agency, ten):
    row = early(agency, ten[0])
    last = terms(title=row.title, cells={"review_year": TODAY.year - 1})
    actions.fill(agency.subject("officer"), row.pk, last)
    if TODAY.month > 3:
        refused_as("DEC-BARRED", submitted, agency, row)
    asked = {"unit": "Sở", "people": 25, "taken": 1}
    cases = {
        (2026, 3, 1): ["yes"],
        (2026, 4, 1): ["no", "yes"],
        (2025, 12, 2): ["no"],
    }
    for (year, month, coming), met in cases.items():
        decided_on = TODAY.replace(year=year, month=month, day=1)
        given = {"early": {**asked, "year": 2025, "coming": coming}}
        found = ask(["early_quota"], Case({}, {}, decided_on, decided_on, outside=given))
        assert [one.met for one in found] == met, (year, month, coming)
