"""Saying why a change may be approved though a paper it rests on is missing."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Subject
from ccvc.evidence.models import Waiver
from ccvc.ledger import actions as ledger
from ccvc.standard.problems import Problem

KIND = "evidence_waived"
SHORTEST, LONGEST = 10, 500


@transaction.atomic
def waive(subject: Subject, change_ids: Sequence[UUID], reason: str) -> int:
    """Keep the reason for each change, whom the caller has judged; Problem EVI-WAIVER. Lock: the ledger's head."""
    said = " ".join(reason.split())
    if not SHORTEST <= len(said) <= LONGEST:
        raise Problem("EVI-WAIVER", where="reason", least=SHORTEST, most=LONGEST)
    now = timezone.now()
    Waiver.objects.bulk_create(
        Waiver(
            change_id=change_id,
            user_id=subject.user_id,
            account=subject.username,
            name=subject.full_name,
            reason=said,
            at=now,
        )
        for change_id in change_ids
    )
    told = {"changes": [str(change_id) for change_id in change_ids], "by": subject.username, "reason": said}
    ledger.append(KIND, f"waiver:{change_ids[0]}", {**told, "request": subject.request_id})
    return len(change_ids)
