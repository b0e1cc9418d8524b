"""Taking in a file of an agency, beside python-calamine reading every cell of the same file and doing nothing else.

The file is one sheet of people of about 60 columns, all in order, in the intake template. It is taken in as a dry run:
opened, kept, staged, every row judged by the standard, verdicts and documents written to the database. Each side is a
process of its own, so that its memory is its own. Size: BENCH_ROWS (200,000).
"""

from __future__ import annotations

import json
import os
import resource
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

from bench.accept import component_node, told

ROWS = int(os.environ.get("BENCH_ROWS", "200000"))
COLUMNS = 62
LEAST_RATE = 5_000
AGENCY = "H41"
SEED, DIFFERENT_PEOPLE = 2, 5_000


@dataclass
class Result:
    """Rows per second and peak memory of both sides."""

    taken: dict[str, Any]
    peer: dict[str, Any]

    @property
    def rate(self) -> float:
        """Rows taken in per second."""
        return ROWS / float(self.taken["seconds"])

    @property
    def holds(self) -> bool:
        """The limit holds."""
        return self.rate >= LEAST_RATE

    def text(self) -> str:
        """The measure for people."""
        taken, peer = self.taken, self.peer
        lines = [
            f"intake: {ROWS:,} people of {peer['cells'] / ROWS:.0f} cells, dry run, {os.cpu_count()} processes",
            f"  taken in            {self.rate:>9,.0f} /s    limit: at least {LEAST_RATE:,}{told(self.holds)}",
            f"  calamine alone      {ROWS / peer['seconds']:>9,.0f} /s reading every cell, in one process",
            f"  memory              {taken['own']:>9,.0f} MB, a judging process {taken['judge']:,.0f} MB",
            f"  calamine's memory   {peer['own']:>9,.0f} MB",
            f"  processor time      {taken['processor'] / ROWS * 1e6:>9,.0f} µs a row, without the server",
        ]
        return "\n".join(lines)


def run() -> Result:
    """Write the file, then let each side read it."""
    with tempfile.TemporaryDirectory(prefix="ccvc-bench-") as folder:
        Path(folder).chmod(0o755)
        in_a_process("write", folder)
        peer, taken = in_a_process("peer", folder), in_a_process("take", folder)
        return Result(taken, peer)


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


def peer(root: Path) -> dict[str, Any]:
    """Every cell of the file, read by calamine and looked at no further."""
    from python_calamine import CalamineWorkbook

    started = time.perf_counter()
    sheet = CalamineWorkbook.from_path(str(root / "people.xlsx")).get_sheet_by_index(0)
    cells = sum(cell != "" for row in sheet.iter_rows() for cell in row)
    return {"seconds": time.perf_counter() - started, "cells": cells, **memory()}


def take(root: Path) -> dict[str, Any]:
    """The file taken in by a component's officer."""
    with component_node(root / "component", AGENCY):
        from ccvc.intake.actions import take_in
        from tests.people import found_agency

        officer = found_agency(root / "component" / "home").subject("officer")
        started = time.perf_counter()
        summary = take_in(officer, root / "people.xlsx", AGENCY, dry_run=True)
        seconds = time.perf_counter() - started
    if summary.taken_in != ROWS:
        raise SystemExit(f"{summary.taken_in} of {ROWS} taken in: {summary.findings}")
    return {"seconds": seconds, "processor": processor_time(), **memory()}


def memory() -> dict[str, float]:
    """Peak memory of this process, and of the largest of those it started, in megabytes."""
    kinds = {"own": resource.RUSAGE_SELF, "judge": resource.RUSAGE_CHILDREN}
    return {name: resource.getrusage(kind).ru_maxrss / 1024 for name, kind in kinds.items()}


def processor_time() -> float:
    """Seconds of processor time of this process and those it started and saw end."""
    used = [resource.getrusage(kind) for kind in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


SIDES: dict[str, Callable[[Path], dict[str, Any]]] = {"write": write, "peer": peer, "take": take}

if __name__ == "__main__":
    print(json.dumps(SIDES[sys.argv[1]](Path(sys.argv[2]))))
