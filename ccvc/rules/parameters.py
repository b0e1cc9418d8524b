"""Numbers the law sets, each with its unit, its dates, its basis and how certain it is; and rows of such data.

A row holds from ``valid_from`` to ``valid_to``, both included; an empty cell is open. Certainty: S found in a
source, K well known, ? unsure, R reconstruction, D derived.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, cast

from ccvc.standard.problems import Language

DATA = Path(__file__).parent / "data"
EVERY = "*"
Certainty = Literal["S", "K", "?", "R", "D"]
UNSURE: Certainty = "?"
UNVERIFIED: Mapping[Language, str] = MappingProxyType({"vi": "chưa kiểm chứng", "en": "not verified"})


@dataclass(frozen=True, slots=True)
class Law:
    """Where something is laid down, and how certain that is."""

    basis: str
    certainty: Certainty

    def told(self, language: Language = "vi") -> str:
        """As people read it: what nobody could hold against its source says so."""
        return f"{self.basis} ({UNVERIFIED[language]})" if self.certainty == UNSURE else self.basis

    def beside(self, other: Law) -> Law:
        """What an answer rests on that needs both: an unsure other one makes it unsure."""
        return Law(f"{self.basis}; {other.basis}", UNSURE) if other.certainty == UNSURE else self


@dataclass(frozen=True, slots=True)
class Row:
    """A row of data: its cells by column, its first and last day, and the law it comes from."""

    cells: Mapping[str, str]
    first: date
    last: date
    law: Law

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def words(self, column: str) -> frozenset[str]:
        """A cell that holds several codes."""
        return _words(self.cells[column])


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number, in its unit."""

    name: str
    value: int
    unit: str
    law: Law


def parameter(name: str, on: date) -> Parameter:
    """The number in force on a day; before its first day the first one, its certainty taken away.

    Raises KeyError for a name that is not declared: a fault of the program, not of data.
    """
    versions = _parameters()[name]
    for since, known in reversed(versions):
        if since <= on:
            return known
    return replace(versions[0][1], law=Law(versions[0][1].law.basis, "?"))


def condition(name: str, category: str | None, on: date, act: str | None = None) -> Row | None:
    """What the law sets for a category of staff on a day, for an act or any; None where it sets nothing held here.

    Of an unknown category any row answers, its certainty taken away.
    """
    for row in _conditions(name, category, act):
        if row.first <= on <= row.last:
            return row
    return None


def law(name: str, category: str | None, on: date) -> Law | None:
    """The law a condition rests on, on a day."""
    row = condition(name, category, on)
    return row.law if row else None


def held(name: str, on: date) -> Iterator[Row]:
    """The rows of a data file that hold on a day."""
    return (row for row in rows(name) if row.first <= on <= row.last)


@cache
def rows(name: str) -> tuple[Row, ...]:
    """The rows of a data file, read once."""
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return tuple(_row(cells) for cells in csv.DictReader(lines))


def _row(cells: dict[str, str]) -> Row:
    first, last = (cells.get(name) for name in ("valid_from", "valid_to"))
    return Row(
        cells,
        date.fromisoformat(first) if first else date.min,
        date.fromisoformat(last) if last else date.max,
        Law(cells["basis"], cast("Certainty", cells["certainty"])),
    )


@cache
def _words(cell: str) -> frozenset[str]:
    return frozenset(cell.split(";"))


@cache
def _conditions(name: str, category: str | None, act: str | None) -> tuple[Row, ...]:
    """What is set by this name for a category and an act on any day; KeyError for a name that is not declared."""
    named = _conditions_by_name()[name]
    asked = [row for row in named if not act or row.words("acts") & {act, EVERY}]
    if category is None:
        return tuple(replace(row, law=Law(row.law.basis, "?")) for row in asked)
    return tuple(row for row in asked if row.words("categories") & {category, EVERY})


@cache
def _conditions_by_name() -> Mapping[str, list[Row]]:
    declared: dict[str, list[Row]] = {}
    for row in rows("conditions.csv"):
        declared.setdefault(row["name"], []).append(row)
    return declared


@cache
def _parameters() -> Mapping[str, list[tuple[date, Parameter]]]:
    """The versions of each number, the first one first."""
    declared: dict[str, list[tuple[date, Parameter]]] = {}
    for row in sorted(rows("parameters.csv"), key=lambda row: row.first):
        known = Parameter(row["name"], int(row["value"]), row["unit"], row.law)
        declared.setdefault(row["name"], []).append((row.first, known))
    return declared
