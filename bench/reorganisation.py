"""The reform of 1 July 2025 on a full province: two provinces become one, the districts end, communes merge by three.

Each province has departments with offices, districts with rooms, communes with schools; everyone is a row in a unit
drawn in turn. The tree is loaded as it was known before the reform, then the catalogue that knows it. Previewed is the
plan with everyone counted; approved is the whole act, committed. Counts by unit of the day before must not move, and
everyone must stand at one unit of the day. Size: BENCH_REORGANISATION (150,000 people).
"""

from __future__ import annotations

import csv
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench.nodes import component_node

PEOPLE = int(os.environ.get("BENCH_REORGANISATION", "150000"))
PREVIEW, APPLY = 30.0 * PEOPLE / 150_000, 300.0 * PEOPLE / 150_000
NEW, OLD = "H38", "H63"
DAY = date(2025, 7, 1)
EVE = DAY - timedelta(days=1)
DEPARTMENTS, OFFICES, DISTRICTS, ROOMS, COMMUNES, SCHOOLS = 20, 6, 10, 12, 15, 6
MERGED = 3
BASIS = "NQ 202/2025/QH15"
FILL = """
WITH units AS (SELECT array_agg(id ORDER BY id) AS ids FROM organisations_unit WHERE NOT national)
INSERT INTO dossiers_dossier (id, key, agency_code, unit_id, current_number, opened_at)
SELECT n, gen_random_uuid(), 'H38', ids[1 + n %% cardinality(ids)], 1, now()
FROM units, generate_series(1, %(people)s) n;
INSERT INTO dossiers_head (dossier_id, unit_id, full_name, name_plain, name_key)
SELECT id, unit_id, 'An', 'an', '' FROM dossiers_dossier;
ANALYZE dossiers_head; ANALYZE organisations_unitstate;
"""


@dataclass
class Result:
    """Seconds to preview and to carry out; units before and after; what did not stay as it was."""

    people: int
    units: int
    after: int
    steps: int
    previewed: float
    applied: float
    moved: int
    astray: int

    @property
    def holds(self) -> bool:
        """Both limits hold, no count of the day before moved, and nobody is nowhere."""
        return self.previewed <= PREVIEW and self.applied <= APPLY and not self.moved and not self.astray

    def text(self) -> str:
        """The measure for people."""
        return (
            f"reorganisation: {self.people:,} people in {self.units:,} units become {self.after:,} by {self.steps:,} "
            f"steps\n  previewed {self.previewed:>8.1f} s    of the limit {self.previewed / PREVIEW:.2f}"
            f"\n  applied   {self.applied:>8.1f} s    of the limit {self.applied / APPLY:.2f}"
            f"\n  units of the day before whose count moved {self.moved}, people at no unit of the day {self.astray}"
        )


def run() -> Result:
    """Found a node as it stood before the reform, and carry the reform out."""
    with tempfile.TemporaryDirectory() as folder, component_node(Path(folder), NEW):
        _found(Path(folder))
        return _measured(_signing(Path(folder) / "home"))


def _signing(home: Path) -> Any:
    """The key of somebody who approves, opened."""
    from functools import partial

    from ccvc.accounts.models import User
    from ccvc.organisations.domain.statements import PURPOSE
    from ccvc.signing import certificates, revocation, store
    from ccvc.signing.actions import sign_batch, unlock
    from tests import people

    head = User.objects.create(username="approves", full_name="Người duyệt")
    issuer = certificates.create_authority("bench")
    agency = people.Agency({"approves": head}, issuer)
    store.save_trust(home, "bench", [issuer.cert])
    store.save_crl(home, "bench", revocation.crl(issuer))
    people.give_key(agency, "approves", code=NEW)
    return partial(sign_batch, head, unlock(head, people.PASSPHRASE), agency=NEW, purpose=PURPOSE)


def _measured(sign: Any) -> Result:
    from ccvc.access.domain import Subject
    from ccvc.organisations.actions import approve_by, draft_reorganisation
    from ccvc.organisations.selectors import states
    from ccvc.organisations.selectors.foreseeing import foresee

    steps = list(_steps())
    units, before = states(EVE).filter(unit__national=False).count(), _counts(EVE)
    started = time.perf_counter()
    seen = foresee(DAY, steps).digest
    previewed = time.perf_counter() - started
    said: dict[str, Any] = {"title": "Sắp xếp 2025", "basis": BASIS, "on": DAY, "steps": steps}
    made = draft_reorganisation(Subject.system("drafts"), **said)
    started = time.perf_counter()
    approve_by(Subject.system("approves"), made.key, seen, sign)
    applied = time.perf_counter() - started
    now, today = _counts(EVE), _counts(DAY)
    standing = set(states(DAY).values_list("unit_id", flat=True))
    astray = sum(number for unit, number in today.items() if unit not in standing)
    moved = sum(now[unit] != before[unit] for unit in now | before)
    after = states(DAY).filter(unit__national=False).count()
    return Result(before.total(), units, after, len(steps), previewed, applied, moved, astray)


