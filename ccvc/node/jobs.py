"""Jobs asked for on a page and done by the worker: procrastinate, in the node's own database."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import Any

from procrastinate.contrib.django import app


def run_until(stop: threading.Event) -> None:
    """Take jobs until told to stop; the current job is finished first."""
    asyncio.run(_run(stop))


async def _run(stop: threading.Event) -> None:
    connector: Any = app.connector
    worker = app.with_connector(connector.get_worker_connector())
    async with worker.open_async():
        working = asyncio.create_task(worker.run_worker_async(concurrency=1, install_signal_handlers=False))
        await asyncio.to_thread(stop.wait)
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
