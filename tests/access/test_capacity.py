"""In which capacity somebody signs is said of their grant by who gives rights there, by a decision."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import msgspec
import pytest
from django.urls import reverse

from ccvc.access.actions import grant_role, set_capacity, withdraw_grant
from ccvc.access.capacity import Capacity
from ccvc.access.models import AccessLog, Grant
from ccvc.access.selectors import grant_of
from ccvc.dossiers.domain import Statement
from ccvc.ledger.models import Entry
from ccvc.standard.problems import Problem
from tests import people
from tests.people import AGENCY, FOREIGN, Agency
from tests.web.visiting import signed_in, text

pytestmark = pytest.mark.django_db
BASIS = "QĐ 15/QĐ-SNV ngày 02/03/2026"
DEPUTY = Capacity("KT.", "Giám đốc", "Phó Giám đốc")
FILLED = {"mode": "KT.", "for_title": "Giám đốc", "title": "Phó Giám đốc", "basis": BASIS}


def of(agency: Agency, name: str) -> Grant:
    return Grant.objects.get(user=agency.users[name])


def test_what_the_administrator_set_stands_above_the_next_signature_and_not_above_the_one_before(
    agency: Agency,
) -> None:
    before = people.kept(agency, people.dossier(1))
    client, grant = signed_in(agency, "administrator"), of(agency, "approver")
    address = reverse("access:capacity", args=[grant.pk])
    assert address in text(client.get(reverse("access:grants")))
    assert client.post(address, FILLED).status_code == 302
    assert "KT. GIÁM ĐỐC" in text(client.get(reverse("access:grants")))
    after = people.kept(agency, people.dossier(2))
    signing = [msgspec.json.decode(one.statement, type=Statement).signing for one in (before, after)]
    assert [one.capacity.lines for one in signing if one] == [(), ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")]
    told = json.loads(Entry.objects.filter(subject=f"grant:{grant.pk}").latest("index").payload)
    assert (told["act"], told["by"], told["basis"]) == ("capacity", "administrator", BASIS)
    assert (told["capacity_before"], told["capacity"]) == ("", "KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC")


def test_what_was_shown_for_signing_is_not_signed_in_another_capacity(agency: Agency) -> None:
    change = people.propose(agency, people.dossier())
    people.pass_steps(agency, [change.pk])
    root = people.changes.prepare(agency.subject("approver"), [change.pk]).root
    set_capacity(agency.subject("administrator"), of(agency, "approver"), DEPUTY, basis=BASIS)
    with pytest.raises(Problem) as caught:
        people.changes.approve(agency.subject("approver"), [change.pk], people.PASSPHRASE, root)
    assert caught.value.code == "CHG-SEEN-CHANGED"


@pytest.mark.parametrize(
    ("said", "filled"),
    [
        ("ACC-CAPACITY", {"for_title": ""}),
        ("ACC-CAPACITY", {"mode": "TL.", "for_title": "Phó Zám đốc", "title": ""}),
        ("ACC-CAPACITY", {"mode": ""}),
        ("problem__list", {"mode": "TUQ."}),
        ("problem__list", {"basis": ""}),
    ],
)
def test_what_is_no_capacity_is_refused_and_what_was_typed_stays(
    agency: Agency, said: str, filled: dict[str, Any]
) -> None:
    address = reverse("access:capacity", args=[of(agency, "approver").pk])
    answer = signed_in(agency, "administrator").post(address, {**FILLED, "title": "Phó Zám đốc", **filled})
    page = text(answer, 422)
    assert said in page
    assert "Phó Zám đốc" in page
    assert "Ở chỗ: mode" not in page
    assert of(agency, "approver").capacity == Capacity()


def test_nobody_sets_it_out_of_reach_of_themselves_or_of_who_signs_nothing(agency: Agency) -> None:
    administrator, elsewhere = agency.subject("administrator"), of(agency, "foreign_approver")
    withdraw_grant(administrator, of(agency, "verifier"), basis=BASIS)
    for name, code in (
        ("foreign_approver", "ACC-GRANT-UNKNOWN"),
        ("administrator", "ACC-OWN-GRANT"),
        ("inspector", "ACC-SIGNS-NOT"),
        ("verifier", "ACC-GRANT-WITHDRAWN"),
    ):
        with pytest.raises(Problem) as caught:
            set_capacity(administrator, of(agency, name), DEPUTY, basis=BASIS)
        assert caught.value.code == code
    address = reverse("access:capacity", args=[elsewhere.pk])
    for name in ("administrator", "approver"):
        assert signed_in(agency, name).post(address, FILLED).status_code == 404
    assert AccessLog.objects.filter(act="denied", detail__startswith="ACC-GRANT-UNKNOWN POST").count() == 2
    assert signed_in(agency, "approver").get(reverse("access:grants")).status_code == 403


def test_a_grant_is_found_by_account_role_and_unit(agency: Agency) -> None:
    user = agency.users["approver"]
    since = date(2025, 7, 1)
    grant_role(
        people.SYSTEM, user=user, role="verifier", unit_code=FOREIGN, valid_from=since, basis="QĐ 3/QĐ-TEST"
    )
    assert grant_of(user, "verifier", FOREIGN).unit_code == FOREIGN
    with pytest.raises(Problem) as caught:
        grant_of(user, "verifier", AGENCY)
    assert caught.value.code == "ACC-GRANT-UNKNOWN"
