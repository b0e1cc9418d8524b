"""What a room above that keeps people lends this one: how many belong to units, who they are, and whose a number is.

`dossiers` registers itself from its `AppConfig.ready`; on a node without such a room nobody is affected by anything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from ccvc.access.domain import Subject


@dataclass(frozen=True, slots=True)
class Affected:
    """Somebody who belongs to a unit; `unit` is the one they were last approved for."""

    key: UUID
    name: str
    unit: int


class People(Protocol):
    """Those who belong to units, by the units they were last approved for."""

    def count(self) -> Mapping[int, int]:
        """How many belong to each unit that has any."""

    def page(self, subject: Subject, units: Collection[int], first: int, most: int) -> Sequence[Affected]:
        """People of these units whom the subject may list, by name."""

    def whose(self, numbers: Collection[str]) -> Mapping[str, tuple[UUID, int]]:
        """Key and unit of whoever has each of these personal identification numbers."""


class Nobody:
    """Stands in until a room registers."""

    def count(self) -> Mapping[int, int]:
        """Nobody."""
        return {}

    def page(self, subject: Subject, units: Collection[int], first: int, most: int) -> Sequence[Affected]:  # noqa: ARG002 - nobody to list
        """Nobody."""
        return []

    def whose(self, numbers: Collection[str]) -> Mapping[str, tuple[UUID, int]]:  # noqa: ARG002 - nobody to find
        """Nobody's."""
        return {}


_registered: list[People] = [Nobody()]


def register_people(people: People) -> None:
    """Called once by the room that keeps people."""
    _registered.append(people)


def people() -> People:
    """The registered room."""
    return _registered[-1]
