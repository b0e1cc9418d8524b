"""Judging what is due: every dossier whose version, day or rules are not those it was judged by.

Slices of people in order of key, each its own transaction: killed anywhere, the next round goes on with what is left.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from ccvc.quality.domain import Judged, Place
from ccvc.quality.models import Assessment, Finding, Returned
from ccvc.quality.selectors.due import due
from ccvc.quality.working import Found, Slice, judge_here, judge_together
from ccvc.standard.quality import FAMILIES, Judge, scores
from ccvc.standard.together import collecting_seldom, processors

SLICE = 1000
FEW_SLICES = 4  # no more are judged in this process: starting others would take longer
LOCK = 0x5155414C  # the advisory lock of judging: "QUAL"
WRITTEN = [
    "agency_code",
    "unit_id",
    "number",
    "judged_on",
    "edition",
    "papers",
    *(f"{f}_score" for f in FAMILIES),
]
RENEWED = ["family", "severity", "sensitivity", "params", "suggestion", "counts", "state", "until", "sent_at"]
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Round:
    """What a round did."""

    people: int
    seconds: float

    @property
    def speed(self) -> float:
        """People a second."""
        return self.people / self.seconds if self.seconds else 0.0


def judge_due(progress: Progress | None = None, *, again: bool = False) -> Round:
    """Judge whatever is due (`again`: everyone), and keep the day's scores if anything was."""
    today, started, done = timezone.localdate(), time.perf_counter(), 0
    judge = Judge(today)
    with collecting_seldom():
        for people, found in _judged(judge, today, _slices(today, "" if again else judge.edition)):
            judged = [Judged(one, *each) for one, each in zip(people, found, strict=True)]
            write(judged, today, judge.edition)
            done += len(people)
            if progress:
                progress(done)
    if done:
        keep_scores(today)
    return Round(done, time.perf_counter() - started)


def judge_again(person: UUID) -> None:
    """Have one person judged at the next round, though neither version nor day is another: their papers are."""
    Assessment.objects.filter(person=person).update(judged_on=date.min)


def _slices(today: date, edition: str) -> Iterator[Slice]:
    after = UUID(int=0)
    while people := due(after, SLICE, today, edition):
        yield people
        after = people[-1].person


def _judged(judge: Judge, today: date, slices: Iterator[Slice]) -> Iterator[tuple[Slice, Found]]:
    """Slices with what is found; many are judged by several processes."""
    first, processes = [*islice(slices, FEW_SLICES + 1)], processors(settings.CCVC_JUDGING_PROCESSES)
    whole = chain(first, slices)
    if processes == 1 or len(first) <= FEW_SLICES:
        return judge_here(judge, whole)
    return judge_together(today, whole, processes)


@transaction.atomic
def write(people: Sequence[Judged], today: date, edition: str) -> None:
    """Store what was found in some dossiers in place of what was known of them. Lock: that of judging."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    keys = [one.person for one in people]
    known: dict[UUID, dict[Place, Finding]] = defaultdict(dict)
    for row in Finding.objects.filter(person__in=keys):
        known[row.person][row.rule, row.path] = row
    _write_findings(people, known, today)
    assessments = [_assessment(one, today, edition) for one in people]
    Assessment.objects.bulk_create(
        assessments, update_conflicts=True, unique_fields=["person"], update_fields=WRITTEN
    )


def _write_findings(people: Sequence[Judged], known: dict[UUID, dict[Place, Finding]], today: date) -> None:
    fresh: list[Finding] = []
    renewed: list[Finding] = []
    gone: list[int] = []
    for one in people:
        before, now = known.get(one.person, {}), one.rows()
        gone += [row.pk for place, row in before.items() if place not in now]
        for place, columns in now.items():
            if (row := before.get(place)) is None:
                fresh.append(Finding(person=one.person, since=today, **columns))
            elif _changed(row, columns, today):
                renewed.append(row)
    Finding.objects.filter(pk__in=gone).delete()
    Finding.objects.bulk_create(fresh, batch_size=SLICE)
    Finding.objects.bulk_update(renewed, RENEWED, batch_size=SLICE)
    _close_returned(people)


def _changed(row: Finding, columns: dict[str, object], today: date) -> bool:
    """Bring a row up to date; what was set aside is open again where it says something else, or its day has come."""
    different = {name: value for name, value in columns.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    over = row.until is not None and row.until <= today
    if over or different.keys() & {"params", "suggestion"}:
        row.state, row.until, row.sent_at = Finding.State.OPEN, None, None
    return bool(different) or over


def _assessment(one: Judged, today: date, edition: str) -> Assessment:
    return Assessment(
        person=one.person,
        agency_code=one.due.agency,
        unit_id=one.due.unit_id,
        number=one.due.number,
        judged_on=today,
        edition=edition,
        papers=one.papers,
        **{f"{family}_score": points for family, points in scores(one.findings).items()},
    )


def _close_returned(people: Sequence[Judged]) -> None:
    """Work the national node sent back is done once it is found here no more."""
    waiting = Returned.objects.filter(closed_at=None, person__in=[one.person for one in people])
    found = {(one.person, finding.rule, finding.path) for one in people for finding in one.findings}
    done = [row.pk for row in waiting if (row.person, row.rule, row.path) not in found]
    Returned.objects.filter(pk__in=done).update(closed_at=timezone.now())


SCORES = """
INSERT INTO quality_score ("on", agency_code, unit_id, family, people, points, findings)
SELECT %s, a.agency_code, a.unit_id, f.family, count(*), sum(f.points), coalesce(sum(n.findings), 0)
FROM quality_assessment AS a
CROSS JOIN LATERAL (
  VALUES ('correct', a.correct_score), ('complete', a.complete_score), ('clean', a.clean_score), ('live', a.live_score)
) AS f (family, points)
LEFT JOIN (SELECT person, family, count(*) AS findings FROM quality_finding WHERE counts GROUP BY person, family) AS n
  ON n.person = a.person AND n.family = f.family
GROUP BY a.agency_code, a.unit_id, f.family
ON CONFLICT ("on", agency_code, unit_id, family)
DO UPDATE SET people = excluded.people, points = excluded.points, findings = excluded.findings
"""


@transaction.atomic
def keep_scores(on: date) -> None:
    """The scores of a day, unit by unit and family by family, in place of those kept earlier that day."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute('DELETE FROM quality_score WHERE "on" = %s', [on])
        cursor.execute(SCORES, [on])
