"""Reading a file: slice by slice, each committed with its place in the file, so that a crash costs one slice.

However often reading is broken off and taken up again, the verdicts are those of one uninterrupted run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from uuid import UUID

import orjson
from django.db import connection, transaction
from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Right, Scope, Subject
from ccvc.access.policy import policy
from ccvc.catalogues.selectors import meant
from ccvc.dossiers import selectors as dossiers
from ccvc.intake import limits, reading, stage, storage
from ccvc.intake.actions.mapping import mapping_of
from ccvc.intake.actions.seeking import Seeker, settle_repeated
from ccvc.intake.copying import copy_in
from ccvc.intake.findings import Finding
from ccvc.intake.judging import Judge, Judged, Task, Terms, judge_here, judge_together
from ccvc.intake.layout import MAIN, sheets
from ccvc.intake.models import DatabaseRead, Intake, IntakeFinding, IntakeRow, State
from ccvc.intake.persons import UNIT
from ccvc.intake.stage import Stage, StagedSheet, staged
from ccvc.intake.survey import missing_columns, survey
from ccvc.organisations.selectors import states, subtree
from ccvc.standard.problems import Problem

Progress = Callable[[int, int], None]
"""Told (rows done, rows in all) after each slice."""

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
    with _stage(intake) as rows:
        subject = in_unit(intake)
        _refuse_incomplete(intake, rows, subject)
        _start(intake, rows)
        terms = terms_of(intake, rows.sheets)
        seeker = Seeker(intake, terms, subject)
        tasks = seeker.sought(_tasks(rows, intake.cursor, subject))
        for task, judged in _judged(terms, tasks, rows.total - intake.done):
            _write(intake, task, judged, seeker)
            progress(intake.done, intake.total)
        _finish(intake, rows, Judge(terms))


def terms_of(intake: Intake, sheets: Sequence[StagedSheet]) -> Terms:
    """What the whole file is judged by."""
    lists = standard.published(), _meant(intake)
    return Terms(tuple(sheets), intake.judged_on, intake.unit_code, _units(intake), *lists)


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
        with reading.opened(original, intake.file_name) as source:
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
            copy_in(IntakeFinding, [stored(intake, notice, None) for notice in rows.notices])
            sheets = orjson.dumps([asdict(sheet) for sheet in rows.sheets]).decode()
            Intake.objects.filter(pk=intake.pk).update(total=rows.total, sheets=sheets)
        intake.total = rows.total


def _judged(terms: Terms, tasks: Iterable[Task], remaining: int) -> Iterator[tuple[Task, list[Judged]]]:
    """Slices with their verdicts, in order; a large file is judged by several processes."""
    processes = limits.processes()
    if processes == 1 or remaining <= limits.FEW_ROWS:
        return judge_here(terms, tasks)
    return judge_together(terms, tasks, processes)


def _tasks(rows: Stage, after: int, subject: Subject) -> Iterator[Task]:
    while people := rows.people(after, limits.SLICE_ROWS):
        task = Task(people, rows.tables(people), rows.repeated(people))
        _add_known(task, subject)
        yield task
        after = task.last


def _add_known(task: Task, subject: Subject) -> None:
    """Add what the node holds of these persons: documents in the unit; of others only that there is one."""
    ids = [row.number for row in task.people if row.number]
    within = dossiers.by_personal_ids(subject, ids)
    documents = dossiers.current_documents([dossier.key for dossier in within.values()])
    task.existing = {number: documents[d.key][1] for number, d in within.items() if d.key in documents}
    task.keys = {number: d.key for number, d in within.items()}
    task.elsewhere = dossiers.elsewhere(ids, list(within))


@transaction.atomic
def _write(intake: Intake, task: Task, judged: Sequence[Judged], seeker: Seeker) -> None:
    """Commit one slice: verdicts, findings and the place in the file together."""
    locked = Intake.objects.select_for_update().get(pk=intake.pk)
    if locked.state != State.READING or locked.cursor >= task.people[0].row:
        raise RuntimeError(f"intake {intake.pk} moved under its reader: {locked.state} at {locked.cursor}")
    copy_in(IntakeRow, [_row(intake, MAIN, one, task.keys.get(one.personal_id)) for one in judged])
    copy_in(IntakeFinding, [stored(intake, f, one.row) for one in judged for f in one.findings])
    seeker.keep(task, judged)
    for name, number in Counter(one.verdict for one in judged).items():
        setattr(locked, name, getattr(locked, name) + number)
    locked.cursor, locked.done = task.last, locked.done + len(judged)
    locked.save(update_fields=["cursor", "done", *COUNTED])
    intake.cursor, intake.done = locked.cursor, locked.done


def _row(intake: Intake, sheet: str, one: Judged, key: UUID | None) -> IntakeRow:
    return IntakeRow(
        intake=intake,
        sheet=sheet,
        row=one.row,
        personal_id=one.personal_id,
        full_name=one.full_name,
        unit_code=one.unit_code,
        kind=one.kind,
        person_key=key,
        verdict=one.verdict,
        document=one.document,
        cells=one.cells,
        changed=one.changed,
    )


def stored(intake: Intake, finding: Finding, person_row: int | None) -> IntakeFinding:
    """A finding as it is kept."""
    return IntakeFinding(
        intake=intake,
        person_row=person_row,
        sheet=finding.sheet,
        row=finding.row,
        column=finding.column,
        path=finding.path,
        label=finding.label,
        code=finding.code,
        message=finding.message,
        next_step=finding.next_step,
        severity=finding.severity,
        cell=finding.cell,
    )


@transaction.atomic
def _finish(intake: Intake, rows: Stage, judge: Judge) -> None:
    """The end of the file: rows of tables that belong to nobody, and the state."""
    strays = 0
    waiting = rows.strays()
    while batch := [(row, judge.stray(row)) for row in islice(waiting, limits.SLICE_ROWS)]:
        copy_in(IntakeRow, [_row(intake, rows.sheets[row.sheet].key, one, None) for row, one in batch])
        copy_in(IntakeFinding, [stored(intake, f, None) for _, one in batch for f in one.findings])
        strays += len(batch)
    settle_repeated(intake, rows.sheets[0].titles)
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
