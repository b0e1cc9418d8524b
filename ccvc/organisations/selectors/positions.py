"""Job positions of a unit as of a day and as known at a moment, and who holds them, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.organisations.homes import homes, taken_in
from ccvc.organisations.models import Position, Unit
from ccvc.organisations.people import Holders, people
from ccvc.organisations.selectors.units import as_known, reach, sheet


@dataclass(frozen=True, slots=True)
class Filled:
    """A position with how many hold it; `former`: the unit it was approved for, where another took it over.

    `held`: None where the reader may not know.
    """

    position: Position
    held: int | None
    former: str = ""

    @property
    def free(self) -> int | None:
        """Places nobody holds; below zero where more hold it than it has places."""
        return None if self.held is None else self.position.places - self.held


@dataclass(frozen=True, slots=True)
class PositionSheet:
    """The positions of a unit on a day; `strange`: holders of a code that is none of them, by code."""

    unit: Unit
    name: str
    code: str
    stands: bool
    rows: Sequence[Filled]
    strange: Sequence[tuple[str, int]]
    may_edit: bool

    @property
    def places(self) -> int:
        """All places."""
        return sum(row.position.places for row in self.rows)

    @property
    def held(self) -> int | None:
        """All that are held."""
        held = [row.held for row in self.rows if row.held is not None]
        return sum(held) if len(held) == len(self.rows) else None


def positions_of(unit_id: int, on: date, known: datetime | None = None) -> list[Position]:
    """Positions of a unit on a day, by kind and code, those it took over with units that ended among them.

    As known at a moment (default: now); none where the unit does not stand.
    """
    rows = _on(on, known).filter(unit_id__in=taken_in(unit_id, on, known, positions=True))
    order = list(Position.Kind.values)
    return sorted(rows, key=lambda row: (order.index(row.kind), row.code, row.unit_id != unit_id))


def position_units(on: date) -> Counter[int]:
    """How many positions each unit has on a day, those it took over among them."""
    counts = Counter(_on(on, None).values_list("unit_id", flat=True))
    at = homes(counts, on, positions=True)
    found = Counter[int]()
    for unit, number in counts.items():
        found[at[unit]] += number
    return found


def position_of(unit_id: int, code: str, on: date) -> Position | None:
    """The position with this code at a unit on a day; its own before one it took over."""
    return next((row for row in positions_of(unit_id, on) if row.code == code), None)


def _on(on: date, known: datetime | None) -> QuerySet[Position]:
    rows = Position.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)
    if known is None:
        return rows.filter(known_to=None)
    return rows.filter(Q(known_to=None) | Q(known_to__gt=known), known_from__lte=known)


def position_sheet(subject: Subject, key: UUID, on: date, known: datetime | None = None) -> PositionSheet:
    """The positions of a unit the subject sees, and their holders where they may see headcount there.

    Problem ACC-DENIED, ORG-UNIT-UNKNOWN.
    """
    require(subject, Right.ORGANISATION_SEE)
    shown = sheet(subject, key, on, known)
    unit, today = shown.unit.pk, timezone.localdate()
    rows = positions_of(unit, on, known)
    held, strange = None, Counter[str]()
    if unit in reach(subject, Right.HEADCOUNT_SEE, today):
        held, strange = _held(rows, people().holders(taken_in(unit, on, known), on, known))
    former = _names({row.unit_id for row in rows} - {unit}, known)
    return PositionSheet(
        unit=shown.unit,
        name=(shown.state or shown.history[0]).name,
        code=(shown.state or shown.history[0]).code,
        stands=shown.state is not None,
        rows=[
            Filled(row, None if held is None else held[row.pk], former.get(row.unit_id, "")) for row in rows
        ],
        strange=sorted(strange.items()),
        may_edit=unit in reach(subject, Right.ORGANISATION_EDIT, today),
    )


def _held(rows: Sequence[Position], holders: Holders) -> tuple[Counter[int], Counter[str]]:
    """How many hold each position, by its id; and of codes that are none of them, by code.

    Where two units' positions have one code, each is held by those approved for its unit, the first by the others.
    """
    own = {(row.unit_id, row.code): row.pk for row in rows}
    first = {row.code: row.pk for row in reversed(rows)}
    held, strange = Counter[int](), Counter[str]()
    for (unit, code), number in holders.items():
        position = own.get((unit, code), first.get(code))
        if position is None:
            strange[code] += number
        else:
            held[position] += number
    return held, strange


def _names(units: Iterable[int], known: datetime | None) -> dict[int, str]:
    """What units were last called."""
    rows = as_known(known).filter(unit_id__in=list(units)).order_by("valid_from")
    return dict(rows.values_list("unit_id", "name"))
