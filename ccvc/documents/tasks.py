"""Documents of many people, made by the node's worker: one job a run."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from ccvc.documents import actions


@app.task(queue="documents", name="documents.go_on")
def go_on(run_id: str) -> None:
    """Issue what a run still lacks; done again after a kill, it goes on where it stood."""
    actions.go_on(UUID(run_id))
