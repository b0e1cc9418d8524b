"""The node's background process: takes jobs, and runs the exchange's rounds and the daily work."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable

import django
import structlog

from ccvc.node.settings import node_settings

log = structlog.get_logger()
DAY = 24 * 3600.0


def main() -> None:
    """Work until SIGTERM or SIGINT; a round that fails is logged and tried again at the next turn."""
    django.setup()
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    rounds = {
        "exchange": (exchange_round, node_settings().exchange_interval),
        "daily": (daily_round, DAY / 24),
    }
    due = dict.fromkeys(rounds, 0.0)
    jobs = threading.Thread(target=run_jobs, args=(stop,), name="jobs", daemon=True)
    jobs.start()
    while not stop.is_set():
        for name, (act, interval) in rounds.items():
            if time.monotonic() >= due[name]:
                attempt(name, act)
                due[name] = time.monotonic() + interval
        stop.wait(0.5)
    jobs.join(timeout=10)


def attempt(name: str, act: Callable[[], object]) -> None:
    """Run one round; whatever it raises is logged, so that the next round comes."""
    from django.db import close_old_connections

    close_old_connections()
    try:
        act()
    except Exception:
        log.exception("round_failed", round=name)


def exchange_round() -> None:
    """Send what waits, fetch what has come, process it."""
    from ccvc.exchange import tasks

    tasks.send_all()
    tasks.receive_all()


def daily_round() -> None:
    """Derive again what changes by today; sign the ledger's head."""
    from django.utils import timezone

    from ccvc.dossiers.actions import derive_heads
    from ccvc.ledger.actions import sign_head
    from ccvc.registry.actions import derive_people

    derive_heads(due_on=timezone.localdate())
    derive_people()
    sign_head()


def run_jobs(stop: threading.Event) -> None:
    """Take jobs (reading an intake, and other long work asked for on a page) until told to stop."""
    from ccvc.node.jobs import run_until

    run_until(stop)


if __name__ == "__main__":
    main()
