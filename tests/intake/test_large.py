"""A large file: read as a stream, judged slice by slice, in memory that does not grow with it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from tests.intake.files import DEGREES, Row, degree, person, workbook

SMALL, LARGE = 30_000, 50_000  # beyond the first few pieces, which every file needs
MOST_GROWTH = 1.2  # the texts of the file itself; a sheet held whole would double

CHILD = """
import resource, sys
from datetime import date
from pathlib import Path
import orjson
from ccvc.intake import reading, stage
from ccvc.intake.judging import Judge, Task, Terms
from ccvc.intake.survey import survey

path, rows, day = Path(sys.argv[1]), Path(sys.argv[2]), date(2026, 11, 21)
with reading.opened(path, path.name) as source:
    stage.build(rows, source, survey(source, path.name, day), most=250_000, name=path.name)
verdicts = {}
with stage.staged(rows) as staged:
    judge = Judge(Terms(day, "H41", frozenset({"H41.12"})), staged)
    for part in staged.slices(0, 1000):
        for one in judge.slice(Task(part)):
            verdicts[one.verdict] = verdicts.get(one.verdict, 0) + 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(orjson.dumps({"total": staged.total, "verdicts": verdicts, "megabytes": peak}).decode())
"""


def people(count: int) -> Iterator[Row]:
    for n in range(count):
        yield person(
            n, identity__sex="Khác" if n % 1000 == 7 else "Nam", identity__full_name=f"Nguyễn Văn {n}"
        )


def megabytes_of(count: int, folder: Path) -> int:
    """The most memory that reading and judging so many people takes, in a process of its own without coverage."""
    rows = (degree(n, f"Ngành {n % 500}") for n in range(0, count, 2))
    file = workbook(folder / f"{count}.xlsx", people(count), **{DEGREES.replace(".", "__"): rows})
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(file), str(folder / f"{count}.rows")],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parent.parent.parent,
        env={name: value for name, value in os.environ.items() if not name.startswith("COV")},
    )
    told = orjson.loads(done.stdout)
    assert told["total"] == count
    assert told["verdicts"] == {"ok": count - count // 1000, "refused": count // 1000}
    return int(told["megabytes"])


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    small, large = (megabytes_of(count, tmp_path) for count in (SMALL, LARGE))
    assert large < small * MOST_GROWTH
