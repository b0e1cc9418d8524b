"""Every state of a change × everybody × every act: what is not allowed is refused with its code, and recorded.

What is expected is computed here from the files of the policy and of the procedure, and from who had a hand in what;
nothing of it asks the code that decides. Everything is laid out once; each try is undone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

import ccvc
from ccvc.access.domain import EVERYWHERE, Subject
from ccvc.access.models import AccessLog, Delegation
from ccvc.access.selectors import subject_of
from ccvc.accounts.models import User
from ccvc.changes import actions
from ccvc.changes.models import Refusal
from ccvc.evidence.actions import Received
from ccvc.evidence.domain import Details
from ccvc.standard.problems import Problem
from tests import people
from tests.people import ROLES, UNIT, Agency, delegate_to

pytestmark = pytest.mark.slow

ROOMS = Path(ccvc.__file__).parent
POLICY = tomllib.loads((ROOMS / "access" / "policy.toml").read_text(encoding="utf-8"))["roles"]
PROCEDURE = tomllib.loads((ROOMS / "changes" / "data" / "procedure.toml").read_text(encoding="utf-8"))
TAKERS = {step["step"]: set(step["roles"]) for step in PROCEDURE["steps"]}
STEP_OF = {"proposed": "check", "checked": "verify", "verified": "approve", "asked": "check"}
HANDS = {
    "proposed": {"officer"},
    "asked": {"officer"},
    "checked": {"officer", "checker"},
    "verified": {"officer", "checker", "verifier"},
    "approved": {"officer", "checker", "verifier", "approver"},
    "returned": {"officer"},
    "withdrawn": {"officer"},
}
LENT = {"delegate": ("verifier", "approver"), "late_delegate": ()}
"""Whose rights each delegate uses today; the second one's delegations have run out."""
STEPS = {"change_check", "change_verify", "change_approve"}
SEEING = {*STEPS, "change_propose"}
NATION = {"national": ("appraiser", "steward")}
"""Somebody of the national ministry, by roles over the whole nation."""
WHO = (*ROLES, "owner", "delegate", "late_delegate", *NATION)
SCAN = Received("0" * 64, 1, "pdf", clean=True)
PAPER = Details("06", "identity", issued_on=date(2026, 3, 7))
ACTS: dict[str, Callable[[Subject, list[UUID]], Any]] = {
    "check": actions.check,
    "verify": actions.verify,
    "approve": actions.prepare,
    "return": lambda subject, ids: actions.send_back(subject, ids, "Thiếu"),
    "back": lambda subject, ids: actions.send_back(subject, ids, "Xem lại", to="previous"),
    "withdraw": actions.withdraw,
    "confirm": actions.confirm,
    "object": lambda subject, ids: actions.object_to(subject, ids, "Không đúng"),
    "again": lambda subject, ids: actions.resubmit(subject, ids[0], "Gửi lại"),
    "prove": lambda subject, ids: actions.prove(subject, ids[0], SCAN, PAPER),
    "waive": lambda subject, ids: actions.waive(subject, ids, "Bản gốc gửi sau"),
}


@dataclass
class World:
    """Changes in every state, everybody as a subject, and how often each was tried."""

    changes: dict[str, UUID]
    subjects: dict[str, Subject]


