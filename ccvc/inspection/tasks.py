"""Verifying the log every week: one job of the worker's, which may take long."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from ccvc.inspection.actions import verify_ledger
from ccvc.inspection.watching import last_verified

EVERY = timedelta(days=7)
BY = "system:weekly"


@app.task(queue="inspection", name="inspection.verify", queueing_lock="inspection.verify")
def verify_log() -> None:
    """Verify the whole log and keep what came of it; every fault is kept, up to a number."""
    if due():
        verify_ledger(BY, all_faults=True)


def due() -> bool:
    """Whether the log was not verified for a week."""
    last = last_verified()
    return last is None or timezone.now() - last >= EVERY


def verify_weekly() -> bool:
    """Have the log verified if it is due; whether a job was given."""
    if not due():
        return False
    with suppress(AlreadyEnqueued), transaction.atomic():
        verify_log.defer()
        return True
    return False
