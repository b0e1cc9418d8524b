"""Whether whoever signed held the right to on that day: by grants and delegations as they stood at that moment."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from ccvc.access.models import Delegation, Grant
from ccvc.access.policy import Right, policy
from ccvc.signing.approvals import Statement
from ccvc.signing.authority import Judge
from ccvc.signing.verdicts import Check, check

SECOND = timedelta(seconds=1)
"""Signed statements name whole seconds: what happened within that second had happened before the signature."""


def judge_of(right: Right) -> Judge:
    """The judge of signatures that need a right."""
    return lambda stated, at: _judge(right, stated, at)


def _judge(right: Right, stated: Statement, at: datetime) -> Check | None:
    """Nothing where another agency answers for its own people: this node knows of none of their rights."""
    own = settings.CCVC_AGENCY
    if stated.agency != own and not stated.agency.startswith(f"{own}."):
        return None
    account = stated.approver.account
    held = _grant(right, account, at) or _delegation(right, account, at)
    if held is None:
        return check("authority", "unknown", "SIG-AUTHORITY-UNKNOWN", account=account)
    return check("authority", "valid", "SIG-CHECKED-AUTHORITY", account=account, basis=held)


def _grant(right: Right, account: str, at: datetime) -> str | None:
    """The decision a grant rests on that gave the right at a moment."""
    day = timezone.localdate(at)
    roles = [name for name, role in policy().roles.items() if right in role.rights]
    rows = Grant.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=day),
        Q(withdrawn_at=None) | Q(withdrawn_at__gt=at),
        user__username=account,
        role__in=roles,
        valid_from__lte=day,
        granted_at__lt=at + SECOND,
    )
    return rows.order_by("valid_from", "pk").values_list("basis", flat=True).first()


def _delegation(right: Right, account: str, at: datetime) -> str | None:
    """The number of a delegation that gave the right at a moment."""
    day = timezone.localdate(at)
    rows = Delegation.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=at),
        delegate__username=account,
        rights__contains=[right.value],
        valid_from__lte=day,
        valid_to__gte=day,
        recorded_at__lt=at + SECOND,
    )
    return rows.order_by("valid_from", "pk").values_list("document_number", flat=True).first()