def world(agency: Agency) -> World:
    """One change in each state, and one of the owner's dossier that they are asked to confirm."""
    for name in ("delegate", "late_delegate"):
        agency.users[name] = User.objects.create(username=name, full_name=f"Người {name}")
    for giver, to in product(("verifier", "approver"), LENT):
        delegate_to(agency, giver, to, unit_code=UNIT)
    Delegation.objects.filter(delegate=agency.users["late_delegate"]).update(
        valid_from=people.timezone.localdate() - timedelta(days=9),
        valid_to=people.timezone.localdate() - timedelta(days=1),
    )
    made = {
        state: people.propose(agency, people.dossier(number)).pk
        for number, state in enumerate((*STEP_OF, "approved", "returned", "withdrawn"), 1)
        if state != "asked"
    }
    actions.check(agency.subject("checker"), [made["checked"], made["verified"], made["approved"]])
    actions.verify(agency.subject("verifier"), [made["verified"], made["approved"]])
    version = people.approve(agency, [made["approved"]])[0]
    actions.send_back(agency.subject("checker"), [made["returned"]], "Thiếu")
    actions.withdraw(agency.subject("officer"), [made["withdrawn"]])
    agency.users["national"] = User.objects.create(username="national", full_name="Người national")
    for role in NATION["national"]:
        people.grant_role(
            people.SYSTEM,
            user=agency.users["national"],
            role=role,
            unit_code=EVERYWHERE,
            valid_from=date(2025, 7, 1),
            basis="QĐ 2/QĐ-TEST",
        )
    owner = agency.users["owner"]
    owner.person_key = version.dossier.key
    owner.save()
    document = people.dossier(6) | {"health": {"height_cm": 161}}
    document["identity"] = people.dossier([*STEP_OF, "approved"].index("approved") + 1)["identity"] | {
        "ethnic_group": "02"
    }
    made["asked"] = people.propose(agency, document, key=owner.person_key).pk
    return World(made, {name: subject_of(agency.users[name]) for name in WHO})


def powers(who: str) -> list[tuple[str, set[str], set[str]]]:
    """Roles that reach the unit: (role, rights they give, accounts that have a hand in what is done by them)."""
    found = []
    if who in ROLES and UNIT.startswith(ROLES[who][1]):
        found.append((ROLES[who][0], set(POLICY[ROLES[who][0]]["rights"]), {who}))
    found += [(role, set(POLICY[role]["rights"]), {who}) for role in NATION.get(who, ())]
    for giver in LENT.get(who, ()):
        role = ROLES[giver][0]
        found.append((role, set(POLICY[role]["rights"]) & STEPS, {who, giver}))
    return found


def taking(who: str, step: str) -> list[tuple[str, set[str], set[str]]]:
    """Those of them that could serve for a step under some procedure: a delegation only for what it hands over."""
    return [
        (role, rights, hands)
        for role, rights, hands in powers(who)
        if rights & STEPS and (len(hands) == 1 or f"change_{step}" in rights)
    ]


def expected(state: str, who: str, act: str) -> str:  # noqa: PLR0911 - one a rule
    """The code of the refusal, "" where it is allowed."""
    own = who == "owner" and state in {"approved", "asked"}
    seen = own or any(rights & SEEING for _, rights, _ in powers(who))
    if act in TAKERS:
        return _step(state, who, act, own=own)
    if act == "waive":
        return _waived(state, who, own=own)
    if not seen:
        return "CHG-UNKNOWN"
    if act == "prove":
        return _proved(state, who, own=own)
    if act in {"return", "back"}:
        return _sent_back(state, who, act, own=own)
    if act in {"confirm", "object"}:
        return "" if own and state == "asked" else "CHG-NOT-ASKED"
    if who != "officer" and not (own and act == "again"):
        return "CHG-NOT-YOURS"
    if act == "withdraw":
        return "" if state in STEP_OF else "CHG-STATE"
    return "CHG-CONFLICT" if state in STEP_OF else "CHG-STALE" if state == "approved" else ""


def _step(state: str, who: str, step: str, *, own: bool) -> str:
    if own:
        return "CHG-OWN-DOSSIER"
    able = taking(who, step)
    if not able:
        return "CHG-UNKNOWN"
    fitting = [hands for role, _, hands in able if role in TAKERS[step]]
    if not fitting:
        return "CHG-ROLE"
    if STEP_OF.get(state) != step:
        return "CHG-STATE"
    return "" if any(not hands & HANDS[state] for hands in fitting) else "CHG-SAME-PERSON"


