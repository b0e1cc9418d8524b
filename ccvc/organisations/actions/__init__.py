"""All writes of this room: the national catalogue, units from a file or one by one, and reorganisations."""

from __future__ import annotations

from ccvc.organisations.actions.catalogue import CatalogueReport, load_catalogue
from ccvc.organisations.actions.files import UnitsReport, load_units
from ccvc.organisations.actions.locally import begin_locally, end_locally
from ccvc.organisations.actions.positions import (
    Approved,
    Decision,
    approve_positions,
    end_position,
    load_positions,
)
from ccvc.organisations.actions.reorganising import (
    approve_by,
    approve_reorganisation,
    draft_reorganisation,
    draft_undoing,
    withdraw_reorganisation,
)
from ccvc.organisations.actions.units import close_unit, move_unit, open_unit, rename_unit

__all__ = [
    "Approved",
    "CatalogueReport",
    "Decision",
    "UnitsReport",
    "approve_by",
    "approve_positions",
    "approve_reorganisation",
    "begin_locally",
    "close_unit",
    "draft_reorganisation",
    "draft_undoing",
    "end_locally",
    "end_position",
    "load_catalogue",
    "load_positions",
    "load_units",
    "move_unit",
    "open_unit",
    "rename_unit",
    "withdraw_reorganisation",
]
