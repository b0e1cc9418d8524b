"""What the rooms above lend this one: the tree of units, and where a person belongs.

`organisations` registers the tree from its `AppConfig.ready`, a room that keeps people (`dossiers`,
`registry`) registers where they belong. Without a registered tree a grant covers its own unit code only;
without registered people nobody but a person themself and a grant on everything sees who looked at them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

if TYPE_CHECKING:
    from ccvc.access.domain import Scope

EVERYWHERE = "*"
"""Unit code of a grant on all a node holds, given on the national node."""


class Tree(Protocol):
    """The dated tree of units."""

    def covers(self, scopes: Sequence[Scope], unit_code: str, on: date) -> bool:
        """Whether the unit with this code on that day lies in or below one of the scopes."""

    def known(self, unit_code: str, on: date) -> bool:
        """Whether a unit has this code on that day."""


class NoTree:
    """Stands in until a tree is registered: a scope is its own code and nothing below it."""

    def covers(self, scopes: Sequence[Scope], unit_code: str, on: date) -> bool:  # noqa: ARG002 - no tree, no days
        """Whether the very code is among the scopes."""
        return any(scope.unit_code == unit_code for scope in scopes)

    def known(self, unit_code: str, on: date) -> bool:  # noqa: ARG002 - no tree, no units
        """Nothing is known."""
        return False


UnitsOf = Callable[[UUID, date], frozenset[str]]

_trees: list[Tree] = [NoTree()]
_people: list[UnitsOf] = []


def register_tree(tree: Tree) -> None:
    """Called once by the room that keeps units."""
    _trees.append(tree)


def register_people(units_of: UnitsOf) -> None:
    """Called by each room that keeps people: (person key, day) -> codes of the units they belong to."""
    if units_of not in _people:
        _people.append(units_of)


def tree() -> Tree:
    """The registered tree."""
    return _trees[-1]


def units_of(person_key: UUID, on: date) -> frozenset[str]:
    """Codes of the units a person belongs to that day, in every room that keeps people."""
    return frozenset().union(*(room(person_key, on) for room in _people))


def covers(scopes: Sequence[Scope], unit_code: str, on: date) -> bool:
    """Whether one of the scopes is everything, or holds the unit."""
    if any(scope.unit_code == EVERYWHERE for scope in scopes):
        return True
    return bool(scopes) and tree().covers(scopes, unit_code, on)
