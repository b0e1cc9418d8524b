"""Moving changes to the step they await next, with its time limit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from django.utils import timezone

from ccvc.changes.domain import AWAITING
from ccvc.changes.models import Change


def await_step(changes: Sequence[Change], step_of: Callable[[Change], str]) -> None:
    """Each of these locked changes awaits this step from now on; what was said of its last limit is over."""
    now = timezone.now()

    def target(change: Change) -> tuple[int, str]:
        return (change.procedure_id or 0, step_of(change))

    for (_, step), group in groupby(sorted(changes, key=target), key=target):
        rows = list(group)
        due = rows[0].terms.due(step, now)
        Change.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=AWAITING[step], awaited_since=now, due_at=due, reminded=""
        )
