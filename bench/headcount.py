"""The national headcount picture over a whole register: every agency's line by line, as its page asks for it.

So many people as rows of the register, of 34 provinces and some ministries, a few of them still to come; places
assigned to each agency. Measured is the whole sheet, rights and sums included, the third time: the page of people who
come back to it. It must hold everyone once. Size: BENCH_HEADCOUNT (2,000,000).
"""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.nodes import national_node, told

PEOPLE = int(os.environ.get("BENCH_HEADCOUNT", "2000000"))
MOST_SECONDS, OF_PEOPLE = 1.0, 2_000_000
TIMES = 3
FILL = """
WITH agencies AS (
    SELECT array_agg(code ORDER BY code) AS codes FROM organisations_unitstate
    WHERE parent_id IS NULL AND known_to IS NULL AND valid_to IS NULL
)
INSERT INTO registry_person (key, agency_code, number, hash, accepted_at, full_name, name_plain, name_key, personal_id,
    birth_date, birth_year, sex, unit_code, unit_name, category, status, position, position_title, rank, contract_kind,
    valid_from, known_from)
SELECT gen_random_uuid(), codes[1 + n %% cardinality(codes)], 1, sha256(n::text::bytea), now(),
    'Nguyễn Văn ' || n %% 1000, 'nguyen van ' || n %% 1000, sha256(n::text::bytea), lpad(n::text, 12, '0'),
    '1980-01-01', 1980, '1', codes[1 + n %% cardinality(codes)] || '.01', 'Trường Tiểu học số ' || n %% 500,
    (ARRAY['CC', 'VC', 'VC', 'VC', 'VC', 'CB', 'HD'])[1 + n %% 7], (ARRAY['01', '01', '01', '02', '20'])[1 + n %% 5],
    '900', 'Chuyên viên', '01.003', CASE WHEN n %% 7 = 6 THEN '3' END,
    date '2024-01-01' + (n %% 900)::int, timestamptz '2024-01-01' + n %% 900 * interval '1 day'
FROM agencies, generate_series(1, %(people)s) n"""


@dataclass
class Result:
    """Seconds of the sheet, and how many agencies and people it holds."""

    people: int
    agencies: int
    served: int
    seconds: float

    @property
    def holds(self) -> bool:
        """The limit is for 2,000,000 people."""
        return self.seconds * OF_PEOPLE / self.people < MOST_SECONDS

    def text(self) -> str:
        """The measure for people."""
        return (
            f"headcount: {self.people:,} people in the register, {self.served:,} serve, {self.agencies} agencies; the "
            f"national picture {self.seconds:.2f} s (limit {MOST_SECONDS:.0f} s for {OF_PEOPLE:,}){told(self.holds)}"
        )


def run() -> Result:
    """Found a national node, fill its register, ask."""
    with tempfile.TemporaryDirectory() as folder, national_node(Path(folder)):
        fill()
        return measured()


def fill() -> None:
    """The agencies, and everyone; as the server's own vacuum leaves a register after a day."""
    from django.db import connection

    from ccvc.organisations.actions import load_catalogue

    load_catalogue()
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX person_name_words")  # long to build, and not asked here
        cursor.execute(FILL, {"people": PEOPLE})
        cursor.execute("VACUUM ANALYZE registry_person")


def measured() -> Result:
    """The sheet, the last of three times."""
    from ccvc.access.domain import Subject
    from ccvc.headcount.selectors import sheet

    seconds, found = 0.0, None
    for _ in range(TIMES):
        started = time.perf_counter()
        found = sheet(Subject.system("bench"))
        seconds = time.perf_counter() - started
    return Result(PEOPLE, len(found.below) if found else 0, _everyone(found), seconds)


def _everyone(found: Any) -> int:
    """All whom the sheet counts."""
    return int(sum(row.people for row in found.listed) + found.unplaced)
