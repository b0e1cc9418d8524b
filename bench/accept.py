"""Accepting dossiers on the national node, beside bare COPY and merge of the very rows it wrote.

Each package is stored (envelope and signature verified), opened (decrypted, decompressed, counted, its root
computed), its approval verified, each record validated and judged, versions and people written, a receipt built:
one durable transaction a package. The bare side copies the same rows into staging and merges them into tables
with the same indexes, one durable commit a package. Sizes: BENCH_PEOPLE (200,000), BENCH_REGISTER (1,000,000).
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench.nodes import national_node, told

PACKAGE = 5000
PEOPLE = int(os.environ.get("BENCH_PEOPLE", "200000"))
REGISTER = int(os.environ.get("BENCH_REGISTER", "1000000"))
LEAST_RATIO = 0.25
LEAST_STEADINESS = 0.9
REFERENCE = 28_000
AGENCY = "H41"


@dataclass
class Result:
    """Rates in records per second, a package each; what the limits say of them."""

    accepted: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    grown: list[float] = field(default_factory=list)
    document_bytes: float = 0.0
    package_bytes: float = 0.0

    @property
    def ratio(self) -> float:
        """Acceptance against the bare rate, medians of packages."""
        return median(self.accepted) / median(self.bare)

    @property
    def steadiness(self) -> float:
        """Acceptance in the grown register against the first packages, medians."""
        return median(self.grown) / median(self.accepted[: len(self.grown)])

    @property
    def holds(self) -> bool:
        """Both limits hold."""
        return self.ratio >= LEAST_RATIO and self.steadiness >= LEAST_STEADINESS

    def text(self) -> str:
        """The measure for people."""
        sizes = f"document {self.document_bytes:,.0f} B, package {self.package_bytes / 1e6:.1f} MB"
        accepted, bare, grown = median(self.accepted), median(self.bare), median(self.grown)
        ratio, steady = self.ratio >= LEAST_RATIO, self.steadiness >= LEAST_STEADINESS
        lines = [
            f"accept: {len(self.accepted) * PACKAGE:,} synthetic dossiers, packages of {PACKAGE:,} ({sizes})",
            f"  accepted            {accepted:>9,.0f} /s, median package; slowest {min(self.accepted):,.0f}",
            f"  bare COPY and merge {bare:>9,.0f} /s of the same rows, same indexes, same commits",
            f"  ratio               {self.ratio:>9.2f}    limit: at least {LEAST_RATIO}{told(ratio)}",
            f"  of the reference    {accepted / REFERENCE:>9.2f}    ({REFERENCE:,} /s, bare rows of 61 columns)",
            f"  in a register of {REGISTER:,} people {grown:,.0f} /s",
            f"  steadiness          {self.steadiness:>9.2f}    limit: at least {LEAST_STEADINESS}{told(steady)}",
        ]
        return "\n".join(lines)


def run() -> Result:
    """Measure on a server and a home of its own, removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="ccvc-bench-") as folder:
        root = Path(folder)
        root.chmod(0o755)
        with national_node(root):
            return measure(root)


def measure(root: Path) -> Result:
    """Accept all packages, write the same rows barely, grow the register, accept once more."""
    from bench.packages import Sender

    result = Result()
    sender = Sender(root / "home", AGENCY)
    grown = max(4, min(20, PEOPLE // PACKAGE // 2))
    for data in sender.packages(PEOPLE // PACKAGE):
        result.accepted.append(rate(lambda data=data: accept(data)))
    result.document_bytes, result.package_bytes = sender.document_bytes, sender.package_bytes
    result.bare = list(bare_rates())
    grow(REGISTER)
    for data in sender.packages(grown):
        result.grown.append(rate(lambda data=data: accept(data)))
    return result


def rate(act: Any) -> float:
    """Records per second of one package."""
    started = time.perf_counter()
    act()
    return PACKAGE / (time.perf_counter() - started)


def accept(data: bytes) -> None:
    """Store and process one package, as the endpoint and the worker do."""
    from ccvc.access.domain import Subject
    from ccvc.exchange.actions import process_inbound, store_inbound

    subject = Subject.system("bench")
    done = process_inbound(subject, store_inbound(data, "https").inbound)
    if done.accepted != PACKAGE:
        raise SystemExit(f"{done.accepted} of {PACKAGE} accepted: {done.verdicts[:3]} {done.problem}")


TABLES = ("registry_version", "registry_person")


def bare_rates() -> Iterator[float]:
    """COPY into staging and merge, package by package, the rows the register now holds."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT package FROM registry_version ORDER BY package")
        packages = [package for (package,) in cursor.fetchall()]
        for table in TABLES:
            cursor.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")
    for package in packages:
        blocks = {table: block(table, package) for table in TABLES}
        started = time.perf_counter()
        with transaction.atomic():
            for table in TABLES:
                copy_and_merge(table, blocks[table])
        yield PACKAGE / (time.perf_counter() - started)


def block(table: str, package: int) -> bytes:
    """The rows of a package in COPY's text format."""
    from django.db import connection

    only = (
        f"package = {package}"
        if table == "registry_version"
        else (f"key IN (SELECT person_id FROM registry_version WHERE package = {package})")
    )
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY (SELECT * FROM {table} WHERE {only}) TO STDOUT") as copy,
    ):
        return b"".join(copy)


def copy_and_merge(table: str, rows: bytes) -> None:
    """Ready bytes into a temporary table, then into the table with its indexes."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE staged (LIKE {table}) ON COMMIT DROP")
        with cursor.copy("COPY staged FROM STDIN") as copy:
            copy.write(rows)
        merge = "ON CONFLICT (key) DO NOTHING" if table == "registry_person" else ""
        cursor.execute(f"INSERT INTO bare_{table} SELECT * FROM staged {merge}")
        cursor.execute("DROP TABLE staged")


def grow(people: int) -> None:
    """Bring the register to a size by copies of its people under other keys and numbers, with their versions.

    Copied versions keep statement and document short, so that growth is of rows and indexes, not of disk.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bare_registry_version, bare_registry_person")
        cursor.execute("SELECT count(*) FROM registry_person")
        (held,) = cursor.fetchone()
        cursor.execute(
            "SELECT string_agg(quote_ident(column_name), ',') FROM information_schema.columns"
            " WHERE table_name = 'registry_person' AND column_name NOT IN ('key', 'personal_id')"
        )
        (columns,) = cursor.fetchone()
        copies = max(0, -(-(people - held) // held))
        for number in range(1, copies + 1):
            cursor.execute(
                f"INSERT INTO registry_person (key, personal_id, {columns}) SELECT gen_random_uuid(),"
                f" 'B{number:02}' || lpad((row_number() OVER ())::text, 9, '0'), {columns} FROM"
                " registry_person WHERE personal_id NOT LIKE 'B%%'"
            )
        cursor.execute(
            "INSERT INTO registry_version (person_id, number, hash, statement, document, valid_from, known_at,"
            " agency_code, package, record, signature_id, leaf) SELECT key, 1, sha256(key::text::bytea), '{}', '{}',"
            " current_date, now(), agency_code, -(substr(personal_id, 2, 2)::int), substr(personal_id, 4)::int,"
            " (SELECT id FROM signing_signature LIMIT 1), 0 FROM registry_person WHERE personal_id LIKE 'B%%'"
        )
        cursor.execute("ANALYZE registry_person")
        cursor.execute("ANALYZE registry_version")
