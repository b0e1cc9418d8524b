"""In whose name a decision is issued: offered as the signers' grants say, so that title and signature agree."""

from __future__ import annotations

import pytest
from django.urls import reverse

from ccvc.access.actions import set_capacity
from ccvc.access.capacity import Capacity
from ccvc.access.models import Grant
from tests.people import UNIT, Agency

pytestmark = pytest.mark.django_db
AGENCY = "Ủy ban nhân dân tỉnh Nghệ An"


def offered(agency, client):
    client.force_login(agency.users["officer"])
    page = client.get(reverse("decisions:new"), {"kind": "reward", "unit_code": UNIT})
    return page.context["form"]


@pytest.mark.parametrize(
    ("capacity", "name"),
    [
        (Capacity(title="Chủ tịch"), f"Chủ tịch {AGENCY}"),
        (Capacity("KT.", "Chủ tịch", "Phó Chủ tịch"), f"Chủ tịch {AGENCY}"),
        (Capacity("TM.", "Ủy ban nhân dân", "Chủ tịch"), AGENCY),
        (Capacity("TL.", f"Chủ tịch {AGENCY}", "Giám đốc Sở Nội vụ"), f"Chủ tịch {AGENCY}"),
    ],
)
def test_a_draft_begins_in_the_name_its_signer_signs_in(
    agency: Agency, client, capacity: Capacity, name: str
) -> None:
    grant = Grant.objects.get(user=agency.users["approver"], role="approver")
    set_capacity(agency.subject("administrator"), grant, capacity, basis="QĐ 1/QĐ-TEST")
    form = offered(agency, client)
    assert form.authorities == [name]
    assert form["authority"].value() == name
    assert "approver" in dict(form.fields["signer"].choices)


def test_where_no_grant_says_how_they_sign_it_is_left_to_be_typed(agency: Agency, client) -> None:
    form = offered(agency, client)
    assert form.authorities == []
    assert not form["authority"].value()
