"""Taking in a file of an agency, beside a plain openpyxl loop and calamine reading every cell of the same file.

The file is one sheet of people of 38 columns, all in order, in the intake template. It is taken in as a dry run:
opened, kept, staged, every row judged by the standard, verdicts and documents written to the database. It is taken in
once more by processes that are killed at random moments, one after another: what stands in the end must be the same.
Each side is a process of its own, so that its memory is its own. Size: BENCH_ROWS (150,000).
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from bench.nodes import component_node, told

ROWS = int(os.environ.get("BENCH_ROWS", "150000"))
COLUMNS = 38  # as form BM02; lists of people that agencies keep have 28 to 49
LEAST_RATE = 5_000
MOST_MEMORY = 1_024
KILLS = 5
AGENCY = "H41"
SEED, DIFFERENT_PEOPLE = 2, 5_000

READ = """
import sys, uuid, django
if __name__ == "__main__":
    django.setup()
    from ccvc.intake.actions import read
    read(uuid.UUID(sys.argv[1]))
"""
OUTCOME = """
SELECT i.total, i.ok, i.warning, i.refused, i.unchanged, i.duplicate, i.strays,
       (SELECT md5(string_agg(md5(r.row || r.verdict || r.document || r.cells), '' ORDER BY r.sheet, r.row))
          FROM intake_intakerow r WHERE r.intake_id = i.id),
       (SELECT md5(string_agg(f.row || f.code || f.message, '' ORDER BY f.row, f.code))
          FROM intake_intakefinding f WHERE f.intake_id = i.id)
  FROM intake_intake i
"""


@dataclass
class Result:
    """What each side told: the file taken in, the same with kills, and the two peers."""

    taken: dict[str, Any]
    killed: dict[str, Any]
    calamine: dict[str, Any]
    openpyxl: dict[str, Any]

    @property
    def rate(self) -> float:
        """Rows taken in per second."""
        return ROWS / float(self.taken["seconds"])

    @property
    def memory(self) -> float:
        """The most memory of a process that takes in, in megabytes."""
        return max(float(self.taken["own"]), float(self.taken["judge"]))

    @property
    def is_same(self) -> bool:
        """Whether killing changed nothing."""
        return bool(self.taken["outcome"] == self.killed["outcome"])

    @property
    def holds(self) -> bool:
        """The limits hold."""
        return self.rate >= LEAST_RATE and self.memory < MOST_MEMORY and self.is_same

    def text(self) -> str:
        """The measure for people."""
        taken, killed = self.taken, self.killed
        cells = self.calamine["cells"] / ROWS
        same = "the same result" if self.is_same else "ANOTHER RESULT"
        lines = [
            f"intake: {ROWS:,} people of {cells:.0f} cells, dry run, {os.cpu_count()} processes",
            f"  taken in            {self.rate:>9,.0f} /s    limit: at least {LEAST_RATE:,}"
            + told(self.rate >= LEAST_RATE),
            f"  openpyxl alone      {ROWS / self.openpyxl['seconds']:>9,.0f} /s reading every cell, in one process",
            f"  calamine alone      {ROWS / self.calamine['seconds']:>9,.0f} /s reading every cell, in one process",
            f"  memory              {self.memory:>9,.0f} MB   limit: under {MOST_MEMORY:,}"
            + told(self.memory < MOST_MEMORY),
            f"  calamine's memory   {self.calamine['own']:>9,.0f} MB",
            f"  processor time      {taken['processor'] / ROWS * 1e6:>9,.0f} µs a row, without the server",
            f"  killed {killed['kills']} times      {ROWS / killed['seconds']:>9,.0f} /s    {same}"
            + told(self.is_same),
        ]
        return "\n".join(lines)


def run() -> Result:
    """Write the file, then let each side read it."""
    with tempfile.TemporaryDirectory(prefix="ccvc-bench-") as folder:
        Path(folder).chmod(0o755)
        in_a_process("write", folder)
        sides = {side: in_a_process(side, folder) for side in ("take", "kill", "calamine", "openpyxl")}
        return Result(sides["take"], sides["kill"], sides["calamine"], sides["openpyxl"])


def in_a_process(side: str, folder: str) -> dict[str, Any]:
    """What a side tells, on its last line."""
    command = [sys.executable, "-m", "bench.intake", side, folder]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def write(root: Path) -> dict[str, Any]:
    """The file: rows of simulated people, each with a number of their own, in the columns filled most often."""
    with component_node(root / "writer", AGENCY):
        from ccvc.intake.template import write_rows

        write_rows(root / "people.xlsx", {"person": islice(rows(), ROWS)}, on=date(2026, 11, 21))
    return {}


def rows() -> Iterator[dict[str, str]]:
    """Rows without end."""
    from ccvc.simulation.agencies import units_for
    from ccvc.simulation.cells import cells_of
    from ccvc.simulation.people import people
    from tests.people import UNIT

    found = cells_of(people(SEED, AGENCY, units_for(AGENCY, DIFFERENT_PEOPLE), DIFFERENT_PEOPLE))["person"]
    kept = {path for path, _ in Counter(path for row in found for path in row).most_common(COLUMNS)}
    for number, row in enumerate(cycle(found)):
        personal_id = f"{row['identity.personal_id'][:6]}{number:06}"
        yield {path: cell for path, cell in row.items() if path in kept} | {
            "identity.personal_id": personal_id,
            "employment.unit_code": UNIT,
        }


def calamine(root: Path) -> dict[str, Any]:
    """Every cell of the file, read by calamine and looked at no further."""
    from python_calamine import CalamineWorkbook

    started = time.perf_counter()
    sheet = CalamineWorkbook.from_path(str(root / "people.xlsx")).get_sheet_by_index(0)
    cells = sum(cell != "" for row in sheet.iter_rows() for cell in row)
    return {"seconds": time.perf_counter() - started, "cells": cells, **memory()}


def openpyxl(root: Path) -> dict[str, Any]:
    """Every cell of the file, read by openpyxl's streaming reader and looked at no further."""
    from openpyxl import load_workbook

    started = time.perf_counter()
    book = load_workbook(root / "people.xlsx", read_only=True, data_only=True)
    cells = sum(cell is not None for row in book.worksheets[0].iter_rows(values_only=True) for cell in row)
    book.close()
    return {"seconds": time.perf_counter() - started, "cells": cells, **memory()}


