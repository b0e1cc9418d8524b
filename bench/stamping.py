"""Approving while what was approved before is being stamped, beside approving with nothing to stamp.

A real worker's rounds in a process of their own stamp a queue that approvals keep filling, at a stand-in time-stamping
service in a third process; approvals are signed one after another, as the page does it, under a passphrase that takes
next to nothing to stretch. The 99th percentile while stamping may be at most 1.5 times the one without, in one run.
Phases take turns, so that whatever else the machine does falls on both. Size: BENCH_APPROVALS (400 in each).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from unittest.mock import patch

from bench.nodes import component_node

APPROVALS = int(os.environ.get("BENCH_APPROVALS", "400"))
TURNS = 4
WARM = 20
MOST = 1.5
AGENCY = "H41"
READY = "ready"


@dataclass
class Result:
    """Milliseconds of each approval, without and while stamping; how many were stamped meanwhile."""

    alone: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)
    stamped: int = 0
    waiting: int = 0

    @property
    def ratio(self) -> float:
        """99th percentile while stamping over the one without."""
        return _p99(self.beside) / _p99(self.alone)

    @property
    def holds(self) -> bool:
        """The limit holds, and stamping really went on meanwhile."""
        return self.ratio <= MOST and self.stamped > 0

    def text(self) -> str:
        """The measure for people."""
        return (
            f"approving while stamping: {len(self.beside)} approvals beside {self.stamped} stamped "
            f"({self.waiting} left waiting), {len(self.alone)} without\n"
            f"  without: {median(self.alone):.1f} ms, p99 {_p99(self.alone):.1f} ms\n"
            f"  while stamping: {median(self.beside):.1f} ms, p99 {_p99(self.beside):.1f} ms\n"
            f"  p99 is {self.ratio:.2f} times (limit {MOST})"
        )


def _p99(times: list[float]) -> float:
    return quantiles(times, n=100)[-1]


def run() -> Result:
    """Found a component whose approvals are stamped; approve without the worker and beside it, in turns."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        from ccvc.node.serving import free_port
        from ccvc.simulation.authority import DemoAuthority

        authority = DemoAuthority.open(root / "authority")
        authority.serve_at(free_port(8650))
        os.environ["CCVC_TIMESTAMP_URLS"] = f'["{authority.url("tsa")}"]'
        with (
            _process("-m", "ccvc.simulation.services", str(root / "authority")),
            component_node(root, AGENCY),
        ):
            return _measured(root / "home", authority)


def _measured(home: Path, authority: Any) -> Result:
    from ccvc.signing import services, store
    from ccvc.signing.actions import stamp_due
    from ccvc.signing.keys import Stretch

    cheap = patch.object(Stretch, "new", classmethod(lambda cls: cls(64, 1, 1, b"0123456789abcdef")))
    with cheap:
        from tests.people import found_agency

        user = found_agency(home).users["approver"]
        store.save_trust(home, "authority", [authority.issuer.cert])
        _approve(user, WARM)
        stamp_due(most=WARM)
        result = Result()
        for _ in range(TURNS):
            result.alone += _approve(user, APPROVALS // TURNS)
            before = services.stamping().waiting
            with _process("-m", "bench.stamping", str(home)) as worker:
                if worker.stdout is not None:
                    worker.stdout.readline()
                times = _approve(user, APPROVALS // TURNS)
                result.beside += times
            result.waiting = services.stamping().waiting
            result.stamped += before + len(times) - result.waiting
    return result


def _approve(user: Any, count: int) -> list[float]:
    from ccvc.ledger.actions import append
    from ccvc.signing import merkle
    from ccvc.signing.actions import sign_batch
    from tests.people import PASSPHRASE

    taken = []
    for _ in range(count):
        leaves = [merkle.leaf_hash(os.urandom(16))]
        started = time.perf_counter()
        sign_batch(user, PASSPHRASE, leaves, agency=AGENCY, purpose="bench", audit=append)
        taken.append((time.perf_counter() - started) * 1000)
    return taken


@contextmanager
def _process(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    """The worker's rounds, one after the other without its pauses between them, until told to end."""
    import django

    os.environ["CCVC_HOME"] = sys.argv[1]
    django.setup()
    from ccvc.node.worker import STAMPED_AT_ONCE
    from ccvc.signing.actions import stamp_due

    stamp_due(most=1)
    print(READY, flush=True)
    while True:
        stamp_due(most=STAMPED_AT_ONCE, gently=True)


if __name__ == "__main__":
    main()
