"""A decision is signed by whom the right was handed to in writing, in the mode the law names (NĐ 30/2020 Điều 13)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from ccvc.access.actions import end_delegation
from ccvc.access.capacity import Capacity
from ccvc.access.domain import Right
from ccvc.decisions import actions, selectors, signing
from ccvc.decisions.models import State
from tests.decisions.world import drafted, held, people, sign, submitted, terms
from tests.people import UNIT, delegate_to, give_key, pass_steps
from tests.problems import refused_as

pytestmark = pytest.mark.django_db
BOTH = [Right.CHANGE_APPROVE, Right.DECISION_SIGN]


def entrusted(agency, mode="TUQ.", **more):
    """The approver hands signing decisions of one unit to an officer's colleague, who reads no dossier there."""
    give_key(agency, "colleague")
    capacity = Capacity(mode, "Giám đốc", "Trưởng phòng Tổ chức")
    return delegate_to(
        agency, "approver", "colleague", rights=BOTH, unit_code=UNIT, capacity=capacity, **more
    )


def for_colleague(agency, key):
    row = drafted(agency, "raise_regular", [key])
    said = terms(title=row.title, signer="colleague")
    row = submitted(agency, actions.fill(agency.subject("officer"), row.pk, said))
    pass_steps(agency, list(row.people.values_list("change_id", flat=True)))
    return row


@pytest.mark.parametrize("mode", ["TUQ.", "KT.", "TL."])
def test_whoever_the_right_was_handed_to_signs_in_that_mode(agency, client, mode):
    key = people(agency)[0]
    entrusted(agency, mode)
    row = for_colleague(agency, key)
    assert list(row.paper.signer_lines) == [f"{mode} GIÁM ĐỐC", "TRƯỞNG PHÒNG TỔ CHỨC"]
    client.force_login(agency.users["colleague"])
    assert "Chờ tôi ký (1)" in client.get(reverse("decisions:list")).content.decode()
    assert client.get(reverse("decisions:sign", args=[row.pk])).context["root"]
    done = sign(agency, row, by="colleague")
    assert (done.state, done.signer_name) == (State.SIGNED, "Người colleague")
    assert held(key)["employment"]["salary_step"] == 4


def test_without_the_paper_nobody_signs_and_after_its_end_nobody_either(agency):
    key = people(agency)[0]
    given = entrusted(agency)
    row = for_colleague(agency, key)
    end_delegation(agency.subject("approver"), given, basis="Hết uỷ quyền")
    refused_as("ACC-DENIED", signing.prepare, agency.subject("colleague"), row.pk)
    assert not selectors.decisions(agency.subject("colleague")).exists()
    refused_as("ACC-DELEGATION-TOGETHER", delegate_to, agency, "approver", "colleague", rights=BOTH[1:])
