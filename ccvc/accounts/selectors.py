"""Reads of accounts and attempts."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Max, Q, QuerySet

from ccvc.accounts.domain import ALLOWANCE, WINDOW, waiting_time
from ccvc.accounts.models import SignInAttempt

Outcome = SignInAttempt.Outcome


def waiting_left(attempt: SignInAttempt) -> timedelta:
    """How long this attempt comes too early, by the failures before it; zero when it may proceed."""
    before = SignInAttempt.objects.filter(id__lt=attempt.id, at__gte=attempt.at - WINDOW)
    account = before.filter(username=attempt.username)
    counted = (
        (_since_success(account.filter(address=attempt.address)), ALLOWANCE.account_at_address),
        (_since_success(account), ALLOWANCE.account),
        (before.filter(address=attempt.address), ALLOWANCE.address),
    )
    return max(_left(attempt, rows, allowed) for rows, allowed in counted)


def _since_success(rows: QuerySet[SignInAttempt]) -> QuerySet[SignInAttempt]:
    last = rows.filter(outcome=Outcome.SUCCEEDED).aggregate(last=Max("id"))["last"]
    return rows.filter(id__gt=last) if last else rows


def _left(attempt: SignInAttempt, rows: QuerySet[SignInAttempt], allowed: int) -> timedelta:
    failed = Q(outcome=Outcome.FAILED)
    found = rows.aggregate(failures=Count("id", filter=failed), last=Max("at", filter=failed))
    if found["last"] is None:
        return timedelta(0)
    until: datetime = found["last"] + waiting_time(found["failures"], allowed)
    return max(until - attempt.at, timedelta(0))
