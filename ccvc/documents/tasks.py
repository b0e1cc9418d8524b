"""Documents of many people, made by the node's worker: one job a run."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from ccvc.documents.models import Run


@app.task(queue="documents", name="documents.go_on")
def go_on(run_id: str) -> None:
    """Issue what a run still lacks; done again after a kill, it goes on where it stood."""
    from ccvc.documents import actions  # noqa: PLC0415 - half a second for PDF, which few processes need

    actions.go_on(UUID(run_id))


def take_up() -> None:
    """Have every run that is not at its end gone on with, as after a worker was killed in the middle of one."""
    for run_id in Run.objects.filter(ended_at=None).values_list("pk", flat=True):
        with suppress(AlreadyEnqueued):
            go_on.configure(queueing_lock=f"documents-{run_id}").defer(run_id=str(run_id))
