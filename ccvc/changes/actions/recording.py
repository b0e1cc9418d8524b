"""Writing the steps taken on changes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from itertools import groupby

from django.utils import timezone

from ccvc.access.domain import Right, Subject
from ccvc.changes.domain import Taken
from ccvc.changes.models import Change, Step
from ccvc.changes.scope import role_for


def record(subject: Subject, step: str, changes: Sequence[Change], right: Right, note: str = "") -> None:
    """One step on each of these changes, with the actor's name and role as they are now."""
    moment, role = timezone.now(), role_for(subject, right)
    Step.objects.bulk_create(
        [
            Step(
                change=change,
                step=step,
                user_id=subject.user_id,
                account=subject.username,
                name=subject.full_name,
                role=role,
                at=moment,
                note=note,
            )
            for change in changes
        ],
        batch_size=1000,
    )


def steps_taken(changes: Sequence[Change]) -> dict[uuid.UUID, list[Taken]]:
    """Steps of each change, in order."""
    rows = Step.objects.filter(change__in=changes).order_by("change_id", "pk")
    result: dict[uuid.UUID, list[Taken]] = {c.pk: [] for c in changes}
    for change_id, steps in groupby(rows, key=lambda s: s.change_id):
        result[change_id] = [Taken(s.step, s.user_id, s.account, s.name, s.at) for s in steps]
    return result
