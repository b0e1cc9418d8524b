"""Procedures of agencies: which steps, whose, since when; a change keeps the one it began under."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from django.utils import timezone

from ccvc.changes import actions, procedures, selectors
from ccvc.changes.models import Change, Procedure, State
from ccvc.dossiers import domain
from ccvc.ledger.models import Entry
from tests import people
from tests.people import UNIT, Agency, written
from tests.problems import refused_as


def set_one(agency: Agency, **more: Any) -> Procedure:
    return actions.set_procedure(agency.subject("administrator"), written(**more))


def test_a_procedure_without_verification_leads_from_check_to_approval(agency: Agency) -> None:
    rule = set_one(agency)
    change = people.propose(agency, people.dossier())
    assert actions.check(agency.subject("checker"), [change.pk]) == 1
    assert Change.objects.get(pk=change.pk).state == State.VERIFIED
    version = people.approve(agency, [change.pk])[0]
    statement = msgspec.json.decode(version.statement, type=domain.Statement)
    assert statement.procedure == domain.ProcedureNamed(str(rule), "641/QĐ-UBND", "2024-03-25")
    assert [(s.step, s.acting and s.acting.role) for s in statement.steps] == [
        ("declare", "officer"),
        ("check", "officer"),
    ]
    assert statement.signing == domain.Acting(role="approver")
    assert Entry.objects.filter(subject=f"procedure:{rule}").count() == 1


def test_a_change_keeps_the_procedure_it_began_under(agency: Agency) -> None:
    change = people.propose(agency, people.dossier())
    set_one(agency)
    actions.check(agency.subject("checker"), [change.pk])
    change.refresh_from_db()
    assert (change.state, change.procedure_name) == (State.CHECKED, procedures.DEFAULT)


def test_a_step_is_taken_by_the_role_the_procedure_names(agency: Agency) -> None:
    steps = [{"step": "verify", "roles": ["officer"]}, {"step": "approve", "roles": ["approver"]}]
    set_one(agency, steps=steps)
    change = people.propose(agency, people.dossier())
    assert change.state == State.CHECKED
    problem = refused_as("CHG-ROLE", actions.verify, agency.subject("verifier"), [change.pk])
    assert "Cán bộ tổ chức" in problem.message()
    assert selectors.steps_open_to(agency.subject("checker")) == ["check", "verify"]
    assert [c.pk for c in selectors.inbox(agency.subject("checker"), "verify")] == [change.pk]
    assert not selectors.inbox(agency.subject("verifier"), "verify").exists()
    actions.verify(agency.subject("checker"), [change.pk])
    assert people.approve(agency, [change.pk])


def test_the_nearer_unit_the_kind_and_the_group_decide_and_the_strictest_group_governs(
    agency: Agency,
) -> None:
    set_one(agency, title="Cả tỉnh")
    light = [{"step": "check", "roles": ["officer"]}, {"step": "approve", "roles": ["approver"]}]
    full = [
        {"step": "check", "roles": ["officer"]},
        {"step": "verify", "roles": ["verifier"]},
        {"step": "approve", "roles": ["approver"]},
    ]
    salary = set_one(agency, title="Lương", unit=UNIT, steps=full, groups=["employment"], kinds=["update"])
    home = set_one(agency, title="Đơn vị", unit=UNIT, steps=light)
    document = people.dossier()
    created = people.propose(agency, document)
    assert created.procedure == home
    actions.check(agency.subject("checker"), [created.pk])
    key = people.approve(agency, [created.pk])[0].dossier.key
    phone = document | {"identity": document["identity"] | {"phone": "0912345678"}}
    assert people.propose(agency, phone, key=key).procedure == home
    both = document | {
        "identity": document["identity"] | {"other_names": "Hai"},
        "employment": document["employment"] | {"position_title": "Chuyên viên"},
    }
    assert people.propose(agency, both, key=key).procedure == salary


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"steps": [{"step": "approve", "roles": ["approver"]}]}, "trước phê duyệt"),
        ({"steps": [{"step": "check", "roles": ["officer"]}]}, "bước cuối phải là phê duyệt"),
        (
            {"steps": [{"step": "check", "roles": ["officer"]}, {"step": "approve", "roles": ["officer"]}]},
            "vai trò có quyền phê duyệt",
        ),
        (
            {
                "steps": [
                    {"step": "check", "roles": ["inspector"]},
                    {"step": "approve", "roles": ["approver"]},
                ]
            },
            "chỉ giao được cho",
        ),
        (
            {"steps": [{"step": "check", "roles": []}, {"step": "approve", "roles": ["approver"]}]},
            "chỉ giao được cho",
        ),
        (
            {
                "steps": [
                    {"step": "verify", "roles": ["verifier"]},
                    {"step": "check", "roles": ["officer"]},
                    {"step": "approve", "roles": ["approver"]},
                ]
            },
            "theo thứ tự",
        ),
        ({"groups": ["lương"]}, "không có nhóm"),
        ({"escalate_to": "administrator"}, "không báo lên được"),
        ({"decision_number": " "}, "số và ngày"),
        ({"decision_date": date(2099, 1, 1)}, "số và ngày"),
        ({"valid_to": date(2020, 1, 1)}, "ngày kết thúc"),
    ],
)
def test_what_is_no_procedure_is_refused_with_its_reason(agency: Agency, fault: Any, words: str) -> None:
    problem = refused_as("CHG-PROCEDURE", set_one, agency, **fault)
    assert words in problem.message()
    assert not Procedure.objects.exists()


def test_only_who_sets_procedures_of_the_unit_does(agency: Agency) -> None:
    for who in ("officer", "approver", "stranger", "inspector"):
        refused_as("ACC-DENIED", actions.set_procedure, agency.subject(who), written())
    refused_as("ACC-DENIED", actions.set_procedure, agency.subject("administrator"), written(unit="H56"))


def test_a_procedure_that_ended_holds_no_more_for_what_begins_later(agency: Agency) -> None:
    rule = set_one(agency)
    admin = agency.subject("administrator")
    yesterday = timezone.localdate() - timedelta(days=1)
    refused_as("CHG-PROCEDURE", actions.end_procedure, admin, rule.pk, last_day=yesterday, basis="QĐ 2")
    actions.end_procedure(admin, rule.pk, last_day=timezone.localdate(), basis="QĐ 2")
    assert people.propose(agency, people.dossier()).procedure == rule
    Procedure.objects.filter(pk=rule.pk).update(valid_from=yesterday, valid_to=yesterday)
    assert people.propose(agency, people.dossier(2)).procedure is None
    refused_as(
        "CHG-PROCEDURE-UNKNOWN",
        actions.end_procedure,
        admin,
        rule.pk,
        last_day=timezone.localdate(),
        basis="x",
    )


FILE = """
[[procedure]]
title = "Quy chế phê duyệt nội bộ"
unit = "H41"
valid_from = 2026-01-01
decision_number = "641/QĐ-UBND"
decision_date = 2024-03-25
[[procedure.steps]]
step = "check"
roles = ["officer"]
within = 2
[[procedure.steps]]
step = "approve"
roles = ["approver"]
"""


def test_a_file_gives_procedures_or_says_what_is_wrong_with_it(agency: Agency) -> None:
    [one] = procedures.read(FILE.encode())
    made = actions.set_procedure(agency.subject("administrator"), one)
    assert str(made) == "H41/1"
    assert made.said.rule("check") == procedures.StepRule("check", ("officer",), 2)
    for bad in (
        b"",
        b"\xff",
        b"[[procedure]]\n",
        FILE.replace("check", "look").encode(),
        FILE.encode() + b"\nx=1",
    ):
        refused_as("CHG-PROCEDURE", procedures.read, bad)
