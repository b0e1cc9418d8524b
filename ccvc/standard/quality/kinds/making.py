"""What every kind of rule is: a function that compiles a rule into a check."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ccvc.standard.documents import Difference
from ccvc.standard.fields import Standard
from ccvc.standard.quality.case import Asked, Case, Found, Place
from ccvc.standard.quality.declaring import Rule
from ccvc.standard.reading import Row

Check = Callable[[Case], Iterable[Found]]
Make = Callable[[Rule, Asked, Standard], Check]


def places(rule: Rule) -> list[Place]:
    """The rule's fields, taken apart."""
    return [Place.of(path) for path in rule.fields]


def cells(case: Case, asked: Asked, place: Place) -> list[tuple[Row | None, Any]]:
    """The present values at a place, each with its row (None outside tables)."""
    if not place.cell:
        value = case.value(place)
        return [] if value is None else [(None, value)]
    cell = place.cell
    return [
        (row, value)
        for row in asked.rows(case, place)
        if (value := row.get(cell)) is not None and not (type(value) is dict and "state" in value)
    ]


def mended(path: str, old: Any, new: Any) -> tuple[Difference, ...]:
    """The suggestion that puts one value in the place of another."""
    return (Difference(path, old, new),)
