"""Faults planted in cells, with the truth kept beside them: what people mistype, leave out and contradict.

At most one fault is planted in a person's rows, so what is expected of intake is one thing for each person:
``refused`` (the row goes back), ``warned`` (taken in, somebody should look), ``accepted`` (nobody can see it
in the file alone, or it is only an unusual way of writing), ``conflict`` (taken in here; the national node
finds that another agency holds the person).
"""

from __future__ import annotations

import random as randomness
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ccvc.intake.layout import HEADER_ROWS, MAIN, PERSON
from ccvc.simulation.cells import Cells, Row
from ccvc.simulation.slips import KINDS, Expected, Slip, Victim
from ccvc.simulation.wheels import wheel

CONFLICT = "claimed_twice"
UNIT_PATHS = ("employment.managing_agency", "employment.unit_code", "employment.unit_name")
TRIES = 12


@dataclass(frozen=True, slots=True)
class PlantedFault:
    """One fault: where it stands (sheet key, row from 0, path), what is typed, and what would be right."""

    sheet: str
    row: int
    field: str
    kind: str
    expected: Expected
    personal_id: str
    typed: str
    truth: str

    @property
    def spreadsheet_row(self) -> int:
        """The row as a spreadsheet numbers it, in a workbook written from the template."""
        return self.row + HEADER_ROWS + 1


def spoil(
    cells: Mapping[str, Iterable[Row]], seed: int, share: float, *, kinds: Collection[str] | None = None
) -> tuple[Cells, list[PlantedFault]]:
    """Cells with faults in a share (0 to 1) of the people, and the list of all faults.

    The cells given stay as they were. ``kinds`` chooses among ``slips.KINDS``; ValueError for an unknown one.
    """
    chosen = _chosen(kinds)
    rng = randomness.Random(f"faults {seed}")  # noqa: S311  (faults, not secrets)
    spoilt: Cells = {key: list(rows) for key, rows in cells.items()}
    main = spoilt[MAIN]
    victims = rng.sample(range(len(main)), round(share * len(main)))
    rows_of = _rows_of(spoilt, {main[place][PERSON] for place in victims})
    planted: list[PlantedFault] = []
    for place in sorted(victims):
        victim = Victim(spoilt, place, rows_of.get(main[place][PERSON], {}), rng)
        planted += _plant(victim, chosen)
    return spoilt, planted


def _chosen(kinds: Collection[str] | None) -> tuple[Slip, ...]:
    if unknown := set(kinds or ()) - KINDS.keys():
        raise ValueError(f"no such kinds of faults: {', '.join(sorted(unknown))}")
    names = KINDS.keys() if kinds is None else [name for name in KINDS if name in kinds]
    by_name = wheel({name: KINDS[name].weight for name in names}, 1024)
    return tuple(KINDS[name] for name in by_name)


def _plant(victim: Victim, chosen: tuple[Slip, ...]) -> list[PlantedFault]:
    """Try kinds until one fits the person: not everybody has a Party date or a row of work to spoil."""
    key = victim.main[PERSON]
    for _ in range(TRIES):
        slip = chosen[int(victim.rng.random() * len(chosen))]
        if traces := slip.plant(victim):
            return [
                PlantedFault(
                    one.sheet, one.row, one.path, slip.kind, slip.expected, key, one.typed, one.truth
                )
                for one in traces
            ]
    return []


def _rows_of(cells: Mapping[str, list[Row]], keys: Collection[str]) -> dict[str, dict[str, list[int]]]:
    """Places of the table rows of some people: personal id -> sheet -> places."""
    found: dict[str, dict[str, list[int]]] = {}
    for sheet, rows in cells.items():
        if sheet == MAIN:
            continue
        for place, row in enumerate(rows):
            if row[PERSON] in keys:
                found.setdefault(row[PERSON], {}).setdefault(sheet, []).append(place)
    return found


def claim_twice(
    cells: Mapping[str, Iterable[Row]], others: Mapping[str, Iterable[Row]], seed: int, share: float
) -> tuple[Cells, list[PlantedFault]]:
    """Cells with people of another agency's cells claimed here too: as many as a share of the people here.

    They come with all their rows, placed in units of this file.
    """
    rng = randomness.Random(f"claims {seed}")  # noqa: S311  (faults, not secrets)
    spoilt: Cells = {key: list(rows) for key, rows in cells.items()}
    strangers = {key: list(rows) for key, rows in others.items()}
    main, known = spoilt[MAIN], {row[PERSON] for row in spoilt[MAIN]}
    free = [row for row in strangers[MAIN] if row[PERSON] not in known]
    taken = rng.sample(free, min(len(free), round(share * len(main))))
    here = len(main)
    planted: list[PlantedFault] = []
    for row in taken:
        neighbour = main[int(rng.random() * here)]
        moved = {path: neighbour[path] for path in UNIT_PATHS if path in neighbour}
        planted.append(
            PlantedFault(
                MAIN, len(main), PERSON, CONFLICT, "conflict", row[PERSON], row[PERSON], row[UNIT_PATHS[1]]
            )
        )
        main.append({**row, **moved})
    keys = {row[PERSON] for row in taken}
    for sheet, rows in strangers.items():
        if sheet != MAIN:
            spoilt[sheet] += [row for row in rows if row[PERSON] in keys]
    return spoilt, planted
