"""Saying why changes may be signed though a paper they rest on is missing."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import transaction

from ccvc.access.domain import Right, Subject, require
from ccvc.changes.actions.recording import refusals_recorded
from ccvc.changes.selectors import inbox, known
from ccvc.evidence import actions as evidence
from ccvc.standard.problems import Problem


@refusals_recorded("waive")
@transaction.atomic
def waive(subject: Subject, change_ids: Sequence[uuid.UUID], reason: str) -> int:
    """Say why changes ready for the subject's signature may do without a paper; Problem CHG-UNKNOWN, EVI-WAIVER."""
    require(subject, Right.CHANGE_APPROVE)
    ids = known(subject, change_ids)
    if inbox(subject, "approve").filter(pk__in=ids).count() != len(ids):
        raise Problem("CHG-UNKNOWN")
    return evidence.waive(subject, ids, reason)
