"""Reads of headcount: sheets of assigned beside actual, and whether a place is free."""

from __future__ import annotations

from ccvc.headcount.selectors.assigned import decisions, given, given_below, parents
from ccvc.headcount.selectors.crowds import Arrival
from ccvc.headcount.selectors.rooms import Level, Room, exceeded, passings, room
from ccvc.headcount.selectors.sheets import Row, Sheet, Total, sheet, total

__all__ = [
    "Arrival",
    "Level",
    "Room",
    "Row",
    "Sheet",
    "Total",
    "decisions",
    "exceeded",
    "given",
    "given_below",
    "parents",
    "passings",
    "room",
    "sheet",
    "total",
]
