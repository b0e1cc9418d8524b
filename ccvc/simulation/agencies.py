"""Agencies of the published size, and plausible units below a ministry or a province.

Sizes: 33 ministries and branches held 125,746 dossiers and 63 provinces 1,947,714 on 30/06/2023 (published);
how they part among the agencies is a reconstruction (R): by population for provinces, by common knowledge of
their branches for ministries.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from ccvc import organisations
from ccvc.simulation.layout import lay_out
from ccvc.simulation.places import LAST_DAY_OF_63, heir_agency, home_province, provinces
from ccvc.simulation.units import UNIT_BASIS, Activity, UnitSpec
from ccvc.simulation.wheels import apportion, rows

__all__ = ["Activity", "UnitSpec", "agency_title", "headcount", "headcounts", "units_for", "write_units"]

MINISTRIES_MERGED_ON = date(2025, 3, 1)
MINISTRIES_TOTAL = 125_746
PROVINCES_TOTAL = 1_947_714
CATALOGUE = Path(organisations.__file__).parent / "data" / "agencies.csv"
UNIT_COLUMNS = ("code", "name", "kind", "parent_code", "valid_from", "basis")
_STAFF_OF_EACH_PROVINCE, _STAFF_PER_THOUSAND = 6_000, 16.3


@cache
def headcounts(on: date) -> Mapping[str, int]:
    """People of each agency on a day, by code: bodies merged in 2025 count with those that took over."""
    sizes: Counter[str] = Counter()
    bodies = {row["agency"]: float(row["weight"]) for row in rows("ministry_sizes")}
    merged = {row["agency"]: row["heir"] for row in rows("ministry_sizes") if row["heir"]}
    for body, people in apportion(MINISTRIES_TOTAL, bodies).items():
        sizes[merged.get(body, body) if on >= MINISTRIES_MERGED_ON else body] += people
    weights = {
        old: _STAFF_OF_EACH_PROVINCE + _STAFF_PER_THOUSAND * province.thousands
        for old, province in provinces().items()
    }
    for old, people in apportion(PROVINCES_TOTAL, weights).items():
        sizes[provinces()[old].agency if on <= LAST_DAY_OF_63 else heir_agency(old)] += people
    return dict(sizes)


def headcount(agency_code: str, on: date) -> int:
    """People of one agency on a day; KeyError for a code without a known size."""
    return headcounts(on)[agency_code]


def units_for(agency_code: str, people: int) -> list[UnitSpec]:
    """Units below an agency for so many people, parents first; the same list for the same question.

    Units where people work have 10 to 80 of them, fewer only if the whole agency has; codes follow Decision
    20/2020/QĐ-TTg. ValueError if there is nobody.
    """
    if people < 1:
        raise ValueError(f"an agency of {people} people has no units")
    return lay_out(agency_code, people)


def write_units(path: Path, units: Iterable[UnitSpec], *, valid_from: date) -> None:
    """Write units as the CSV file ``organisations`` loads, marked as synthetic in their basis."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(UNIT_COLUMNS)
        for unit in units:
            writer.writerow((unit.code, unit.name, unit.kind, unit.parent_code, valid_from, UNIT_BASIS))


@cache
def agency_title(agency_code: str) -> str:
    """Who issues an agency's decisions: its name in the catalogue; for a province its People's Committee."""
    level1 = agency_code.split(".", 1)[0]
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file) if row["code"] == level1]
    name = names[-1] if names else level1
    return f"Ủy ban nhân dân {name[:1].lower()}{name[1:]}" if home_province(level1) else name
