"""Steps before the signature: check, verify, send back, withdraw."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import transaction

from ccvc.access.domain import Right, Subject
from ccvc.changes import domain
from ccvc.changes.actions.recording import record, steps_taken
from ccvc.changes.models import PENDING, Change, State
from ccvc.changes.scope import bounds
from ccvc.changes.selectors import known
from ccvc.standard.problems import Problem

RIGHT_FOR = {"check": Right.CHANGE_CHECK, "verify": Right.CHANGE_VERIFY, "approve": Right.CHANGE_APPROVE}


def check(subject: Subject, change_ids: Sequence[uuid.UUID], note: str = "") -> int:
    """Record that the officer checked these changes; returns how many."""
    return _advance(subject, "check", change_ids, note)


def verify(subject: Subject, change_ids: Sequence[uuid.UUID], note: str = "") -> int:
    """Record that the verifier stands for these changes; returns how many."""
    return _advance(subject, "verify", change_ids, note)


@transaction.atomic
def _advance(subject: Subject, step: str, change_ids: Sequence[uuid.UUID], note: str) -> int:
    changes = locked(subject, step, change_ids)
    Change.objects.filter(pk__in=[c.pk for c in changes]).update(state=domain.NEXT_STATE[step][1])
    record(subject, step, changes, RIGHT_FOR[step], note)
    return len(changes)


def locked(subject: Subject, step: str, change_ids: Sequence[uuid.UUID]) -> list[Change]:
    """The changes, locked in order of id, all within reach, in the right state, none touched by this person before."""
    rows = Change.objects.select_for_update(of=("self",)).filter(pk__in=change_ids).order_by("pk")
    changes = list(rows.select_related("dossier"))
    if len(changes) != len(set(change_ids)):
        raise Problem("CHG-UNKNOWN")
    limits = bounds(subject, RIGHT_FOR[step], (c.unit_code for c in changes))
    taken = steps_taken(changes)
    for change in changes:
        limits.refuse_outside(change.dossier, change.unit_code)
        domain.refuse_wrong_state(step, change.state, change.get_state_display())
        domain.refuse_same_person(step, subject.user_id, taken[change.pk])
    return changes


@transaction.atomic
def send_back(subject: Subject, change_ids: Sequence[uuid.UUID], reason: str) -> int:
    """Return pending changes to whoever declared them, with the reason; Problem CHG-REASON where there is none.

    What the subject may not see is answered like what is not there: Problem CHG-UNKNOWN.
    """
    if not reason.strip():
        raise Problem("CHG-REASON")
    seen = known(subject, change_ids)
    changes = list(Change.objects.select_for_update().filter(pk__in=seen).order_by("pk"))
    rights = {change.pk: RIGHT_FOR[_awaited(change)] for change in changes}
    for change in changes:
        limits = bounds(subject, rights[change.pk], [change.unit_code])
        limits.refuse_outside(change.dossier, change.unit_code)
    Change.objects.filter(pk__in=[c.pk for c in changes]).update(state=State.RETURNED, returned_reason=reason)
    for right in set(rights.values()):
        record(subject, "return", [c for c in changes if rights[c.pk] is right], right, reason)
    return len(changes)


def _awaited(change: Change) -> str:
    """The step a pending change awaits; Problem CHG-STATE where it is not pending."""
    step = next((s for s, (state, _) in domain.NEXT_STATE.items() if state == change.state), None)
    if step is None:
        raise Problem("CHG-STATE", state=change.get_state_display())
    return step


@transaction.atomic
def withdraw(subject: Subject, change_ids: Sequence[uuid.UUID], reason: str = "") -> int:
    """Take back one's own pending changes; Problem CHG-UNKNOWN where one is out of sight, CHG-NOT-YOURS."""
    seen = known(subject, change_ids)
    pending = Change.objects.select_for_update().filter(pk__in=seen, state__in=PENDING)
    changes = list(pending.order_by("pk"))
    taken = steps_taken(changes)
    for change in changes:
        if not any(t.step == "declare" and t.user_id == subject.user_id for t in taken[change.pk]):
            raise Problem("CHG-NOT-YOURS")
    Change.objects.filter(pk__in=[c.pk for c in changes]).update(state=State.WITHDRAWN)
    record(subject, "withdraw", changes, Right.CHANGE_PROPOSE, reason)
    return len(changes)
