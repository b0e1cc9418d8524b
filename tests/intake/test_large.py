"""A file of 200,000 people: read as a stream, judged slice by slice, in memory that does not grow with it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from tests.intake.files import DEGREES, Row, degree, person, workbook

PEOPLE = 200_000
MOST_MEGABYTES = 400  # coverage keeps some of its own

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
verdicts, last = {}, 0
with stage.staged(rows) as staged:
    judge = Judge(Terms(tuple(staged.sheets), day, "H41", frozenset({"H41.12"})))
    while people := staged.people(last, 1000):
        task = Task(people, staged.tables(people), staged.repeated(people))
        for one in judge.slice(task):
            verdicts[one.verdict] = verdicts.get(one.verdict, 0) + 1
        last = task.last
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(orjson.dumps({"total": staged.total, "verdicts": verdicts, "megabytes": peak}).decode())
"""


def people() -> Iterator[Row]:
    for n in range(PEOPLE):
        yield person(
            n, identity__sex="Khác" if n % 1000 == 7 else "Nam", identity__full_name=f"Nguyễn Văn {n}"
        )


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    rows = (degree(n, f"Ngành {n % 500}") for n in range(0, PEOPLE, 2))
    file = workbook(tmp_path / "large.xlsx", people(), **{DEGREES.replace(".", "__"): rows})
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(file), str(tmp_path / "large.rows")],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parent.parent.parent,
    )
    told = orjson.loads(done.stdout)
    assert told["total"] == PEOPLE
    assert told["verdicts"] == {"ok": PEOPLE - PEOPLE // 1000, "refused": PEOPLE // 1000}
    assert told["megabytes"] < MOST_MEGABYTES
