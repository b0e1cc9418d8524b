"""The whole of taking in, in one call: for the command line, the demo and other rooms."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ccvc.access.domain import Subject
from ccvc.intake.actions.opening import open_intake
from ccvc.intake.actions.proposing import propose
from ccvc.intake.actions.reading import Progress, read
from ccvc.intake.models import Intake, State
from ccvc.intake.schemas import IntakeSummary, problem_of, summary
from ccvc.intake.shapes.mapping import Mapping
from ccvc.standard.problems import Problem


def take_in(
    subject: Subject,
    path: Path,
    unit_code: str,
    *,
    dry_run: bool = False,
    valid_from: date | None = None,
    progress: Progress | None = None,
    mapping: Mapping | None = None,
) -> IntakeSummary:
    """Open, read and (unless `dry_run`) propose a file; after a crash it goes on where it stood.

    Where rows wait for somebody to say whose they are, nothing is proposed yet. Raises INT-MAPPING-NEEDED where
    somebody must confirm columns first (`mapping` does so), the problems of `open_intake` and `propose`, and the
    problem of a file that could not be read.
    """
    opened = open_intake(subject, path, path.name, unit_code, valid_from=valid_from, mapping=mapping)
    if opened.state == State.MAPPING:
        raise Problem("INT-MAPPING-NEEDED", where=path.name, name=path.name)
    return carry_on(subject, opened, dry_run=dry_run, progress=progress)


def carry_on(
    subject: Subject, opened: Intake, *, dry_run: bool = False, progress: Progress | None = None
) -> IntakeSummary:
    """Read and (unless `dry_run`) propose what was opened, from wherever it stands. Raises as `take_in`."""
    intake = read(opened.pk, progress)
    problem = problem_of(intake)
    if problem is not None:
        raise problem
    if not dry_run and not intake.review:
        intake = propose(subject, intake.pk, progress)
    return summary(intake)