def _proved(state: str, who: str, *, own: bool) -> str:
    if not own and not any("change_propose" in rights for _, rights, _ in powers(who)):
        return "DOS-UNKNOWN"
    if not own and who != "officer":
        return "CHG-NOT-YOUR-PAPERS"
    return "" if STEP_OF.get(state) == "check" else "CHG-STATE"


def _waived(state: str, who: str, *, own: bool) -> str:
    """Whoever may sign it now may say why it does without a paper; to who signs elsewhere it is not there."""
    if not any("change_approve" in rights for _, rights, _ in powers(who)) and who != "foreign_approver":
        return "ACC-DENIED"
    return "CHG-UNKNOWN" if _step(state, who, "approve", own=own) else ""


def _sent_back(state: str, who: str, act: str, *, own: bool) -> str:
    step = STEP_OF.get(state)
    if step is None:
        return "CHG-STATE"
    if own:
        return "CHG-OWN-DOSSIER"
    if not taking(who, step):
        return "CHG-UNKNOWN"
    if not any(role in TAKERS[step] for role, _, _ in taking(who, step)):
        return "CHG-ROLE"
    return "CHG-NO-STEP-BEFORE" if act == "back" and step == "check" else ""


def tried(world: World, state: str, who: str, act: str) -> str:
    """The code an act is refused with, "" where it was done; what it left is undone but for being looked at."""
    subject, change = world.subjects[who], world.changes[state]
    with transaction.atomic():
        code = ""
        try:
            ACTS[act](subject, [change])
        except Problem as problem:
            rows = Refusal.objects.filter(actor_account=who, code=problem.code, change=change)
            code = problem.code if rows.exists() else f"{problem.code}, not recorded"
        transaction.set_rollback(True)
    return code


def test_every_state_everybody_every_act(agency: Agency) -> None:
    found = world(agency)
    wrong = [
        f"{act} of a change {state} by {who}: expected {wanted or 'done'}, was {got or 'done'}"
        for state, who, act in product(found.changes, WHO, ACTS)
        if (got := tried(found, state, who, act)) != (wanted := expected(state, who, act))
    ]
    assert not wrong, "\n".join(wrong)
    allowed = [key for key in product(found.changes, WHO, ACTS) if not expected(*key)]
    assert {act for _, _, act in allowed} == set(ACTS)


def test_pages_and_programs_are_answered_alike(agency: Agency) -> None:
    found = world(agency)
    for who, (state, act) in product(WHO, (("proposed", "check"), ("verified", "withdraw"))):
        wanted, answer = expected(state, who, act), posted(found, agency, who, state, act)
        if wanted:
            assert answer.json()["code"] == wanted, (who, state, act)
            assert answer.status_code in {403, 404, 422}
        else:
            assert answer.status_code == 302, (who, state, act)
    for who in WHO:
        status = looked_at(found, agency, who)
        assert (status == 200) == (who in {"approver", "delegate"}), (who, status)


def posted(found: World, agency: Agency, who: str, state: str, act: str) -> Any:
    client = Client(headers={"Accept": "application/json"})
    client.force_login(agency.users[who])
    with transaction.atomic():
        data = {"change": str(found.changes[state]), "note": ""}
        answer = client.post(reverse("changes:act", args=[act]), data)
        recorded = Refusal.objects.filter(actor_account=who).exists()
        transaction.set_rollback(True)
    assert recorded == (answer.status_code != 302)
    return answer


def looked_at(found: World, agency: Agency, who: str) -> int:
    """Status of the page of signing a verified change; a refusal leaves its record."""
    client = Client()
    client.force_login(agency.users[who])
    before = AccessLog.objects.filter(act="denied").count() + Refusal.objects.count()
    answer = client.get(reverse("changes:approve"), {"change": str(found.changes["verified"])})
    refused = answer.status_code != 200
    assert refused == (AccessLog.objects.filter(act="denied").count() + Refusal.objects.count() > before)
    return answer.status_code
