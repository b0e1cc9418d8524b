"""Papers that grow: files of ours to which signatures are added behind the bytes that were attached.

A paper is named by the digest of the file as it was attached; whoever opens it is given what it has grown to. The room
above that lets a file grow registers here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ccvc.access.domain import Subject


@dataclass(frozen=True, slots=True)
class Grown:
    """What a file has grown to (its SHA-256), and whether a subject may open it at all: it may speak of others too."""

    sha256: str
    require: Callable[[Subject], None]


Finding = Callable[[str], Grown | None]
_finders: list[Finding] = []


def register_growing(finder: Finding) -> None:
    """Called once by a room whose files grow."""
    if finder not in _finders:
        _finders.append(finder)


def grown(sha256: str) -> Grown | None:
    """What the file of this digest has grown to; None for one that came as it is."""
    return next((found for find in _finders if (found := find(sha256)) is not None), None)
