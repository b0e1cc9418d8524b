"""Job positions from a file: CSV, XLSX or JSON, a row a position of a unit by a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePath
from typing import Any

from ccvc import standard
from ccvc.organisations.domain import parse_code
from ccvc.organisations.domain.positions import COLUMNS, OPTIONAL, Asked, read_position
from ccvc.organisations.rowfiles import MOST_ROWS, UnreadError, read_rows
from ccvc.standard.problems import Problem

NEEDED = ("unit_code", *COLUMNS, "valid_from", "decision_number", "decided_on", "issuer")
ALL = (*NEEDED, *OPTIONAL, "valid_to")
SHOWN = 10
Faults = list[tuple[int, Problem]]


@dataclass(slots=True)
class Batch:
    """Positions of one unit from one day on by one decision; `first_row` of the file, counted below its head."""

    unit_code: str
    on: date
    until: date | None
    decision: tuple[str, date, str]
    first_row: int
    asked: list[Asked] = field(default_factory=list)


def read_batches(name: str, raw: bytes) -> list[Batch]:
    """The positions of a file, those approved together together, in the order of their days.

    Problem POS-FILE, POS-ROWS with every row that is none.
    """
    found: dict[tuple[Any, ...], Batch] = {}
    faults: Faults = []
    for number, row in enumerate(_rows(name, raw), start=1):
        if number > MOST_ROWS:
            raise _unread(name, f"quá {MOST_ROWS} dòng")
        try:
            batch, asked = _read(number, row)
        except Problem as problem:
            faults.append((number, problem))
            continue
        key = (batch.unit_code, batch.on, batch.until, batch.decision)
        found.setdefault(key, batch).asked.append(asked)
    if faults:
        raise rows_problem(name, faults)
    return sorted(found.values(), key=lambda batch: (batch.on, batch.first_row))


def rows_problem(name: str, faults: Sequence[tuple[int, Problem]]) -> Problem:
    """The first faults, each with its row."""
    told = [f"dòng {number}: {problem}" for number, problem in sorted(faults, key=lambda one: one[0])[:SHOWN]]
    more = [f"và {len(faults) - SHOWN} dòng khác"] if len(faults) > SHOWN else []
    where = PurePath(name).name[:80]
    return Problem("POS-ROWS", where=where, count=len(faults), faults=" · ".join([*told, *more]))


def _rows(name: str, raw: bytes) -> Any:
    try:
        return read_rows(name, raw, "unit_code")
    except UnreadError as unread:
        raise _unread(name, str(unread)) from unread


def _unread(name: str, why: str) -> Problem:
    return Problem("POS-FILE", where=PurePath(name).name[:80], why=why, columns=", ".join(ALL))


def _read(number: int, given: Mapping[str, Any]) -> tuple[Batch, Asked]:
    row = {name: " ".join(str(given.get(name) or "").split()) for name in ALL}
    # Nothing is said by an empty cell, but no places are said by a zero.
    row["places"] = "0" if given.get("places") == 0 else row["places"]
    if lacking := [name for name in NEEDED if not row[name]]:
        raise Problem("POS-LACKS", lacking=", ".join(lacking))
    on, decided_on = _day(row, "valid_from"), _day(row, "decided_on")
    until = _day(row, "valid_to") if row["valid_to"] else None
    decision = (row["decision_number"], decided_on, row["issuer"])
    return Batch(parse_code(row["unit_code"]), on, until, decision, number), read_position(row, on)


def _day(row: Mapping[str, str], name: str) -> date:
    day = standard.read_day(row[name])
    if day is None:
        raise Problem("ORG-DATE", where=name, given=row[name][:20])
    return day
