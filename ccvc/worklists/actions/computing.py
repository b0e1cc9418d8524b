"""Computing milestones: of every dossier whose version, day or rules are not those they were computed by.

Slices of people, each its own transaction: killed anywhere, the next round goes on with what is left.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from ccvc.registry.copying import copying, line_of
from ccvc.rules.reasons import edition
from ccvc.standard.together import collecting_seldom, processors
from ccvc.worklists.selectors.due import slices
from ccvc.worklists.working import Due, Found, Slice, compute_here, compute_together

SLICE = 1000
FEW_SLICES = 4  # no more are computed in this process: starting others would take longer
LOCK = 0x574F524B  # the advisory lock of computing: "WORK"
TABLE = "worklists_milestone"
COLUMNS = ("person", "topic", "kind", "first", "last")
COMPUTED = """
INSERT INTO worklists_computed (computed_on, edition, person, number)
SELECT %s, %s, * FROM unnest(%s::uuid[], %s::int[])
ON CONFLICT (person) DO UPDATE
SET number = excluded.number, computed_on = excluded.computed_on, edition = excluded.edition
"""


@dataclass(frozen=True, slots=True)
class Round:
    """What a round did."""

    people: int
    seconds: float


def compute_due(*, on: date | None = None) -> Round:
    """Compute whoever is due, by the rules of a day (today)."""
    today, started, done, rules = on or timezone.localdate(), time.perf_counter(), 0, edition()
    with collecting_seldom():
        for people, found in _computed(today, slices(today, rules, SLICE)):
            write(people, found, today, rules)
            done += len(people)
    return Round(done, time.perf_counter() - started)


def _computed(today: date, slices: Iterator[Slice]) -> Iterator[tuple[Slice, Found]]:
    first, processes = [*islice(slices, FEW_SLICES + 1)], processors(settings.CCVC_JUDGING_PROCESSES)
    whole = chain(first, slices)
    if processes == 1 or len(first) <= FEW_SLICES:
        return compute_here(today, whole)
    return compute_together(today, whole, processes)


@transaction.atomic
def write(people: Sequence[Due], found: Found, today: date, rules: str) -> None:
    """Keep the milestones of some people in place of those known of them. Lock: that of computing."""
    keys = [one.person for one in people]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("DELETE FROM worklists_milestone WHERE person = ANY(%s)", [keys])
        with copying(TABLE, COLUMNS) as line:
            for key, told in zip(keys, found, strict=True):
                for each in told:
                    line(line_of((key, *each)))
        cursor.execute(COMPUTED, [today, rules, keys, [one.number for one in people]])
