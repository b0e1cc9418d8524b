"""Judging the quality of dossiers: a whole round on all processors, from stored documents to findings and scores.

Documents of synthetic people with one contradiction in ten, as last approved versions. The limit is people a second by
the clock, starting the processes included; a second round over the same people must find nothing due. Size:
BENCH_DOSSIERS (20,000).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from bench.nodes import component_node, kept_signature

DOSSIERS = int(os.environ.get("BENCH_DOSSIERS", "20000"))
LEAST = 1500
AT_ONCE = 1000
ONE_IN = 10
AGENCY = "H41"


@dataclass
class Result:
    """How many people, in how much time, with how many findings; and who was due a second time."""

    people: int
    seconds: float
    findings: int
    again: int

    @property
    def rate(self) -> float:
        """People a second, by the clock."""
        return self.people / self.seconds

    @property
    def holds(self) -> bool:
        """The limit holds, and nobody is due twice."""
        return self.rate >= LEAST and self.again == 0

    def text(self) -> str:
        """The measure for people."""
        return (
            f"data quality: {self.people:,} dossiers, {self.findings:,} findings, {self.rate:,.0f} a second by the "
            f"clock (limit {LEAST:,}), {self.again} due again"
        )


def run() -> Result:
    """Found a component, give it dossiers, judge them."""
    with tempfile.TemporaryDirectory() as folder, component_node(Path(folder), AGENCY):
        return _judged()


def _judged() -> Result:
    from ccvc.quality.actions import judge_due
    from ccvc.quality.models import Finding

    _fill()
    done = judge_due()
    return Result(done.people, done.seconds, Finding.objects.count(), judge_due().people)


def _documents() -> Iterator[dict[str, Any]]:
    from ccvc.simulation.agencies import units_for
    from ccvc.simulation.contradictions import contradict
    from ccvc.simulation.people import people

    for number, one in zip(count(), people(1, AGENCY, units_for(AGENCY, DOSSIERS), DOSSIERS), strict=False):
        planted = next(contradict([one.document], number), None) if number % ONE_IN == 0 else None
        yield planted.document if planted else one.document


def _fill() -> None:
    from django.utils import timezone

    from ccvc.dossiers.models import Dossier, Version
    from ccvc.standard import canonical

    now, places, signature = timezone.now(), count(1), kept_signature()
    fixed = {"number": 1, "statement": "{}", "valid_from": now.date(), "known_at": now, "leaf": 0}
    waiting: list[dict[str, Any]] = []
    for document in _documents():
        waiting.append(document)
        if len(waiting) < AT_ONCE:
            continue
        dossiers = Dossier.objects.bulk_create(
            Dossier(agency_code=AGENCY, unit_id=n % 50 + 1, current_number=1, opened_at=now)
            for n in range(len(waiting))
        )
        Version.objects.bulk_create(
            Version(
                dossier=dossier,
                position=(place := next(places)),
                hash=place.to_bytes(32, "big"),
                document=canonical(whole).decode(),
                signature_id=signature.pk,
                **fixed,
            )
            for dossier, whole in zip(dossiers, waiting, strict=True)
        )
        waiting = []
