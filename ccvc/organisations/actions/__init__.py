"""All writes of this room: the national catalogue, units from a file, and units changed one by one."""

from __future__ import annotations

from ccvc.organisations.actions.catalogue import CatalogueReport, load_catalogue
from ccvc.organisations.actions.files import UnitsReport, load_units
from ccvc.organisations.actions.units import close_unit, move_unit, open_unit, rename_unit

__all__ = [
    "CatalogueReport",
    "UnitsReport",
    "close_unit",
    "load_catalogue",
    "load_units",
    "move_unit",
    "open_unit",
    "rename_unit",
]
