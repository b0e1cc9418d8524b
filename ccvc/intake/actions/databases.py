"""Taking in from an agency's database: read into a snapshot, which is then a file like any other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import orjson
from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.intake import storage
from ccvc.intake.actions.opening import open_intake
from ccvc.intake.actions.proposing import propose
from ccvc.intake.actions.reading import Progress
from ccvc.intake.actions.taking import carry_on
from ccvc.intake.databases import known
from ccvc.intake.databases.checking import check
from ccvc.intake.databases.fetching import Fetched, fetch
from ccvc.intake.databases.known import Origin
from ccvc.intake.databases.mapping import load
from ccvc.intake.databases.snapshot import Snapshot
from ccvc.intake.layout import MAIN
from ccvc.intake.models import DatabaseRead, Intake
from ccvc.intake.schemas import IntakeSummary
from ccvc.ledger import actions as ledger
from ccvc.organisations.selectors import unit_by_code
from ccvc.standard.problems import Problem


@dataclass(frozen=True, slots=True)
class DatabaseSummary:
    """What was read of a database, and what became of it; `intake` is None where nothing was new.

    `unlisted`: values no table of values lists, with how often each stands there, by table.
    """

    source: str
    whole: bool
    rows: Mapping[str, int]
    unlisted: Mapping[str, Mapping[str, int]]
    intake: IntakeSummary | None

    def as_json(self) -> dict[str, Any]:
        """The summary as plain JSON."""
        return asdict(self)


def take_database(
    subject: Subject,
    mapping: Path,
    *,
    full: bool = False,
    dry_run: bool = False,
    valid_from: date | None = None,
    progress: Progress | None = None,
) -> DatabaseSummary:
    """Read what a database holds that is new, keep it as a snapshot, and take that in as a file.

    What an earlier run left half proposed is finished first. The watermarks advance when the snapshot's
    intake is proposed to its end, whoever ends it. `full` reads all again. Raises INT-DB-…, ACC-DENIED,
    INT-UNIT-UNKNOWN and the problems of `take_in`.
    """
    source, text = load(mapping)
    check(source, timezone.localdate())
    _may_take(subject, source.unit)
    origin = Origin(source.name, source.unit, hashlib.sha256(text.encode()).hexdigest())
    if not dry_run and (begun := known.begun(origin)):
        propose(subject, begun.intake_id, progress)
    wanted = known.wanted(origin, full=full)
    with _place() as path:
        fetched = fetch(source, text, path, wanted, timezone.localdate())
        unlisted = Snapshot(path, source.name).unlisted()
        taken = None
        if _anybody(fetched, source.name, new=wanted.since is not None):
            opened = open_intake(subject, path, f"{source.name}.zip", source.unit, valid_from=valid_from)
            _remember(subject, origin, opened, fetched)
            taken = carry_on(subject, opened, dry_run=dry_run, progress=progress)
    return DatabaseSummary(source.name, wanted.since is None, fetched.rows, unlisted, taken)


def _may_take(subject: Subject, code: str) -> None:
    """Nothing of a database is read for whoever could not take it in."""
    unit = unit_by_code(code, timezone.localdate())
    if unit is None:
        raise Problem("INT-UNIT-UNKNOWN", where=code, unit=code)
    require(subject, Right.INTAKE_RUN, unit.code)


@contextmanager
def _place() -> Iterator[Path]:
    path = storage.arriving_place()
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _anybody(fetched: Fetched, name: str, *, new: bool) -> bool:
    """Whether anybody was read; Problem INT-DB-EMPTY where a whole database has nobody."""
    if not fetched.rows[MAIN] and not new:
        raise Problem("INT-DB-EMPTY", where=name)
    return fetched.rows[MAIN] > 0


@transaction.atomic
def _remember(subject: Subject, origin: Origin, intake: Intake, fetched: Fetched) -> None:
    """Note how far the snapshot reads, with the ledger; of a repeat that comes no further only when it was."""
    marks = orjson.dumps(fetched.marks, option=orjson.OPT_SORT_KEYS).decode()
    if DatabaseRead.objects.filter(intake=intake, marks=marks).update(read_at=timezone.now()):
        return
    facts = {"source": origin.source, "mapping_sha256": origin.mapping_sha256, "marks": marks}
    DatabaseRead.objects.update_or_create(intake=intake, defaults={**facts, "read_at": timezone.now()})
    payload = {
        "act": "intake-database",
        "by": subject.username,
        "source": origin.source,
        "mapping": origin.mapping_sha256,
        "sha256": intake.sha256,
        "unit": intake.unit_code,
        "request": subject.request_id,
    }
    ledger.append("administrative", f"intake:{intake.pk}", payload)
