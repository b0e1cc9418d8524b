"""One decision about as many people as one holds: a regular raise, drafted, submitted, opened to be signed, signed.

People with dossiers of their own approved versions, on a durable database. Submission numbers the decision, asks
every check, seals the answers, proposes a change a person and lays the document out with its list; the signature does
the checks and the answers again, signs document and changes, and commits a version a person. The limits are seconds
by the clock, for 2,000 people (in proportion for others): an officer who submits waits in front of the page, and a
request that takes longer than MOST_SUBMITTING may be taken for a hung one; whoever signs is told that it takes a
while, and an intermediary gives a request up after a minute. The register of numbers is locked by no more than
the rest of the act that took one. Size: BENCH_DECISIONS (2,000). Stretching the passphrase is no part of it.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.changes import cheap_passphrases
from bench.nodes import component_node, told

PEOPLE = int(os.environ.get("BENCH_DECISIONS", "2000"))
MOST_SUBMITTING, MOST_SIGNING = (limit * PEOPLE / 2_000 for limit in (15.0, 30.0))
AGENCY = "H41"


@dataclass
class Result:
    """How many people; by step the seconds by the clock and those of the processor, and statements to the database."""

    people: int
    clock: dict[str, float] = field(default_factory=dict)
    busy: dict[str, float] = field(default_factory=dict)
    statements: dict[str, int] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Both limits hold."""
        return self.clock["submission"] <= MOST_SUBMITTING and self.clock["signature"] <= MOST_SIGNING

    def text(self) -> str:
        """The measure for people."""
        limits = {"submission": MOST_SUBMITTING, "signature": MOST_SIGNING}
        lines = [
            f"  {name}: {seconds:.1f} s ({self.busy[name]:.1f} s of this process), {self.statements[name]:,} statements"
            + (f" (limit {limits[name]:.0f} s{told(seconds <= limits[name])})" if name in limits else "")
            for name, seconds in self.clock.items()
        ]
        return "\n".join([f"one decision about {self.people:,} people", *lines])


def run() -> Result:
    """Found a component with people, and decide on all of them at once."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with component_node(root, AGENCY), cheap_passphrases():
            return _measured(root / "home")


def _measured(home: Path) -> Result:
    from django.test.utils import setup_test_environment

    setup_test_environment()
    from ccvc.decisions import actions, signing
    from tests.decisions.world import terms
    from tests.people import PASSPHRASE, found_agency, pass_steps

    agency = found_agency(home)
    keys = _people(agency, PEOPLE)
    officer, approver, result = agency.subject("officer"), agency.subject("approver"), Result(len(keys))
    row = _timed(result, "draft", lambda: actions.draft(officer, "raise_regular", keys, terms()))
    row = _timed(result, "submission", lambda: actions.submit(officer, row.pk))
    pass_steps(agency, list(row.people.values_list("change_id", flat=True)))
    root = _timed(result, "opened to be signed", lambda: signing.prepare(approver, row.pk)).root
    _timed(result, "signature", lambda: signing.sign(approver, row.pk, PASSPHRASE, root))
    return result


def _timed(result: Result, name: str, act: Callable[[], Any]) -> Any:
    from django.db import connection

    counted: list[None] = []

    def count(execute: Any, *given: Any) -> Any:
        counted.append(None)
        return execute(*given)

    with connection.execute_wrapper(count):
        started, busy = time.perf_counter(), time.process_time()
        done = act()
        result.clock[name] = time.perf_counter() - started
        result.busy[name] = time.process_time() - busy
    result.statements[name] = len(counted)
    return done


def _people(agency: Any, count: int) -> list[UUID]:
    """So many civil servants whose raise is due, approved together."""
    from django.utils import timezone

    from ccvc.changes import actions as changes
    from ccvc.changes.domain import Proposal
    from ccvc.changes.models import Change
    from tests.decisions.world import civil_servant
    from tests.people import UNIT, approve, pass_steps

    today = timezone.localdate()
    proposals = [
        Proposal(person_key=None, unit_code=UNIT, document=civil_servant(n), valid_from=today, reason="bench")
        for n in range(1, count + 1)
    ]
    said = {"title": "bench", "origin": "intake", "source": "bench", "unit_code": UNIT}
    batch = changes.propose_batch(agency.subject("officer"), proposals=proposals, **said).batch
    ids = list(Change.objects.filter(batch=batch).values_list("pk", flat=True))
    pass_steps(agency, ids)
    return [version.dossier.key for version in approve(agency, ids)]
