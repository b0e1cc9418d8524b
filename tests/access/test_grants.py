"""Grants: dated, resting on a decision, given by those who may, and recorded in the ledger."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ccvc.access import actions, selectors
from ccvc.access.domain import Right, Subject
from ccvc.access.models import Grant
from ccvc.ledger.models import Entry
from ccvc.standard.problems import Problem
from tests.access.people import BASIS, OPENED, PASSWORD, People

TODAY = date(2026, 11, 21)


def give(people: People, by: str, to: str, **changes: Any) -> Grant:
    terms: dict[str, Any] = {"role": "officer", "unit_code": "H41.20", "valid_from": OPENED, "basis": BASIS}
    return actions.grant_role(people.subject(by), user=people[to], **terms | changes)


def code_of(people: People, by: str, to: str, **changes: Any) -> str:
    with pytest.raises(Problem) as caught:
        give(people, by, to, **changes)
    return caught.value.code


def test_grants_of_the_day_are_loaded_in_two_queries(people: People) -> None:
    with CaptureQueriesContext(connection) as queries:
        subject = selectors.subject_of(people["officer"], on=TODAY)
    assert len(queries) == 2  # grants, and what is delegated
    assert [(s.role, s.unit_code, s.since) for s in subject.grants] == [("officer", "H41.12", OPENED)]


def test_a_grant_holds_from_its_first_day_to_its_last(people: People) -> None:
    give(people, "administrator", "colleague", valid_from=date(2026, 3, 1), valid_to=date(2026, 3, 31))
    held = {
        day: people.subject("colleague", on=day).may(Right.CHANGE_CHECK)
        for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1))
    }
    assert list(held.values()) == [False, True, True, False]


def test_withdrawal_ends_a_grant_at_once_and_keeps_the_row(people: People) -> None:
    grant = Grant.objects.get(user=people["officer"])
    actions.withdraw_grant(people.subject("administrator"), grant, basis="QĐ 9/QĐ-SNV")
    assert not people.subject("officer").may(Right.DOSSIER_READ)
    stored = Grant.objects.get(pk=grant.pk)
    assert (stored.withdrawn_by, stored.withdrawal_basis) == ("administrator", "QĐ 9/QĐ-SNV")
    with pytest.raises(Problem) as again:
        actions.withdraw_grant(people.subject("administrator"), grant, basis="QĐ 9/QĐ-SNV")
    assert again.value.code == "ACC-GRANT-WITHDRAWN"


def test_giving_and_withdrawing_stand_in_the_ledger(people: People) -> None:
    grant = give(people, "administrator", "colleague")
    actions.withdraw_grant(people.subject("administrator"), grant, basis="QĐ 9/QĐ-SNV")
    entries = Entry.objects.filter(subject=f"grant:{grant.pk}").order_by("index")
    said = [json.loads(entry.payload) for entry in entries]
    assert [entry.kind for entry in entries] == ["administrative", "administrative"]
    assert [(s["act"], s["by"], s["account"], s["role"], s["basis"]) for s in said] == [
        ("grant", "administrator", "colleague", "officer", BASIS),
        ("withdraw", "administrator", "colleague", "officer", "QĐ 9/QĐ-SNV"),
    ]


def test_no_ledger_no_grant(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError("sổ cái không ghi được")

    monkeypatch.setattr("ccvc.ledger.actions.append", broken)
    before = Grant.objects.count()
    with pytest.raises(OSError, match="sổ cái"), transaction.atomic():
        give(people, "administrator", "colleague")
    assert Grant.objects.count() == before


@pytest.mark.parametrize("by", ["owner", "officer", "inspector", "analyst", "stranger"])
def test_only_administrators_give_rights(people: People, by: str) -> None:
    assert code_of(people, by, "colleague") == "ACC-DENIED"


@pytest.mark.parametrize("unit", ["H38", "H38.12", "*"])
def test_nobody_gives_rights_outside_their_reach(people: People, unit: str) -> None:
    assert code_of(people, "administrator", "colleague", unit_code=unit) == "ACC-DENIED"


def test_nobody_gives_rights_to_themselves(people: People) -> None:
    assert code_of(people, "administrator", "administrator", role="analyst") == "ACC-OWN-GRANT"


@pytest.mark.parametrize("role", ["system", "emperor"])
def test_some_roles_are_not_to_be_had(people: People, role: str) -> None:
    assert code_of(people, "administrator", "colleague", role=role) == "ACC-ROLE"


def test_a_grant_rests_on_a_decision(people: People) -> None:
    assert code_of(people, "administrator", "colleague", basis="  ") == "ACC-BASIS"
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(user=people["owner"], role="officer", unit_code="H41", valid_from=OPENED)


def test_dates_run_forward(people: People) -> None:
    assert code_of(people, "administrator", "colleague", valid_to=OPENED - timedelta(1)) == "ACC-DATES"


def test_a_grant_needs_its_unit_on_its_first_day(people: People) -> None:
    system = Subject.system("tests")
    with pytest.raises(Problem) as caught:
        actions.grant_role(
            system,
            user=people["colleague"],
            role="officer",
            unit_code="H41.12",
            valid_from=OPENED - timedelta(1),
            basis=BASIS,
        )
    assert caught.value.code == "ACC-UNIT-UNKNOWN"
    assert "H41.12 vào ngày 31/12/2025" in str(caught.value)


def test_who_runs_the_node_cannot_also_read_it(people: People) -> None:
    assert code_of(people, "second_administrator", "administrator", role="officer") == "ACC-ROLES-CLASH"
    assert code_of(people, "administrator", "officer", role="administrator") == "ACC-ROLES-CLASH"


def test_roles_that_clash_may_follow_each_other(people: People) -> None:
    give(people, "administrator", "colleague", role="inspector", valid_to=date(2026, 6, 30))
    later = give(people, "administrator", "colleague", role="officer", valid_from=date(2026, 7, 1))
    assert later.pk


def test_the_same_grant_twice_is_refused(people: People) -> None:
    assert code_of(people, "administrator", "officer", unit_code="H41.12") == "ACC-GRANT-EXISTS"


def test_administrators_see_the_grants_of_their_units_only(people: People) -> None:
    seen = {grant.user.username for grant in selectors.grants(people.subject("administrator"))}
    assert seen == {"officer", "verifier", "administrator", "second_administrator", "inspector"}
    assert selectors.grants(people.subject("officer")) == []


def test_accounts_are_opened_and_closed_on_the_record(people: People) -> None:
    by = people.subject("administrator")
    user = actions.open_account(by, username="moi", full_name="Người mới", password=PASSWORD)
    assert actions.close_account(by, user).is_active is False
    acts = [
        json.loads(e.payload)["act"] for e in Entry.objects.filter(subject="account:moi").order_by("index")
    ]
    assert acts == ["open", "close"]
    with pytest.raises(Problem) as caught:
        actions.open_account(people.subject("officer"), username="x", full_name="X", password=PASSWORD)
    assert caught.value.code == "ACC-DENIED"


def test_a_closed_account_holds_nothing(people: People) -> None:
    closed = actions.close_account(people.subject("administrator"), people["officer"])
    assert selectors.subject_of(closed).grants == ()
