"""A search for candidates over a whole component: recorded, narrowed by columns, those left judged by their documents.

Dossiers of the work lists' measure, with the row of columns each has. Asked are criteria as for a post of leadership,
which columns narrow to fewer than a page judges while somebody waits; everybody left is judged by rules. Measured is
the act as the page calls it, the slowest of five. Size: BENCH_MILESTONES (150,000).
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import worklists
from bench.nodes import component_node, told

MOST_SECONDS = 3.0
TIMES = 5
PURPOSE = "Tìm nguồn cho vị trí, chức danh: đo"
ASKED: tuple[tuple[str, Any, tuple[str, ...], bool], ...] = (
    ("education.highest_level", "at_least", ("7",), True),
    ("education.political_theory", "at_least", ("3",), True),
    ("rule:no_bar", "is", (), True),
    ("rule:years_left", "is", ("5",), False),
    ("rule:rated", "is", ("2", "3"), False),
)
MORE = """
INSERT INTO dossiers_head (dossier_id, {columns})
SELECT d.id, {copied} FROM dossiers_dossier d
JOIN dossiers_head o ON o.dossier_id = coalesce(nullif(d.id %% %(different)s, 0), %(different)s)
WHERE d.id > %(different)s"""


@dataclass
class Result:
    """Seconds of a search, and of this process's processor in it; whom it reached, judged and found."""

    people: int
    judged: int
    found: int
    seconds: float
    own: float
    ended: bool

    @property
    def holds(self) -> bool:
        """It ends within the limit, whatever the size."""
        return self.ended and self.seconds < MOST_SECONDS

    def text(self) -> str:
        """The measure for people."""
        return (
            f"candidates: {self.people:,} people, {self.judged:,} judged by their documents, {self.found:,} qualify; "
            f"{self.seconds:.2f} s, of processor {self.own:.2f} s (limit {MOST_SECONDS:.0f} s){told(self.holds)}"
        )


def run() -> Result:
    """Found a component, give it dossiers, search."""
    with tempfile.TemporaryDirectory() as folder, component_node(Path(folder), worklists.AGENCY):
        return measured(_found())


def _found() -> Any:
    """The dossiers with their columns, and an officer of the whole agency."""
    from django.db import connection
    from django.utils import timezone

    from ccvc.access.actions import grant_role
    from ccvc.access.domain import EVERYWHERE, Subject
    from ccvc.access.selectors import subject_of
    from ccvc.accounts.models import User
    from ccvc.organisations.actions import load_catalogue

    load_catalogue()
    worklists.fill()
    different = min(worklists.DIFFERENT, worklists.DOSSIERS)
    columns = _heads(different)
    with connection.cursor() as cursor:
        copied = ", ".join(f"o.{name}" for name in columns)
        more = MORE.format(columns=", ".join(columns), copied=copied)
        cursor.execute(more, {"different": different})
        cursor.execute("ANALYZE")
    user = User.objects.create(username="canbo", full_name="Cán bộ")
    grant_role(
        Subject.system("bench"),
        user=user,
        role="officer",
        unit_code=EVERYWHERE,
        valid_from=timezone.localdate(),
        basis="đo",
    )
    return subject_of(user)


def _heads(different: int) -> list[str]:
    """The rows of columns of the different documents; the names of their columns."""
    import orjson

    from ccvc.dossiers.heads import HEAD_COLUMNS
    from ccvc.dossiers.models import Head, Version
    from ccvc.dossiers.spans import Span, row_of

    def head(row: Version) -> Head:
        span = Span(orjson.loads(row.document), row.dossier.unit_id or 0, row.valid_from, row.known_at)
        columns = row_of(span, "unit_id", changes_on=None)
        return Head(dossier=row.dossier, **{name: columns[name] for name in HEAD_COLUMNS})

    rows = Version.objects.filter(dossier_id__lte=different).select_related("dossier")
    Head.objects.bulk_create(map(head, rows.iterator()), batch_size=1000)
    return HEAD_COLUMNS


def measured(subject: Any) -> Result:
    """The search, the slowest of five."""
    from ccvc.candidates import actions
    from ccvc.candidates.domain import Definition, Line

    asked = Definition(tuple(Line(name, test, values, must) for name, test, values, must in ASKED))
    slowest, own, search = 0.0, 0.0, None
    for _ in range(TIMES):
        started, begun = time.perf_counter(), time.process_time()
        search = actions.seek(subject, asked, PURPOSE)
        slowest = max(slowest, time.perf_counter() - started)
        own = max(own, time.process_time() - begun)
    if search is None:
        message = "nothing was sought"
        raise RuntimeError(message)
    return Result(search.reached, search.judged, search.holding, slowest, own, search.ended_at is not None)
