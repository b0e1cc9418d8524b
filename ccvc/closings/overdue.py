"""What passed its day at an agency without a decision: told by the room that keeps the days, signed with the month."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from ccvc.exchange.domain.snapshots import Overdue, Statement


@dataclass(frozen=True, slots=True)
class Keeper:
    """The room that keeps the days: what passed by a day, over the whole agency, and what a matter is called."""

    told: Callable[[date], list[Overdue]]
    named: Callable[[str], str]


_keepers: list[Keeper] = []


def register_keeper(keeper: Keeper) -> None:
    """Say who keeps the days: one room does."""
    _keepers[:] = [keeper]


def told(day: date) -> list[Overdue] | None:
    """What passed its day by then; None where no room keeps days."""
    return next((keeper.told(day) for keeper in _keepers), None)


def named(matter: str) -> str:
    """A matter in words; its code where this version knows no such matter."""
    return next((keeper.named(matter) for keeper in _keepers), matter)


def people_of(statement: Statement) -> int | None:
    """How many days passed, over all matters; None where the agency told none."""
    found: Sequence[Overdue] | None = statement.overdue
    return None if found is None else sum(one.people for one in found)
