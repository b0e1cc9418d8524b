"""Time limits the law sets, by name and date: how long, in working days or days, on which basis.

Each stands in ``data/time_limits.csv`` with its dates, basis and certainty.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import cast

from ccvc.rules import working_days
from ccvc.rules.parameters import rows


@dataclass(frozen=True, slots=True)
class Limit:
    """So many working days or days, on a basis."""

    name: str
    number: int
    unit: working_days.Unit
    valid_from: date
    valid_to: date
    basis: str
    certainty: str


def limit(name: str, on: date) -> Limit | None:
    """The limit in force on a day; None before there was one."""
    return next((one for one in _limits() if one.name == name and one.valid_from <= on <= one.valid_to), None)


def named(name: str) -> list[Limit]:
    """Every limit of a name there ever was."""
    return [one for one in _limits() if one.name == name]


def due(name: str, since: datetime) -> datetime | None:
    """The moment by which something that arose at `since` is to be done; None where the law set no limit then."""
    found = limit(name, since.astimezone(working_days.ZONE).date())
    return working_days.ends(since, found.number, found.unit) if found else None


@cache
def _limits() -> tuple[Limit, ...]:
    return tuple(
        Limit(
            row["name"],
            int(row["number"]),
            cast("working_days.Unit", row["unit"]),
            row.first,
            row.last,
            row.law.basis,
            row.law.certainty,
        )
        for row in rows("time_limits.csv")
    )
