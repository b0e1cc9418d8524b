"""What a room above that keeps people lends this one: how many belong to units, and whose a number is.

`dossiers` registers itself from its `AppConfig.ready`; on a node without such a room nobody is affected by anything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

Holders = Mapping[tuple[int, str], int]
"""People by unit and the code of the job position they hold."""


class People(Protocol):
    """Those who belong to units, by the units they were last approved for."""

    def count(self) -> Mapping[int, int]:
        """How many belong to each unit that has any."""

    def whose(self, numbers: Collection[str]) -> Mapping[str, tuple[UUID, int]]:
        """Key and unit of whoever has each of these personal identification numbers."""

    def holders(self, units: Collection[int], on: date, known: datetime | None = None) -> Holders:
        """How many who serve hold each position code, by the unit they belonged to on a day, as known at a moment."""


class Nobody:
    """Stands in until a room registers."""

    def count(self) -> Mapping[int, int]:
        """Nobody."""
        return {}

    def whose(self, numbers: Collection[str]) -> Mapping[str, tuple[UUID, int]]:  # noqa: ARG002 - nobody to find
        """Nobody's."""
        return {}

    def holders(self, units: Collection[int], on: date, known: datetime | None = None) -> Holders:  # noqa: ARG002 - nobody to count
        """Nobody."""
        return {}


_registered: list[People] = [Nobody()]


def register_people(people: People) -> None:
    """Called once by the room that keeps people."""
    _registered.append(people)


def people() -> People:
    """The registered room."""
    return _registered[-1]