def take(root: Path) -> dict[str, Any]:
    """The file taken in by a component's officer."""
    with component_node(root / "component", AGENCY):
        from ccvc.intake.actions import take_in
        from tests.people import found_agency

        officer = found_agency(root / "component" / "home").subject("officer")
        started, before = time.perf_counter(), processor_time()
        summary = take_in(officer, root / "people.xlsx", AGENCY, dry_run=True)
        seconds, processor = time.perf_counter() - started, processor_time() - before
        if summary.taken_in != ROWS:
            raise SystemExit(f"{summary.taken_in} of {ROWS} taken in: {summary.findings}")
        found = outcome()
    return {"seconds": seconds, "processor": processor, "outcome": found, **memory()}


def kill(root: Path) -> dict[str, Any]:
    """The same, by processes killed at random moments until one comes to the end."""
    with component_node(root / "killed", AGENCY):
        from ccvc.intake.actions import open_intake
        from ccvc.intake.models import Intake, State
        from tests.people import found_agency

        officer = found_agency(root / "killed" / "home").subject("officer")
        intake = open_intake(officer, root / "people.xlsx", "people.xlsx", AGENCY)
        draw, kills, started = random.Random(SEED), 0, time.perf_counter()  # noqa: S311 - moments to be drawn again
        while Intake.objects.get(pk=intake.pk).state == State.READING:
            after = draw.uniform(2, 15) if kills < KILLS else None
            kills += not came_to_its_end(str(intake.pk), after)
        return {"seconds": time.perf_counter() - started, "kills": kills, "outcome": outcome()}


def came_to_its_end(intake: str, seconds: float | None) -> bool:
    """Read in a process of its own; whether it ended before it was killed, with all it had started.

    Raises RuntimeError where it ended by itself, but not well: it would again.
    """
    child = subprocess.Popen([sys.executable, "-c", READ, intake], start_new_session=True)
    try:
        code = child.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        return False
    if code:
        raise RuntimeError(f"reading ended with {code}")
    return True


def outcome() -> list[Any]:
    """What reading brought about: the counts, and one digest over every row and finding."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(OUTCOME)
        return list(cursor.fetchone())


def memory() -> dict[str, float]:
    """Peak memory of this process, and of the largest of those it started, in megabytes."""
    kinds = {"own": resource.RUSAGE_SELF, "judge": resource.RUSAGE_CHILDREN}
    return {name: resource.getrusage(kind).ru_maxrss / 1024 for name, kind in kinds.items()}


def processor_time() -> float:
    """Seconds of processor time of this process and those it started and saw end."""
    used = [resource.getrusage(kind) for kind in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


SIDES: dict[str, Callable[[Path], dict[str, Any]]] = {
    side.__name__: side for side in (write, calamine, openpyxl, take, kill)
}

if __name__ == "__main__":
    print(json.dumps(SIDES[sys.argv[1]](Path(sys.argv[2]))))
