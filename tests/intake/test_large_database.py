"""A large database: streamed into its snapshot and out of it, in memory that does not grow with it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.intake.agencies import MAPPING, Database

SMALL, LARGE = 10_000, 30_000
MOST_GROWTH = 1.1  # rows held whole would take the process to twice its size

CHILD = """
import sys
from datetime import date
from pathlib import Path
from django.conf import settings
settings.configure(CCVC_INTAKE_ROWS=250_000, CCVC_INTAKE_MEGABYTES=1024)
from ccvc.intake.databases.fetching import Wanted, fetch
from ccvc.intake.databases.mapping import parse
from ccvc.intake.databases.snapshot import Snapshot

path, mapping = Path(sys.argv[1]), sys.argv[2]
done = fetch(parse(mapping, "x"), mapping, path, Wanted(), date(2026, 11, 21))
snapshot = Snapshot(path, "x")
rows = sum(1 for title in snapshot.sheets for _ in snapshot.rows(title)) - len(snapshot.sheets)
assert rows == sum(done.rows.values()), (rows, done.rows)
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(done.rows["person"], int(peak.split()[1]) // 1024)
"""


def fill(database: Database, first: int, last: int) -> None:
    rows = [{"id": n, "name": f"Nguyễn Thị Hoa {n}", "note": f"xã số {n}, " * 10} for n in range(first, last)]
    insert = (
        "INSERT INTO can_bo (id, so_cccd, ho_ten, que_quan, cap_nhat)"
        " VALUES (:id, '040085000001', :name, :note, '2026-11-20 08:00:00')"
    )
    with database.engine.begin() as connection:
        connection.execute(sa.text(insert), rows)


def megabytes_of(count: int, folder: Path) -> int:
    """The most memory that reading so many people takes, in a process of its own without coverage.

    Asked of the kernel by VmHWM: what getrusage tells begins with the memory of the process that started it.
    """
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(folder / f"{count}.zip"), MAPPING],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent.parent,
        env={name: value for name, value in os.environ.items() if not name.startswith("COV")},
    )
    people, megabytes = map(int, done.stdout.split())
    assert people == count
    return megabytes


@pytest.mark.slow
def test_memory_does_not_grow_with_the_database(database: Database, tmp_path: Path) -> None:
    fill(database, 0, SMALL)
    small = megabytes_of(SMALL, tmp_path)
    fill(database, SMALL, LARGE)
    large = megabytes_of(LARGE, tmp_path)
    assert large < small * MOST_GROWTH, (small, large)
