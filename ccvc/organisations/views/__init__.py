"""Pages of this room: the tree and a unit as of a day, what changed between two days, and reorganisations."""

from __future__ import annotations

from ccvc.organisations.views.reorganising import (
    approve,
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
    "branch",
    "difference",
    "new_reorganisation",
    "reorganisation",
    "reorganisations",
    "tree",
    "undo",
    "unit",
    "withdraw",
]
