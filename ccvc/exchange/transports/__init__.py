"""How packages travel: each transport carries sealed bytes and knows nothing else.

A new transport is a module with a class that follows `Transport`, named in `transport_for`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, Protocol

Outcome = Literal["stored", "carried", "retry", "refused", "gap"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one delivery.

    stored: the receiver holds it. carried: handed on, no answer until a receipt comes. retry: try again
    later. refused: the receiver will not take it as it is. gap: the receiver wants package `expected` first.
    `problem` is the error in JSON form (code, message, where, next) where there is one.
    """

    outcome: Outcome
    problem: dict[str, Any] | None = None
    expected: int | None = None


class Transport(Protocol):
    """Carries packages to and from one peer."""

    def deliver(self, data: bytes) -> Delivery:
        """Hand one package over; never raises for what may pass by itself, that is a `retry`."""

    def fetch(self, after: int, digest: str | None = None) -> Iterator[bytes]:
        """Packages of the peer numbered above `after`, in order; Problem where the peer cannot be asked.

        `digest` names the package held under that number: EXC-RESTORED where the peer has another one.
        """

    def heads(self, message: bytes) -> bytes | None:
        """Show the peer the head of this node's log; what it shows of its own, None where it knows of no heads."""

    def agrees(self, number: int, digest: str) -> bool:
        """Whether the package named is the one the peer has under a number; Problem where it cannot be asked."""


PASSING = frozenset(
    {
        "EXC-UNREACHABLE",
        "EXC-ANSWER",
        "EXC-BUSY",
        "EXC-FOLDER",
        "EXC-EMPTY",
        "EXC-TRUNCATED",
        "EXC-TRAILING",
        "EXC-BLOB-DIGEST",
        "EXC-CERT-EXPIRED",
        "EXC-CERT-NOT-YET",
        "EXC-CERT-REVOKED",
        "EXC-CERT-STATUS",
        "EXC-CERT-UNKNOWN",
        "EXC-PEER",
        "EXC-SUSPENDED",
    }
)
"""Problems that may pass without the package being built anew: damage on the way, the receiver not ready, a
certificate renewed or in force by now, a suspension lifted meanwhile."""


def outcome_of(problem: dict[str, Any]) -> Outcome:
    """Whether a receiver's refusal is worth trying again: `retry`, `gap` or `refused`."""
    if problem.get("code") == "EXC-GAP":
        return "gap"
    return "retry" if problem.get("code") in PASSING else "refused"
