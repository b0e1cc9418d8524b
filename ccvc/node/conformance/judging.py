"""What a case expects and what it found: the words of a failed case."""

from __future__ import annotations

from typing import Any


class Failed(Exception):  # noqa: N818 - a case fails; nothing of ours is in error
    """A case that did not pass."""

    def __init__(self, expected: str, got: str) -> None:
        super().__init__(expected, got)
        self.expected = expected
        self.got = got


def same(what: str, got: Any, expected: Any) -> None:
    """Failed unless two values are equal."""
    if got != expected:
        raise Failed(f"{what}: {expected}", str(got))


def holds(what: str, *, ok: bool, got: object) -> None:
    """Failed unless something holds."""
    if not ok:
        raise Failed(what, str(got))
