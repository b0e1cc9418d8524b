"""Workbooks of synthetic people: the intake template, filled, with faults if asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from ccvc.intake import template
from ccvc.simulation import people as makers
from ccvc.simulation.cells import Row, cells_of
from ccvc.simulation.faults import PlantedFault, spoil
from ccvc.simulation.people import REFERENCE_DAY
from ccvc.simulation.units import UnitSpec

FAULTS = 0.03
"""The share of people with a fault, unless another is asked for."""


def write_workbook(path: Path, cells: Mapping[str, Iterable[Row]], *, on: date = REFERENCE_DAY) -> None:
    """Write cells into the intake template of a day."""
    template.write_rows(path, cells, on=on)


def write_agency_workbook(
    path: Path,
    *,
    agency_code: str,
    units: Sequence[UnitSpec],
    people: int,
    seed: int,
    faults: float = FAULTS,
    on: date = REFERENCE_DAY,
) -> list[PlantedFault]:
    """Write the people of an agency with faults in a share of them; returns what was planted."""
    cells = cells_of(makers.people(seed, agency_code, units, people, on=on), on=on)
    spoilt, planted = spoil(cells, seed, faults)
    write_workbook(path, spoilt, on=on)
    return planted
