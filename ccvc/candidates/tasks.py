"""Searches too large for a page, made by the node's worker: one job a search."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from ccvc.candidates import actions
from ccvc.candidates.models import Search


@app.task(queue="candidates", name="candidates.go_on")
def go_on(search_id: str) -> None:
    """Judge what a search still lacks; done again after a kill, it goes on where it stood."""
    actions.go_on(UUID(search_id))


def enqueue(search_id: UUID) -> None:
    """Have it gone on with, unless a job waits to."""
    with suppress(AlreadyEnqueued):
        go_on.configure(queueing_lock=f"candidates-{search_id}").defer(search_id=str(search_id))


def take_up() -> None:
    """Have every search that is not at its end gone on with, and old lists taken away."""
    for search_id in Search.objects.filter(ended_at=None).values_list("pk", flat=True):
        enqueue(search_id)
    actions.sweep()
