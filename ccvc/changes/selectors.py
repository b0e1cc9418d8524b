"""Reads of the changes room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Right, Subject, visible_fields
from ccvc.changes.domain import NEXT_STATE, unpack
from ccvc.changes.models import PENDING, Batch, Change, State, Step
from ccvc.dossiers.selectors import fields_at
from ccvc.organisations.selectors import reach
from ccvc.standard.problems import Problem

RIGHTS = {"check": Right.CHANGE_CHECK, "verify": Right.CHANGE_VERIFY, "approve": Right.CHANGE_APPROVE}
LEAD = "identity.full_name"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits at one step: single changes, and batches with how many of their changes wait."""

    step: str
    singles: list[Change]
    batches: list[Batch]
    count: int


def inbox(subject: Subject, step: str) -> QuerySet[Change]:
    """Changes within reach that await this step from this person: none they took a step on before."""
    within = reach(subject, RIGHTS[step], timezone.localdate())
    mine = Step.objects.filter(change=OuterRef("pk"), user_id=subject.user_id)
    waiting = Change.objects.filter(state=NEXT_STATE[step][0], unit_id__in=within)
    return waiting.filter(~Exists(mine)).select_related("batch", "dossier").order_by("created_at", "pk")


def waiting(subject: Subject, step: str, most: int = 50) -> Waiting:
    """The inbox of a step, batches apart."""
    changes = inbox(subject, step)
    inside = changes.filter(batch__isnull=False)
    counted = dict(inside.order_by().values_list("batch").annotate(n=Count("pk")))
    batches = list(Batch.objects.filter(pk__in=counted).order_by("created_at"))
    for batch in batches:
        batch.waiting = counted[batch.pk]  # type: ignore[attr-defined]
    return Waiting(step, list(changes.filter(batch__isnull=True)[:most]), batches, changes.count())


def steps_open_to(subject: Subject) -> list[str]:
    """The steps this person may take at all, in order."""
    return [step for step, right in RIGHTS.items() if subject.may(right)]


def change(subject: Subject, change_id: UUID) -> Change:
    """One change: within reach of any right over changes, or the person's own; else Problem CHG-UNKNOWN."""
    found = Change.objects.filter(pk=change_id).select_related("batch", "dossier", "version").first()
    if found is not None and _may_see(subject, found):
        return found
    raise Problem("CHG-UNKNOWN")


def _may_see(subject: Subject, found: Change) -> bool:
    if subject.person_key is not None and subject.person_key == found.person_key:
        return True
    today = timezone.localdate()
    rights = (*RIGHTS.values(), Right.CHANGE_PROPOSE)
    return any(found.unit_id in reach(subject, right, today) for right in rights if subject.may(right))


def differences(subject: Subject, found: Change) -> tuple[list[standard.Difference], int]:
    """The differences this person may read, and how many were left out."""
    own = subject.person_key is not None and subject.person_key == found.person_key
    may_see = visible_fields(subject, own=own)
    every = unpack(found.differences)
    shown = [d for d in every if (fields := fields_at(d.path)) and all(may_see(f) for f in fields)]
    return shown, sum(1 for d in every if fields_at(d.path)) - len(shown)


def steps(found: Change) -> list[Step]:
    """The steps taken on a change, in order."""
    return list(found.steps.all())


def batch(subject: Subject, batch_id: UUID) -> Batch:
    """One batch within reach; else Problem CHG-UNKNOWN."""
    found = Batch.objects.filter(pk=batch_id).first()
    today = timezone.localdate()
    rights = (*RIGHTS.values(), Right.CHANGE_PROPOSE)
    if found and any(found.unit_id in reach(subject, right, today) for right in rights if subject.may(right)):
        return found
    raise Problem("CHG-UNKNOWN")


def in_batch(found: Batch) -> QuerySet[Change]:
    """The changes of a batch in order of name."""
    return found.changes.select_related("dossier").order_by("full_name", "pk")


def counts(found: Batch) -> dict[str, int]:
    """How many changes of a batch stand in each state."""
    return dict(found.changes.order_by().values_list("state").annotate(n=Count("pk")))


def mine(subject: Subject) -> QuerySet[Change]:
    """Changes this person declared, or that concern their own dossier, newest first."""
    declared = Step.objects.filter(change=OuterRef("pk"), step="declare", user_id=subject.user_id)
    return Change.objects.filter(
        Q(Exists(declared), batch__isnull=True) | Q(person_key=subject.person_key)
    ).order_by("-created_at")


def pending_for(person_key: UUID) -> QuerySet[Change]:
    """Changes pending for a person."""
    return Change.objects.filter(person_key=person_key, state__in=PENDING).order_by("created_at")


def ready_to_sign(subject: Subject, most: int) -> Sequence[Change]:
    """Verified changes this person may sign now, oldest first, at most so many, one per dossier."""
    changes = inbox(subject, "approve").distinct()
    seen: set[UUID] = set()
    chosen = []
    for found in changes[: most * 2]:
        if found.person_key not in seen and len(chosen) < most:
            seen.add(found.person_key)
            chosen.append(found)
    return chosen


def approved_count() -> int:
    """How many changes were approved."""
    return Change.objects.filter(state=State.APPROVED).count()
