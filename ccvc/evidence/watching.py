"""Rooms above that must know when the papers of a dossier are others than before, without a new version of it.

Called in the transaction of the act, so that what they write stands or falls with it.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

Watcher = Callable[[UUID], object]
_watchers: list[Watcher] = []


def register_watcher(watcher: Watcher) -> None:
    """Called once by a room that wants to be told whose papers changed."""
    if watcher not in _watchers:
        _watchers.append(watcher)


def tell(person_key: UUID) -> None:
    """The papers of this dossier changed."""
    for watcher in _watchers:
        watcher(person_key)
