"""Which package comes next: the rule that lets nothing be lost, applied twice or put in other order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NoReturn

from ccvc.standard.problems import Problem

Place = Literal["next", "repeat", "gap", "fork"]


@dataclass(frozen=True, slots=True)
class Chain:
    """What a receiver has taken from one sender: the last sequence number and that manifest's digest."""

    sequence: int = 0
    manifest_sha256: str | None = None


def decide_sequence(
    last: Chain, *, sequence: int, previous: str | None, digest: str, seen: str | None
) -> Place:
    """Place of a manifest after the `last` accepted one.

    `digest` names the manifest at hand, `seen` the manifest already taken under the same number (None: none).
    A fork is the same number with other content, or the next number continuing another history.
    """
    if sequence <= last.sequence:
        return "repeat" if seen == digest else "fork"
    if sequence > last.sequence + 1:
        return "gap"
    return "next" if previous == last.manifest_sha256 else "fork"


def refuse(place: Place, last: Chain, *, sequence: int, previous: str | None, sender: str) -> NoReturn:
    """Raise the Problem of a package that is neither next nor a repeat: EXC-GAP, EXC-FORK or EXC-CHAIN."""
    if place == "gap":
        raise Problem(
            "EXC-GAP", where="manifest.sequence", sender=sender, expected=last.sequence + 1, got=sequence
        )
    if sequence <= last.sequence:
        raise Problem("EXC-FORK", where="manifest.sequence", sender=sender, got=sequence)
    raise Problem(
        "EXC-CHAIN",
        where="manifest.previous",
        expected=last.manifest_sha256 or "null",
        got=previous or "null",
    )
