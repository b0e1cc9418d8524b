"""Rights handed on in writing: whose, which, how long; one hand with whoever gave them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.urls import reverse
from django.utils import timezone

from ccvc.access.actions import end_delegation, withdraw_grant
from ccvc.access.capacity import Capacity
from ccvc.access.domain import Right
from ccvc.access.models import Delegation, Grant
from ccvc.changes import actions, selectors
from ccvc.changes.models import Change, Step
from ccvc.dossiers import domain
from ccvc.ledger.models import Entry
from tests import people
from tests.people import FOREIGN, OTHER_UNIT, UNIT, Agency, delegate_to, give_key
from tests.problems import refused_as
from tests.web.visiting import signed_in, text

CAPACITY = Capacity("KT.", "Giám đốc", "Phó Giám đốc")


def verified(agency: Agency, number: int = 1) -> Change:
    change = people.propose(agency, people.dossier(number))
    people.pass_steps(agency, [change.pk])
    return Change.objects.get(pk=change.pk)


def test_a_delegate_signs_in_the_capacity_that_was_written_down(agency: Agency) -> None:
    lent = delegate_to(agency, "approver", "colleague", capacity=CAPACITY)
    give_key(agency, "colleague")
    change = verified(agency)
    assert [c.pk for c in selectors.ready_to_sign(agency.subject("colleague"), 10)] == [change.pk]
    version = people.approve(agency, [change.pk], by="colleague")[0]
    statement = msgspec.json.decode(version.statement, type=domain.Statement)
    assert statement.signing is not None
    assert statement.signing.capacity.lines == ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")
    assert (statement.signing.on_behalf, statement.signing.document) == ("approver", str(lent))
    step = Step.objects.get(change=change, step="approve")
    assert (step.delegation, step.entrusted_by, step.account) == (lent, "Người approver", "colleague")
    assert Entry.objects.filter(subject=f"delegation:{lent.pk}").count() == 1


@pytest.mark.parametrize("ended", ["not begun", "run out", "ended", "grant withdrawn", "giver closed"])
def test_a_delegate_outside_the_delegation_is_a_stranger(agency: Agency, ended: str) -> None:
    lent, today = delegate_to(agency, "verifier", "colleague"), timezone.localdate()
    day = timedelta(days=1)
    if ended == "not begun":
        Delegation.objects.update(valid_from=today + day)
    elif ended == "run out":
        Delegation.objects.update(valid_from=today - 2 * day, valid_to=today - day)
    elif ended == "ended":
        end_delegation(agency.subject("verifier"), lent, basis="QĐ 3")
        refused_as("ACC-DELEGATION-ENDED", end_delegation, agency.subject("verifier"), lent, basis="QĐ 3")
    elif ended == "grant withdrawn":
        withdraw_grant(people.SYSTEM, lent.grant, basis="QĐ 4")
    else:
        agency.users["verifier"].is_active = False
        agency.users["verifier"].save()
    change = people.propose(agency, people.dossier())
    actions.check(agency.subject("checker"), [change.pk])
    refused_as("CHG-UNKNOWN", actions.verify, agency.subject("colleague"), [change.pk])
    assert not selectors.inbox(agency.subject("colleague"), "verify").exists()


def test_whoever_gave_a_right_and_who_has_it_are_one_hand(agency: Agency) -> None:
    delegate_to(agency, "verifier", "colleague", unit_code=UNIT)
    delegate_to(agency, "verifier", "stranger", unit_code=UNIT, document_number="08/UQ")
    delegate_to(agency, "approver", "verifier", unit_code=UNIT)
    give_key(agency, "verifier")
    change = people.propose(agency, people.dossier())
    actions.check(agency.subject("checker"), [change.pk])
    actions.verify(agency.subject("colleague"), [change.pk])
    # The verifier had a hand in the verification through the colleague, so signs for nobody.
    refused_as("CHG-SAME-PERSON", actions.prepare, agency.subject("verifier"), [change.pk])
    assert not selectors.ready_to_sign(agency.subject("verifier"), 10)
    assert people.approve(agency, [change.pk])


def test_who_checked_does_not_sign_through_a_delegation(agency: Agency) -> None:
    delegate_to(agency, "approver", "checker")
    give_key(agency, "checker")
    change = verified(agency)
    refused_as("CHG-SAME-PERSON", actions.prepare, agency.subject("checker"), [change.pk])


def test_a_delegate_hands_nothing_on(agency: Agency) -> None:
    delegate_to(agency, "approver", "verifier")
    refused_as("ACC-SUBDELEGATION", delegate_to, agency, "approver", "checker", by="verifier")
    refused_as("ACC-DENIED", delegate_to, agency, "approver", "checker", by="officer")
    assert delegate_to(agency, "approver", "checker", by="administrator")


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("ACC-DELEGATION-RIGHTS", {"rights": [Right.CHANGE_CHECK]}),
        ("ACC-DELEGATION-RIGHTS", {"rights": [Right.DOSSIER_READ]}),
        ("ACC-DELEGATION-RIGHTS", {"rights": []}),
        (
            "ACC-DELEGATION-DATES",
            {"valid_to": timezone.localdate() - timedelta(days=1), "document_date": None},
        ),
        ("ACC-DELEGATION-DOCUMENT", {"document_number": " "}),
        ("ACC-DELEGATION-DOCUMENT", {"document_date": timezone.localdate() + timedelta(days=2)}),
        ("ACC-UNIT-UNKNOWN", {"unit_code": FOREIGN}),
        ("ACC-UNIT-UNKNOWN", {"unit_code": "*"}),
        ("ACC-CAPACITY", {"capacity": Capacity("TM.", "Ủy ban nhân dân", "Chủ tịch")}),
        ("ACC-CAPACITY", {"capacity": Capacity("TUQ.", "", "Trưởng phòng")}),
        ("ACC-CAPACITY", {"capacity": Capacity()}),
    ],
)
def test_what_is_no_delegation_is_refused(agency: Agency, code: str, more: dict[str, Any]) -> None:
    if more.get("document_date", "") is None:
        more = more | {"document_date": more["valid_to"]}
    refused_as(code, delegate_to, agency, "approver", "verifier", **more)


def test_nobody_receives_what_their_role_excludes_nor_from_themself(agency: Agency) -> None:
    refused_as("ACC-ROLES-CLASH", delegate_to, agency, "approver", "inspector")
    refused_as("ACC-DELEGATION-SELF", delegate_to, agency, "approver", "approver")
    refused_as("ACC-DELEGATION-SELF", delegate_to, agency, "approver", "administrator", by="administrator")


def test_a_delegation_reaches_its_unit_alone(agency: Agency) -> None:
    delegate_to(agency, "verifier", "stranger", unit_code=OTHER_UNIT)
    change = people.propose(agency, people.dossier())
    actions.check(agency.subject("checker"), [change.pk])
    refused_as("CHG-UNKNOWN", actions.verify, agency.subject("stranger"), [change.pk])


def test_a_grant_says_how_its_holder_signs(agency: Agency) -> None:
    Grant.objects.filter(user=agency.users["approver"]).update(
        mode="TM.", for_title="Ủy ban nhân dân", title="Chủ tịch"
    )
    version = people.approve(agency, [verified(agency).pk])[0]
    statement = msgspec.json.decode(version.statement, type=domain.Statement)
    assert statement.signing is not None
    assert str(statement.signing.capacity) == "TM. ỦY BAN NHÂN DÂN / CHỦ TỊCH"


def test_whose_delegation_ended_yesterday_is_told_so_where_they_ask_what_they_may_do(agency: Agency) -> None:
    delegate_to(agency, "approver", "colleague")
    page = reverse("access:my_roles")
    assert "Đang có hiệu lực" in text(signed_in(agency, "colleague").get(page))
    yesterday = timezone.localdate() - timedelta(days=1)
    Delegation.objects.update(valid_from=yesterday, valid_to=yesterday)
    client = signed_in(agency, "colleague")
    assert client.get(reverse("changes:approve")).status_code == 403
    said = text(client.get(page))
    assert f"{yesterday:%d/%m/%Y}" in said
    assert "Hết hạn" in said
