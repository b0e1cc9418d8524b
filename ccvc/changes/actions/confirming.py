"""The person confirms what another declared for them, or says why not. Source: NĐ 27/2026/NĐ-CP Điều 19."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import transaction

from ccvc.access.domain import Subject
from ccvc.changes.actions.recording import record, refusals_recorded
from ccvc.changes.models import PENDING, Change, Confirmation, State
from ccvc.changes.scope import Hand
from ccvc.changes.selectors import known
from ccvc.standard.problems import Problem


@refusals_recorded("confirm")
@transaction.atomic
def confirm(subject: Subject, change_ids: Sequence[uuid.UUID]) -> int:
    """Record that the person confirms these changes of their dossier as true; returns how many.

    Problem CHG-UNKNOWN, CHG-NOT-ASKED.
    """
    changes = _asked(subject, change_ids)
    Change.objects.filter(pk__in=[c.pk for c in changes]).update(
        confirmation=Confirmation.GIVEN, waits_until=None
    )
    record("confirm", [(change, Hand(subject)) for change in changes])
    return len(changes)


@refusals_recorded("object")
@transaction.atomic
def object_to(subject: Subject, change_ids: Sequence[uuid.UUID], reason: str) -> int:
    """Send these changes of the person's dossier back to whoever declared them: they are not true.

    Problem CHG-UNKNOWN, CHG-NOT-ASKED, CHG-REASON.
    """
    changes = _asked(subject, change_ids)
    if not reason.strip():
        raise Problem("CHG-REASON")
    Change.objects.filter(pk__in=[c.pk for c in changes]).update(
        state=State.RETURNED, returned_reason=reason, due_at=None
    )
    record("object", [(change, Hand(subject)) for change in changes], reason)
    return len(changes)


def _asked(subject: Subject, change_ids: Sequence[uuid.UUID]) -> list[Change]:
    """The pending changes, locked, which this very person is asked to confirm."""
    seen = known(subject, change_ids)
    changes = list(Change.objects.select_for_update().filter(pk__in=seen).order_by("pk"))
    for change in changes:
        own = subject.person_key is not None and change.person_key == subject.person_key
        if not own or change.confirmation != Confirmation.ASKED or change.state not in PENDING:
            raise Problem("CHG-NOT-ASKED")
    return changes
