"""Hand-overs in the demonstration: two people leave one province for another; the nodes' workers carry them on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone

GIVER, RECEIVER = "H41", "H56"
DECISIONS = ("15/QĐ-GL", "16/QĐ-GL")


def begin(subject: Any) -> int:
    """Begin to hand over the first people, by name, who may be read and have nothing in the way; how many."""
    from ccvc.changes.models import PENDING, Change
    from ccvc.dossiers.selectors import heads
    from ccvc.transfers import actions

    if settings.CCVC_AGENCY != GIVER:
        return 0
    busy = set(Change.objects.filter(state__in=PENDING).values_list("person_key", flat=True))
    free = [head for head in heads(subject)[5:50] if head.dossier.key not in busy]
    free = [head for head in free if not actions.hindrances(head.dossier.key)]
    for head, decision in zip(free, DECISIONS, strict=False):
        actions.begin(
            subject,
            head.dossier.key,
            RECEIVER,
            timezone.localdate(),
            decision=decision,
            decided_on=timezone.localdate(),
        )
    return min(len(free), len(DECISIONS))
