"""Jobs asked for on a page and done by the worker: procrastinate, in the node's own database."""

from __future__ import annotations

import asyncio
import threading

import structlog
from procrastinate.contrib.django import app

log = structlog.get_logger()


def run_until(stop: threading.Event) -> None:
    """Take jobs until told to stop; the current job is finished first."""
    asyncio.run(_run(stop))


async def _run(stop: threading.Event) -> None:
    worker_app = app.with_connector(app.connector.get_worker_connector())
    async with worker_app.open_async():
        task = asyncio.create_task(worker_app.run_worker_async(concurrency=1, install_signal_handlers=False))
        while not stop.is_set() and not task.done():
            await asyncio.sleep(0.5)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            log.info("jobs_stopped")
