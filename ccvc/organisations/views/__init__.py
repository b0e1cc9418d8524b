"""Pages of this room: the tree, a unit and its job positions as of a day, differences, and reorganisations."""

from __future__ import annotations

from ccvc.organisations.views.positions import end_position, position, positions
from ccvc.organisations.views.reorganising import (
    approve,
    begin_approve,
    complete_approve,
    difference,
    new_reorganisation,
    reorganisation,
    reorganisations,
    undo,
    withdraw,
)
from ccvc.organisations.views.units import branch, tree, unit

__all__ = [
    "approve",
    "begin_approve",
    "branch",
    "complete_approve",
    "difference",
    "end_position",
    "new_reorganisation",
    "position",
    "positions",
    "reorganisation",
    "reorganisations",
    "tree",
    "undo",
    "unit",
    "withdraw",
]
