"""Steps before the signature: check, verify, send back, withdraw; one by one or many at once."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.db import transaction

from ccvc.access.domain import Right, Subject
from ccvc.changes import domain
from ccvc.changes.actions.awaiting import await_step
from ccvc.changes.actions.recording import record, record_refusal, refusals_recorded, steps_taken
from ccvc.changes.domain import Taken
from ccvc.changes.models import PENDING, Change, State, Step
from ccvc.changes.scope import Hand, Powers, hand_for
from ccvc.changes.selectors import known
from ccvc.standard.problems import Problem

To = Literal["declarer", "previous"]


@dataclass(slots=True)
class Bulk:
    """What became of many changes at once: how many were done, and which were skipped, and why."""

    done: int = 0
    skipped: list[tuple[Change, Problem]] = field(default_factory=list)


@refusals_recorded("check")
def check(subject: Subject, change_ids: Sequence[uuid.UUID], note: str = "") -> int:
    """Record that the officer checked these changes; returns how many."""
    return _advance(subject, "check", change_ids, note)


@refusals_recorded("verify")
def verify(subject: Subject, change_ids: Sequence[uuid.UUID], note: str = "") -> int:
    """Record that the verifier stands for these changes; returns how many."""
    return _advance(subject, "verify", change_ids, note)


@transaction.atomic
def _advance(subject: Subject, step: str, change_ids: Sequence[uuid.UUID], note: str) -> int:
    hands = locked(subject, step, change_ids)
    _pass_on(step, hands, note)
    return len(hands)


def _pass_on(step: str, hands: Sequence[tuple[Change, Hand]], note: str) -> None:
    await_step([change for change, _ in hands], lambda change: change.terms.after(step))
    record(step, hands, note)


def locked(subject: Subject, step: str, change_ids: Sequence[uuid.UUID]) -> list[tuple[Change, Hand]]:
    """The changes, locked in order of id, each with as what the subject takes this step on it.

    Problem CHG-UNKNOWN, CHG-OWN-DOSSIER, CHG-ROLE, CHG-STATE, CHG-SAME-PERSON.
    """
    changes, taken = _lock(change_ids)
    powers = Powers(subject, step)
    return [(change, _hand(powers, change, taken[change.pk])) for change in changes]


def _lock(change_ids: Sequence[uuid.UUID]) -> tuple[list[Change], Mapping[uuid.UUID, list[Taken]]]:
    rows = Change.objects.select_for_update(of=("self",)).filter(pk__in=change_ids).order_by("pk")
    changes = list(rows.select_related("dossier", "procedure", "correction", "batch"))
    if not changes or len(changes) != len(set(change_ids)):
        raise Problem("CHG-UNKNOWN")
    return changes, steps_taken(changes)


def _hand(powers: Powers, change: Change, taken: Iterable[Taken]) -> Hand:
    powers.hands(change)
    domain.refuse_wrong_state(powers.step, change.state, change.get_state_display())
    return powers.hand(change, taken)


@refusals_recorded("bulk")
def in_bulk(subject: Subject, step: str, change_ids: Sequence[uuid.UUID], note: str) -> Bulk:
    """Take a step on those of many changes on which it can be taken, or return them (`step` "return", `note` the
    reason); the others are skipped, named and recorded. Problem CHG-UNKNOWN, CHG-REASON.
    """
    seen, result = known(subject, change_ids), Bulk()
    if step == "return" and not note.strip():
        raise Problem("CHG-REASON")
    with transaction.atomic():
        changes, taken = _lock(seen)
        powers: dict[str, Powers] = {} if step == "return" else {step: Powers(subject, step)}
        hands: list[tuple[Change, Hand]] = []
        for change in changes:
            try:
                hands.append((change, _one_of_many(subject, step, change, taken[change.pk], powers)))
            except Problem as problem:
                result.skipped.append((change, problem))
        if step == "return":
            _return(hands, note)
        else:
            _pass_on(step, hands, note)
        result.done = len(hands)
    for change, refusal in result.skipped:
        record_refusal(subject, step, refusal, [change.pk])
    return result


def _one_of_many(
    subject: Subject, step: str, change: Change, taken: Iterable[Taken], powers: dict[str, Powers]
) -> Hand:
    if step == "return":
        return _returning(subject, change, powers)
    return _hand(powers[step], change, taken)


def _return(hands: Sequence[tuple[Change, Hand]], reason: str) -> None:
    Change.objects.filter(pk__in=[change.pk for change, _ in hands]).update(
        state=State.RETURNED, returned_reason=reason, due_at=None
    )
    record("return", hands, reason)


@refusals_recorded("return")
def send_back(subject: Subject, change_ids: Sequence[uuid.UUID], reason: str, *, to: To = "declarer") -> int:
    """Return pending changes to whoever declared them, or to the step before, with the reason.

    What the subject may not see is answered like what is not there: Problem CHG-UNKNOWN; else CHG-REASON,
    CHG-STATE, CHG-OWN-DOSSIER, CHG-ROLE, CHG-NO-STEP-BEFORE.
    """
    seen = known(subject, change_ids)
    if not reason.strip():
        raise Problem("CHG-REASON")
    with transaction.atomic():
        changes, _ = _lock(seen)
        powers: dict[str, Powers] = {}
        hands = [(change, _returning(subject, change, powers)) for change in changes]
        if to == "previous":
            _one_step_back(changes)
            record("back", hands, reason)
        else:
            _return(hands, reason)
    return len(changes)


def _returning(subject: Subject, change: Change, powers: dict[str, Powers]) -> Hand:
    """As what the subject sends a change back: as who could take the step it awaits."""
    step = domain.awaited(change.state)
    if step is None:
        raise Problem("CHG-STATE", state=change.get_state_display())
    if step not in powers:
        powers[step] = Powers(subject, step)
    return powers[step].hands(change)[0]


def _one_step_back(changes: Sequence[Change]) -> None:
    """Each change awaits the step before once more; who took it may take it again."""
    before = {change.pk: change.terms.before(str(domain.awaited(change.state))) for change in changes}
    if None in before.values():
        raise Problem("CHG-NO-STEP-BEFORE")
    for change in changes:
        Step.objects.filter(change=change, step=before[change.pk], undone=False).update(undone=True)
    await_step(changes, lambda change: before[change.pk] or "check")


@refusals_recorded("withdraw")
@transaction.atomic
def withdraw(subject: Subject, change_ids: Sequence[uuid.UUID], reason: str = "") -> int:
    """Take back one's own pending changes; Problem CHG-UNKNOWN where one is out of sight, CHG-NOT-YOURS, CHG-STATE."""
    changes, taken = _lock(known(subject, change_ids))
    for change in changes:
        declared = any(t.step == "declare" and t.user_id == subject.user_id for t in taken[change.pk])
        if not declared:
            raise Problem("CHG-NOT-YOURS")
        if change.state not in PENDING:
            raise Problem("CHG-STATE", state=change.get_state_display())
    Change.objects.filter(pk__in=[c.pk for c in changes]).update(state=State.WITHDRAWN, due_at=None)
    hand = hand_for(subject, Right.CHANGE_PROPOSE)
    record("withdraw", [(change, hand) for change in changes], reason)
    return len(changes)
