"""Reading and proposing broken off anywhere, and taken up again: the result of one uninterrupted run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from ccvc.changes.models import Change
from ccvc.intake import copying, limits, storage
from ccvc.intake import reading as files
from ccvc.intake.actions import open_intake, propose, proposing, read, reading
from ccvc.intake.judging import Judge, Task, Terms, judge_here, judge_together
from ccvc.intake.layout import MAIN
from ccvc.intake.models import Intake, IntakeFinding, IntakeRow, State
from ccvc.intake.stage import build, staged
from ccvc.intake.survey import survey
from tests.intake.files import DAY, degree, number, person, workbook
from tests.people import AGENCY, UNIT, Agency

PEOPLE = 23
COUNTS = ("state", "total", "done", "cursor", "ok", "warning", "refused", "unchanged", "duplicate", "strays")


class Killed(BaseException):
    """Stands for the end of a process: nothing catches it."""


def many(path: Path, salt: str = "") -> Path:
    """People of whom some have faults, one stands twice, and one row of a table belongs to nobody."""
    rows = [
        person(n, identity__sex="Khác" if n % 7 == 3 else "Nam", identity__phone=salt or None)
        for n in range(PEOPLE)
    ]
    return workbook(path, [*rows, person(2)], education__degrees=[degree(n) for n in range(0, PEOPLE + 4, 2)])


def opened(agency: Agency, file: Path) -> Intake:
    return open_intake(agency.subject("officer"), file, file.name, AGENCY)


def outcome(intake: Intake) -> dict[str, Any]:
    """All that reading brings about, without the keys of this run."""
    row = ("sheet", "row", "personal_id", "full_name", "unit_code", "kind", "verdict", "document", "cells")
    found = ("person_row", "sheet", "row", "column", "path", "code", "message", "severity", "cell")
    return {
        "counts": {name: getattr(Intake.objects.get(pk=intake.pk), name) for name in COUNTS},
        "rows": list(IntakeRow.objects.filter(intake=intake).order_by("sheet", "row").values_list(*row)),
        "findings": list(IntakeFinding.objects.filter(intake=intake).order_by(*found).values_list(*found)),
    }


@pytest.fixture
def slices_of_five(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SLICE_ROWS", 5)


@pytest.mark.usefixtures("slices_of_five")
def test_reading_goes_on_where_it_was_broken_off(
    agency: Agency, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake = opened(agency, many(tmp_path / "a.xlsx"))
    write = reading._write
    for last in (0, 1, 3):
        seen: list[int] = []

        def stop(given: Intake, task: Task, *rest: Any, last: int = last, seen: list[int] = seen) -> None:
            if len(seen) == last:
                raise Killed
            seen.append(task.rows.last)
            write(given, task, *rest)

        monkeypatch.setattr(reading, "_write", stop)
        with pytest.raises(Killed):
            read(intake.pk)
        assert Intake.objects.get(pk=intake.pk).state == State.READING
    monkeypatch.setattr(reading, "_write", write)
    storage.scratch(intake).unlink()
    assert Intake.objects.get(pk=intake.pk).done == 20
    told: list[tuple[int, int]] = []
    read(intake.pk, lambda done, total: told.append((done, total)))
    assert told == [(24, 24)]
    broken = outcome(intake)
    Intake.objects.all().delete()
    whole = opened(agency, many(tmp_path / "a.xlsx"))
    read(whole.pk)
    assert outcome(whole) == broken
    assert broken["counts"]["refused"] == 3
    assert broken["counts"]["duplicate"] == 2
    assert broken["counts"]["strays"] == 2


@pytest.mark.usefixtures("slices_of_five")
def test_proposing_broken_off_makes_nothing_twice(
    agency: Agency, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake = opened(agency, many(tmp_path / "a.xlsx"))
    read(intake.pk)
    copy_in = copying.copy_in
    for allowed in (1, 2):
        times = iter(range(allowed))

        def stop(*given: Any, times: Any = times) -> None:
            if next(times, None) is None:
                raise Killed
            copy_in(*given)

        monkeypatch.setattr(proposing, "copy_in", stop)
        with pytest.raises(Killed):
            propose(agency.subject("officer"), intake.pk)
    monkeypatch.setattr(proposing, "copy_in", copy_in)
    assert Change.objects.count() == 15
    done = propose(agency.subject("officer"), intake.pk)
    assert (done.state, done.proposed, done.conflicts, done.proposed_unchanged) == (State.PROPOSED, 19, 0, 0)
    assert Change.objects.count() == Change.objects.values("personal_id").distinct().count() == 19
    assert propose(agency.subject("officer"), intake.pk).proposed == 19
    assert Change.objects.count() == 19


def test_a_file_another_process_reads_is_left_alone(agency: Agency, tmp_path: Path) -> None:
    intake = opened(agency, many(tmp_path / "a.xlsx"))
    lock = "SELECT pg_advisory_lock(%s)"
    url = connection.get_connection_params()
    with psycopg.connect(
        host=url["host"], user=url["user"], password=url["password"], dbname=url["dbname"]
    ) as other:
        other.execute(lock, [intake.pk.int % 2**63])
        assert read(intake.pk).done == 0
    assert read(intake.pk).state == State.READ


CHILD = """
import sys, uuid, django
django.setup()
from django.conf import settings
from ccvc.intake import limits
from ccvc.intake.actions import read
settings.CCVC_AGENCY, limits.SLICE_ROWS = sys.argv[1], 5
print("ready", flush=True)
read(uuid.UUID(sys.argv[2]), lambda done, total: print(done, flush=True))
"""


def _killed_after(slices: int, intake: Intake, home: Path) -> None:
    """Read in a process of its own that is killed outright after so many slices."""
    given = connection.get_connection_params()
    url = f"postgresql://{given['user']}:{given['password']}@/{given['dbname']}?host={given['host']}"
    here = os.environ | {
        "CCVC_DATABASE_URL": url,
        "CCVC_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "ccvc.node.django_settings",
    }
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, AGENCY, str(intake.pk)], env=here, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        for _ in range(slices + 1):
            assert child.stdout.readline()
        child.send_signal(signal.SIGKILL)


@pytest.mark.django_db(transaction=True)
def test_a_killed_process_costs_one_slice(agency: Agency, tmp_path: Path) -> None:
    intake = opened(agency, many(tmp_path / "a.xlsx"))
    _killed_after(3, intake, tmp_path)
    stood = Intake.objects.get(pk=intake.pk)
    assert stood.done >= 15
    assert IntakeRow.objects.filter(intake=intake, sheet=MAIN).count() == stood.done
    read(intake.pk)
    killed = outcome(intake)
    Intake.objects.all().delete()
    whole = opened(agency, many(tmp_path / "a.xlsx"))
    read(whole.pk)
    assert outcome(whole) == killed


@pytest.mark.slow
def test_several_processes_judge_as_one(tmp_path: Path) -> None:
    file = many(tmp_path / "a.xlsx")
    with files.opened(file, "a.xlsx") as source:
        found = survey(source, "a.xlsx", DAY)
        build(tmp_path / "a.rows", source, found, most=100, name="a.xlsx")
    terms = Terms(DAY, AGENCY, frozenset({AGENCY, UNIT}))
    with staged(tmp_path / "a.rows") as rows:
        first, second = rows.slices(0, 12)
        tasks = [Task(first), Task(second, elsewhere=frozenset({number(20)}))]
        alone = [judged for _, judged in judge_here(terms, rows, tasks)]
        together = [judged for _, judged in judge_together(terms, rows, tasks, 2)]
        assert Judge(terms, rows).slice(tasks[1]) == alone[1]
    assert together == alone
    assert [len(part) for part in alone] == [12, 12]
    assert next(one for one in alone[1] if one.personal_id == number(20)).findings[0].code == "INT-ELSEWHERE"


LONG = """
import os, time
from ccvc.standard.together import together

def prepare():
    pass

def work(part):
    return os.getpid()

def parts():
    yield from range(6)
    time.sleep(60)

if __name__ == "__main__":
    for _, pid in together(work, parts(), 2, prepare=prepare, given=()):
        print(pid, flush=True)
"""


def test_processes_that_work_together_end_with_a_killed_parent(tmp_path: Path) -> None:
    script = tmp_path / "long.py"
    script.write_text(LONG)
    here = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=here
    ) as child:
        assert child.stdout is not None
        worker = int(child.stdout.readline())
        assert is_running(worker)
        child.kill()
    deadline = time.monotonic() + 10
    while is_running(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(worker)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
