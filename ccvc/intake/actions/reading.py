"""Reading a file: slice by slice, each committed with its place in the file, so that a crash costs one slice.

However often reading is broken off and taken up again, the verdicts are those of one uninterrupted run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from uuid import UUID

import orjson
from django.db import connection, transaction
from django.utils import timezone

from ccvc.access.domain import Right, Scope, Subject
from ccvc.access.policy import policy
from ccvc.catalogues.selectors import meant
from ccvc.dossiers import selectors as dossiers
from ccvc.intake import limits, reading, stage, storage
from ccvc.intake.actions.mapping import leave_again, mapping_of
from ccvc.intake.actions.seeking import Seeker, settle_repeated
from ccvc.intake.copying import copy_in
from ccvc.intake.findings import Finding
from ccvc.intake.judging import Judge, Judged, Task, Terms, judge_here, judge_together
from ccvc.intake.layout import MAIN, sheets
from ccvc.intake.models import DatabaseRead, Intake, IntakeFinding, IntakeRow, Match, State
from ccvc.intake.persons import UNIT
from ccvc.intake.stage import Slice, Stage, staged
from ccvc.intake.survey import missing_columns, survey
from ccvc.organisations.selectors import states, subtree
from ccvc.standard.problems import Problem
from ccvc.standard.together import collecting_seldom

Progress = Callable[[int, int], None]
"""Told (rows done, rows in all) after each slice."""

ROW = (
    "intake_id",
    "sheet",
    "row",
    "personal_id",
    "full_name",
    "unit_code",
    "kind",
    "person_key",
    "verdict",
    "document",
    "cells",
    "changed",
)
FINDING = (
    "intake_id",
    "person_row",
    "sheet",
    "row",
    "column",
    "path",
    "label",
    "code",
    "message",
    "next_step",
    "severity",
    "cell",
)

COUNTED = ("ok", "warning", "refused", "unchanged", "duplicate", "review")


def read(intake_id: UUID, progress: Progress | None = None) -> Intake:
    """Read an opened file to its end, from where it stood; a file read before is left as it is.

    A file that cannot be read becomes `failed`, with its problem; nothing of it is kept but the original.
    While another process reads the same file, this one leaves at once.
    """
    intake = Intake.objects.get(pk=intake_id)
    with _alone(intake) as alone:
        if alone and intake.state == State.READING:
            try:
                _read(intake, progress or _silent)
            except Problem as problem:
                _fail(intake, problem)
            storage.scratch(intake).unlink(missing_ok=True)
    return Intake.objects.get(pk=intake_id)


def _silent(_done: int, _total: int) -> None:
    """Tell nobody."""


@contextmanager
def _alone(intake: Intake) -> Iterator[bool]:
    """Whether no other process reads this file; the database forgets the lock of a process that dies."""
    key = intake.pk.int % 2**63
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        (got,) = cursor.fetchone()
        intake.refresh_from_db()
        try:
            yield got
        finally:
            if got:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def _read(intake: Intake, progress: Progress) -> None:
    with collecting_seldom(), _stage(intake) as rows:
        subject = in_unit(intake)
        _refuse_incomplete(intake, rows, subject)
        _start(intake, rows)
        terms = terms_of(intake)
        seeker = Seeker(intake, terms, rows, subject)
        for task, judged in _judged(terms, rows, intake, seeker):
            _write(intake, task, judged, seeker)
            progress(intake.done, intake.total)
        _finish(intake, rows, Judge(terms, rows))


def terms_of(intake: Intake) -> Terms:
    """What the whole file is judged by."""
    return Terms(intake.judged_on, intake.unit_code, _units(intake), _meant(intake))


def _meant(intake: Intake) -> Mapping[str, Mapping[str, str]]:
    """What the agency means by values of its own, in files and in the database the intake is a snapshot of."""
    read = DatabaseRead.objects.filter(intake=intake).first()
    return meant(intake.unit_id, read.source if read else "", intake.judged_on)


@contextmanager
def _stage(intake: Intake) -> Iterator[Stage]:
    """The scratch file of the intake, made from the original where it is not there."""
    path = storage.scratch(intake)
    original = storage.original(intake)
    if not path.exists():
        with reading.opened(original, intake.file_name, limits.processes()) as source:
            found = survey(source, intake.file_name, intake.judged_on, mapping_of(intake).of)
            stage.build(path, source, found, most=limits.most_rows(), name=intake.file_name)
    with staged(path) as rows:
        yield rows


def in_unit(intake: Intake) -> Subject:
    """The node itself, reaching no further than the unit chosen for the file."""
    role = next(
        name
        for name, role in policy().roles.items()
        if not role.grantable and Right.CHANGE_PROPOSE in role.rights
    )
    return Subject(
        None,
        "system:intake",
        "Hệ thống (tiếp nhận)",
        None,
        (Scope(role, intake.unit_code),),
        intake.judged_on,
    )


def _units(intake: Intake) -> frozenset[str]:
    """Codes of the unit chosen and all below it."""
    within = subtree([intake.unit_code], intake.judged_on)
    return frozenset(states(intake.judged_on).filter(unit_id__in=within).values_list("code", flat=True))


def _refuse_incomplete(intake: Intake, rows: Stage, subject: Subject) -> None:
    """Required columns may be left out only where everyone in the file has a dossier in the unit.

    Where the file does not say the unit, it is the one the file was taken in for.
    """
    main = rows.sheets[0]
    there = {path for _, path in main.columns}
    missing = [
        c.label for c in sheets(intake.judged_on)[MAIN].columns if c.required and c.path not in there | {UNIT}
    ]
    if missing and any(
        len(dossiers.by_personal_ids(subject, batch)) < len(set(batch)) for batch in rows.numbers()
    ):
        raise missing_columns(main.title, missing)


def _start(intake: Intake, rows: Stage) -> None:
    """Set down what is said of the whole file, once."""
    with transaction.atomic():
        locked = Intake.objects.select_for_update().get(pk=intake.pk)
        if locked.total == 0:
            Match.objects.filter(intake=intake, decided_at__isnull=True).delete()
            copy_in(IntakeFinding, FINDING, (stored(intake, notice, None) for notice in rows.notices))
            columns = orjson.dumps([asdict(sheet) for sheet in rows.sheets]).decode()
            Intake.objects.filter(pk=intake.pk).update(total=rows.total, sheets=columns)
        intake.total = rows.total


def _judged(terms: Terms, rows: Stage, intake: Intake, seeker: Seeker) -> Iterator[tuple[Task, list[Judged]]]:
    """Slices with their verdicts, in order; a large file is judged by several processes."""
    tasks = (
        seeker.sought(_task(part, seeker.subject)) for part in rows.slices(intake.cursor, limits.SLICE_ROWS)
    )
    processes = limits.processes()
    if processes == 1 or rows.total - intake.done <= limits.FEW_ROWS:
        return judge_here(terms, rows, tasks)
    return judge_together(terms, rows, tasks, processes)


def _task(part: Slice, subject: Subject) -> Task:
    """A slice with what the node holds of its persons: documents in the unit; of others only that there is one."""
    within = dossiers.by_personal_ids(subject, part.numbers)
    documents = dossiers.current_documents([dossier.key for dossier in within.values()])
    return Task(
        part,
        {number: documents[d.key][1] for number, d in within.items() if d.key in documents},
        {number: d.key for number, d in within.items()},
        dossiers.elsewhere(part.numbers, list(within)),
    )


@transaction.atomic
def _write(intake: Intake, task: Task, judged: Sequence[Judged], seeker: Seeker) -> None:
    """Commit one slice: verdicts, findings and the place in the file together."""
    locked = Intake.objects.select_for_update().get(pk=intake.pk)
    if locked.state != State.READING or locked.cursor >= task.rows.first:
        raise RuntimeError(f"intake {intake.pk} moved under its reader: {locked.state} at {locked.cursor}")
    copy_in(IntakeRow, ROW, (kept_row(intake, MAIN, one, task.keys.get(one.personal_id)) for one in judged))
    copy_in(IntakeFinding, FINDING, (stored(intake, f, one.row) for one in judged for f in one.findings))
    seeker.keep(task, judged)
    for name, number in Counter(one.verdict for one in judged).items():
        setattr(locked, name, getattr(locked, name) + number)
    locked.cursor, locked.done = task.rows.last, locked.done + len(judged)
    locked.save(update_fields=["cursor", "done", *COUNTED])
    intake.cursor, intake.done = locked.cursor, locked.done


def kept_row(intake: Intake, sheet: str, one: Judged, key: UUID | None) -> tuple[object, ...]:
    """A verdict as it is kept: values of the columns `ROW`."""
    return (
        intake.pk,
        sheet,
        one.row,
        one.personal_id,
        one.full_name,
        one.unit_code,
        one.kind,
        key,
        one.verdict,
        one.document,
        one.cells,
        one.changed,
    )


def stored(intake: Intake, finding: Finding, person_row: int | None) -> tuple[object, ...]:
    """A finding as it is kept: values of the columns `FINDING`."""
    return (
        intake.pk,
        person_row,
        finding.sheet,
        finding.row,
        finding.column,
        finding.path,
        finding.label,
        finding.code,
        finding.message,
        finding.next_step,
        finding.severity,
        finding.cell,
    )


@transaction.atomic
def _finish(intake: Intake, rows: Stage, judge: Judge) -> None:
    """The end of the file: rows of tables that belong to nobody, and the state."""
    strays = 0
    waiting = rows.strays()
    while batch := [(row, judge.stray(row)) for row in islice(waiting, limits.SLICE_ROWS)]:
        copy_in(
            IntakeRow, ROW, (kept_row(intake, rows.sheets[row.sheet].key, one, None) for row, one in batch)
        )
        copy_in(IntakeFinding, FINDING, (stored(intake, f, None) for _, one in batch for f in one.findings))
        strays += len(batch)
    settle_repeated(intake, rows.sheets[0].titles)
    leave_again(intake)
    Intake.objects.filter(pk=intake.pk).update(state=State.READ, strays=strays, read_at=timezone.now())


@transaction.atomic
def _fail(intake: Intake, problem: Problem) -> None:
    """Keep why the file could not be read, and nothing of its rows."""
    IntakeRow.objects.filter(intake=intake).delete()
    IntakeFinding.objects.filter(intake=intake).delete()
    fresh = dict.fromkeys((*COUNTED, "cursor", "done", "total"), 0)
    Intake.objects.filter(pk=intake.pk).update(state=State.FAILED, problem=packed(problem), **fresh)


def packed(problem: Problem) -> str:
    """A problem as it is kept (JSON)."""
    return orjson.dumps(
        {"code": problem.code, "where": problem.where, "params": dict(problem.params)}
    ).decode()
