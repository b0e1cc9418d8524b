"""Work lists of a component: a raise list from scratch, everyone's milestones kept, a list from these, one person.

Documents of 10,000 synthetic people as last approved versions, each many times over under keys of their own. From
scratch means: every stored document read, parsed and asked for its raise by all processors, starting them included,
nothing known from before. Size: BENCH_MILESTONES (150,000).
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.nodes import component_node, kept_signature
from bench.nodes import told as verdict

DOSSIERS = int(os.environ.get("BENCH_MILESTONES", "150000"))
DIFFERENT = 10_000
AGENCY, PERIOD = "H41", "12"
MOST_SECONDS, OF_PEOPLE = 10.0, 150_000
MOST_MILLISECONDS = 20.0
ASKED = 100
TIMES = """
INSERT INTO dossiers_dossier (key, agency_code, unit_id, current_number, opened_at)
SELECT gen_random_uuid(), agency_code, unit_id, 1, opened_at FROM dossiers_dossier, generate_series(2, %s)
"""
VERSIONS = """
INSERT INTO dossiers_version
  (dossier_id, number, position, hash, statement, document, valid_from, known_at, signature_id, leaf)
SELECT d.id, 1, d.id, decode(md5(d.id::text), 'hex'), '{}', o.document, current_date, now(), %s, 0
FROM dossiers_dossier AS d JOIN bench_documents AS o ON o.number = d.id %% %s
"""


@dataclass
class Result:
    """Seconds of each, for so many people; milliseconds of one person's answer, the slowest of a hundred."""

    people: int
    scratch: float
    due: int
    kept: float
    listed: float
    one: float

    @property
    def holds(self) -> bool:
        """Both limits hold; the first is for 150,000 people."""
        return self.scratch * OF_PEOPLE / self.people < MOST_SECONDS and self.one < MOST_MILLISECONDS

    def text(self) -> str:
        """The measure for people."""
        return (
            f"work lists: {self.people:,} dossiers; raise list from scratch {self.scratch:.1f} s, {self.due:,} due "
            f"(limit {MOST_SECONDS:.0f} s for {OF_PEOPLE:,}); everyone's milestones computed and kept "
            f"{self.kept:.1f} s; the list with its numbers from these {self.listed:.2f} s; one person with explanation "
            f"{self.one:.1f} ms at most (limit {MOST_MILLISECONDS:.0f} ms){verdict(self.holds)}"
        )


def run() -> Result:
    """Found a component, give it dossiers, ask."""
    with tempfile.TemporaryDirectory() as folder, component_node(Path(folder), AGENCY):
        fill()
        return measured()


def fill() -> None:
    """Dossiers with one version each."""
    from django.db import connection
    from django.utils import timezone

    from ccvc.dossiers.models import Dossier

    different = min(DIFFERENT, DOSSIERS)
    now, signature = timezone.now(), kept_signature()
    Dossier.objects.bulk_create(
        Dossier(agency_code=AGENCY, unit_id=n % 50 + 1, current_number=1, opened_at=now)
        for n in range(different)
    )
    with connection.cursor() as cursor:
        cursor.execute(TIMES, [DOSSIERS // different])
        cursor.execute("CREATE TEMPORARY TABLE bench_documents (number int PRIMARY KEY, document text)")
        with cursor.copy("COPY bench_documents FROM STDIN") as copy:
            for number, document in enumerate(_documents(different)):
                copy.write_row((number, document))
        cursor.execute(VERSIONS, [signature.pk, different])
        cursor.execute("ANALYZE")


def _documents(different: int) -> Iterator[str]:
    from ccvc.simulation.agencies import units_for
    from ccvc.simulation.people import people
    from ccvc.standard import canonical

    return (
        canonical(one.document).decode() for one in people(1, AGENCY, units_for(AGENCY, different), different)
    )


def measured() -> Result:
    """Each measure once."""
    from ccvc.worklists.actions import compute_due

    scratch, due = _from_scratch()
    kept = compute_due()
    return Result(kept.people, scratch, due, kept.seconds, _listed(due), _one_person())


def _raises() -> Any:
    from ccvc.worklists.domain import list_named

    return list_named("raise_regular")


def _from_scratch() -> tuple[float, int]:
    """Everyone's raise, of the documents as they are."""
    from django.utils import timezone

    from ccvc.standard.together import collecting_seldom, processors
    from ccvc.worklists.actions.computing import SLICE
    from ccvc.worklists.selectors.due import slices
    from ccvc.worklists.working import compute_together

    today, work = timezone.localdate(), _raises()
    until, due = work.band(today, PERIOD).until, 0
    started = time.perf_counter()
    with collecting_seldom():
        for _people, found in compute_together(today, slices(today, "", SLICE), processors(0), ("raise",)):
            told = (one for each in found for one in each)
            due += sum(kind in work.kinds and bool(last and last <= until) for _, kind, _, last in told)
    return time.perf_counter() - started, due


def _listed(expected: int) -> float:
    """The same list with its numbers, from what is kept; it must name as many."""
    from django.utils import timezone

    from ccvc.worklists.selectors import Asked
    from ccvc.worklists.selectors.lists import told as listed
    from ccvc.worklists.selectors.lists import totals

    units, asked = frozenset(range(1, 51)), Asked(timezone.localdate(), period=PERIOD)
    started = time.perf_counter()
    ((_work, counts),) = totals([_raises()], units, asked)
    rows = [row for row in listed(_raises(), units, asked) if row["day"]]
    seconds = time.perf_counter() - started
    if not counts.due == len(rows) == expected:
        message = f"another list: {counts.due}, {len(rows)}, {expected}"
        raise RuntimeError(message)
    return seconds


def _one_person() -> float:
    """Every list's answer of one person, from the database to the sentences."""
    from django.utils import timezone

    from ccvc.dossiers.models import Dossier
    from ccvc.dossiers.selectors import current_documents
    from ccvc.rules.milestones import milestones
    from ccvc.worklists import presentation
    from ccvc.worklists.domain import lists
    from ccvc.worklists.selectors.lists import answered

    slowest, today = 0.0, timezone.localdate()
    for key in Dossier.objects.order_by("key").values_list("key", flat=True)[:ASKED]:
        started = time.perf_counter()
        document = current_documents([key])[key][1]
        found = milestones(document, today)
        for work in lists():
            _standing, milestone = answered(work, found, work.band(today))
            presentation.reasons(milestone)
        slowest = max(slowest, time.perf_counter() - started)
    return slowest * 1000
