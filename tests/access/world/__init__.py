"""What the matrix of access stands on: the routes, the roles, and a node with planted people, room by room."""

from __future__ import annotations

from tests.access.world.standing import World, found_world, plant
from tests.access.world.undoing import fingerprint, undone, writes

__all__ = ["World", "fingerprint", "found_world", "plant", "undone", "writes"]
