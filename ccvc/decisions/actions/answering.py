"""What people answer for by name: a condition that is let pass, and what the record cannot tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Right, Subject
from ccvc.decisions import domain, grounds, places
from ccvc.decisions.actions.drafting import told
from ccvc.decisions.models import LONGEST, Decision, Passing, State, Testimony
from ccvc.decisions.scope import locked
from ccvc.headcount import actions as headcount
from ccvc.rules.appointments import Condition
from ccvc.standard.problems import Problem

SHORTEST = 10
"""Letters of a reason that says something."""


@dataclass(frozen=True, slots=True)
class Authority:
    """By whose authority a condition is let pass: who, by which document of which day, why."""

    authority: str
    document_number: str
    document_date: date
    reason: str


@transaction.atomic
def let_pass(subject: Subject, decision_id: UUID, person_key: UUID, condition: str, by: Authority) -> Passing:
    """Let a condition that is not met pass for one person of a draft, by the authority the law names.

    That of headcount is recorded beside the figures too, by whoever has the right over what assigned them. Problem
    ACC-DENIED, DEC-UNKNOWN, DEC-STATE, DEC-CONDITION where it does not stand against them, DEC-AUTHORITY, HC-AUTHORITY.
    """
    if condition == places.CONDITION:
        places.keep_still()
    row = locked(subject, decision_id, Right.DECISION_PASS)
    domain.require_state(row, State.DRAFT)
    _standing(row, person_key, condition, "no")
    words = (by.authority.strip(), by.document_number.strip())
    enough = all(words) and len(by.reason.strip()) >= SHORTEST and max(map(len, words)) <= LONGEST
    if not enough or by.document_date > timezone.localdate():
        raise Problem("DEC-AUTHORITY", where="authority", least=SHORTEST)
    if condition == places.CONDITION:
        figures = headcount.Authority(words[0], by.reason, words[1])
        places.let_exceed(subject, row, grounds.work_out(row, list(row.people.all())), figures)
    made = Passing.objects.create(
        decision=row,
        person_key=person_key,
        condition=condition,
        authority=words[0],
        document_number=words[1][:100],
        document_date=by.document_date,
        reason=by.reason.strip(),
        by_account=subject.username,
        by_name=subject.full_name,
        by_role=next((scope.role for scope in subject.scopes(Right.DECISION_PASS)), ""),
        at=timezone.now(),
    )
    said = {"person": str(person_key), "condition": condition, "authority": made.authority}
    told(subject, row, "pass", **said, document=made.document_number, reason=made.reason)
    return made


@transaction.atomic
def testify(
    subject: Subject,
    decision_id: UUID,
    person_key: UUID,
    condition: str,
    answer: Literal["yes", "no"],
    ground: str,
) -> Testimony:
    """Answer by name for what the record cannot tell of one person of a draft.

    Problem DEC-UNKNOWN, DEC-STATE, DEC-CONDITION where the record can tell, DEC-GROUND.
    """
    row = locked(subject, decision_id, Right.DECISION_DRAFT)
    domain.require_state(row, State.DRAFT)
    _standing(row, person_key, condition, "cannot_tell")
    if answer not in {"yes", "no"} or len(ground.strip()) < SHORTEST:
        raise Problem("DEC-GROUND", where="ground", least=SHORTEST)
    made = Testimony.objects.create(
        decision=row,
        person_key=person_key,
        condition=condition,
        answer=answer,
        ground=ground.strip(),
        by_account=subject.username,
        by_name=subject.full_name,
        at=timezone.now(),
    )
    said = {"person": str(person_key), "condition": condition, "answer": answer}
    told(subject, row, "testify", **said, ground=made.ground)
    return made


def _standing(row: Decision, person_key: UUID, condition: str, met: str) -> Condition:
    """The condition as it stands against a person now; Problem DEC-CONDITION."""
    worked = grounds.work_out_some(row, list(row.people.filter(person_key=person_key)))
    passed = (person_key, condition) in grounds.Said.of(row).passed
    for one in (found for found in (worked[0].conditions if worked else []) if found.name == condition):
        if one.met == met and not passed:
            return one
    raise Problem("DEC-CONDITION", where=condition[:40])