def _counts(day: date) -> Counter[int]:
    """People by the unit where they belong on the day."""
    from ccvc.organisations.homes import homes
    from ccvc.organisations.people import people

    found = people().count()
    places = homes(found, day)
    counted: Counter[int] = Counter()
    for unit, number in found.items():
        counted[places[unit]] += number
    return counted


def _found(root: Path) -> None:
    """The catalogue of before, two provinces, their people, and the catalogue of after."""
    from django.db import connection

    from ccvc.access.domain import Subject
    from ccvc.organisations.actions import load_catalogue, load_units
    from ccvc.simulation.reform import write_catalogue_before

    load_catalogue(write_catalogue_before(root / "before"))
    for province in (OLD, NEW):
        file = root / f"{province}.csv"
        with file.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines)
            writer.writerow(("code", "name", "kind", "parent_code", "valid_from", "basis"))
            writer.writerows((*row, "2020-01-01", "bench") for row in _province(province))
        load_units(Subject.system("bench"), file)
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"people": PEOPLE})
    load_catalogue()


def _province(code: str) -> Iterator[tuple[str, str, str, str]]:
    for one in range(1, DEPARTMENTS + 1):
        yield f"{code}.{one:02d}", f"Sở {one}", "department", code
        for two in range(1, OFFICES + 1):
            yield f"{code}.{one:02d}.{two}", f"Phòng {one}.{two}", "department", f"{code}.{one:02d}"
    for district in range(1, DISTRICTS + 1):
        above = f"{code}.D{district:02d}"
        yield above, f"Huyện {district}", "district", code
        for room in range(1, ROOMS + 1):
            yield f"{above}.P{room}", f"Phòng {room} huyện {district}", "department", above
        for commune in range(1, COMMUNES + 1):
            yield f"{above}.X{commune}", f"Xã {commune} huyện {district}", "commune", above
            for school in range(1, SCHOOLS + 1):
                name = f"Trường {school} xã {commune} huyện {district}"
                yield f"{above}.X{commune}.T{school}", name, "public_unit", f"{above}.X{commune}"


def _steps() -> Iterator[Any]:
    """The decision: departments merged with their offices, districts ended, communes merged, schools moved."""
    from ccvc.organisations.domain.steps import Act, Step

    for one in range(1, DEPARTMENTS + 1):
        yield Step(Act.MOVE, unit=f"{NEW}.{one:02d}", parent_code=NEW)
        yield Step(Act.MERGE, unit=f"{OLD}.{one:02d}", into=f"{NEW}.{one:02d}")
        for two in range(1, OFFICES + 1):
            yield Step(Act.MERGE, unit=f"{OLD}.{one:02d}.{two}", into=f"{NEW}.{one:02d}.{two}")
    for province in (OLD, NEW):
        for district in range(1, DISTRICTS + 1):
            yield from _district(province, district)


def _district(province: str, district: int) -> Iterator[Any]:
    from ccvc.organisations.domain.steps import Act, Step

    above = f"{province}.D{district:02d}"
    yield Step(Act.DISSOLVE, unit=above, into=f"{NEW}.01")
    for room in range(1, ROOMS + 1):
        yield Step(Act.DISSOLVE, unit=f"{above}.P{room}", into=f"{NEW}.{room:02d}")
    for commune in range(1, COMMUNES + 1):
        group = f"{NEW}.X{province}{district:02d}{(commune - 1) // MERGED}"
        if commune % MERGED == 1:
            name = f"Xã mới {group}"
            yield Step(Act.OPEN, code=group, name=name, kind="commune", parent_code=NEW)
        yield Step(Act.MERGE, unit=f"{above}.X{commune}", into=group)
        for school in range(1, SCHOOLS + 1):
            old = f"{above}.X{commune}.T{school}"
            yield Step(Act.MOVE, unit=old, parent_code=group, code=f"{group}.T{commune}{school}")
