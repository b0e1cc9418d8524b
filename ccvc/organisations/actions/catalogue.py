"""The national catalogue of level-1 agencies, from the data files of this room."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Subject
from ccvc.organisations.actions.records import audit, lock
from ccvc.organisations.domain import Kind, parse_code
from ccvc.organisations.models import Succession, Unit, UnitState

FOLDER = Path(__file__).parent.parent / "data"
NAMESPACE = UUID("5b0c7f0e-6a52-5d0e-9d5f-0c3a1f9f7a11")
"""Keys of catalogue units come from their names in the file: every node gives a unit the same key."""


class Fact(NamedTuple):
    """What the catalogue says of a unit in a period."""

    code: str
    administrative_code: str
    name: str
    valid_from: date
    valid_to: date | None
    basis: str
    certainty: str


class Follows(NamedTuple):
    """That one unit took over from another."""

    predecessor: UUID
    successor: UUID
    kind: str
    on: date
    basis: str
    certainty: str


@dataclass(frozen=True, slots=True)
class CatalogueReport:
    """How many units, states and successions were new, and how many states were known no longer."""

    units: int
    states: int
    ended: int
    successions: int

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return any((self.units, self.states, self.ended, self.successions))


@transaction.atomic
def load_catalogue(folder: Path = FOLDER) -> CatalogueReport:
    """Bring the units of the catalogue to what its files say; a repeat writes nothing.

    Files `agencies.csv` (one row a state) and `successions.csv`. A state the files no longer give is not
    deleted: from now on it is no longer known.
    """
    lock()
    kinds, facts = _agencies(folder / "agencies.csv")
    units = {unit.key: unit for unit in Unit.objects.filter(national=True)}
    opened = [_unit(key, kinds[key], periods) for key, periods in facts.items() if key not in units]
    Unit.objects.bulk_create(opened)
    units |= {unit.key: unit for unit in opened}
    _bring_dates(units, facts)
    ended, added = _bring_states(units, facts)
    follows = _bring_successions(units, list(_successions(folder / "successions.csv")))
    report = CatalogueReport(len(opened), added, ended, follows)
    if report.changed:
        said: dict[str, Any] = {
            "units": report.units,
            "states": added,
            "ended": ended,
            "successions": follows,
        }
        audit("catalogue", Subject.system("catalogue"), "catalogue", **said)
    return report


def _agencies(file: Path) -> tuple[dict[UUID, Kind], dict[UUID, list[Fact]]]:
    kinds: dict[UUID, Kind] = {}
    facts: dict[UUID, list[Fact]] = {}
    for row in _rows(file):
        key = uuid5(NAMESPACE, row["unit"])
        kinds[key] = Kind(row["kind"])
        fact = Fact(
            parse_code(row["code"]),
            row["administrative_code"],
            row["name"],
            date.fromisoformat(row["valid_from"]),
            date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            row["basis"],
            row["certainty"],
        )
        facts.setdefault(key, []).append(fact)
    return kinds, facts


def _successions(file: Path) -> Iterator[Follows]:
    for row in _rows(file):
        yield Follows(
            uuid5(NAMESPACE, row["predecessor"]),
            uuid5(NAMESPACE, row["successor"]),
            Succession.Way(row["kind"]).value,
            date.fromisoformat(row["on"]),
            row["basis"],
            row["certainty"],
        )


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _unit(key: UUID, kind: Kind, facts: list[Fact]) -> Unit:
    first, last = _span(facts)
    return Unit(key=key, kind=kind, opened_on=first, closed_on=last, national=True)


def _span(facts: list[Fact]) -> tuple[date, date | None]:
    ends = [fact.valid_to for fact in facts]
    last = None if None in ends else max(end for end in ends if end)
    return min(fact.valid_from for fact in facts), last


def _bring_dates(units: dict[UUID, Unit], facts: dict[UUID, list[Fact]]) -> None:
    for key, periods in facts.items():
        unit, span = units[key], _span(periods)
        if (unit.opened_on, unit.closed_on) != span:
            unit.opened_on, unit.closed_on = span
            unit.save(update_fields=["opened_on", "closed_on"])


def _bring_states(units: dict[UUID, Unit], facts: dict[UUID, list[Fact]]) -> tuple[int, int]:
    """End the states the files no longer give, add those they give anew: (ended, added)."""
    fields = [*Fact._fields, "unit__key", "pk"]
    rows = UnitState.objects.filter(unit__national=True, known_to__isnull=True).values_list(*fields)
    stored = {(row[-2], Fact(*row[:-2])): row[-1] for row in rows}
    wanted = [(key, fact) for key, periods in facts.items() for fact in periods]
    now = timezone.now()
    gone = [stored[entry] for entry in stored.keys() - set(wanted)]
    UnitState.objects.filter(pk__in=gone).update(known_to=now)
    new = [entry for entry in wanted if entry not in stored]
    UnitState.objects.bulk_create(
        UnitState(unit=units[key], known_from=now, **fact._asdict()) for key, fact in new
    )
    return len(gone), len(new)


def _bring_successions(units: dict[UUID, Unit], links: list[Follows]) -> int:
    stored = set(
        Succession.objects.filter(predecessor__national=True).values_list(
            "predecessor__key", "successor__key", "on"
        )
    )
    new = [link for link in links if (link.predecessor, link.successor, link.on) not in stored]
    Succession.objects.bulk_create(
        Succession(
            predecessor=units[link.predecessor],
            successor=units[link.successor],
            kind=link.kind,
            on=link.on,
            basis=link.basis,
            certainty=link.certainty,
        )
        for link in new
    )
    return len(new)
