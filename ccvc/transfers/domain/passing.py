"""How a hand-over passes at the national node, which alone decides who manages a person. Pure.

Whatever comes twice, late, or from the wrong side leaves the state as it is; each state has one answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from ccvc.standard.problems import Problem

State = Literal["opened", "sealed", "switched", "refused", "withdrawn", "lapsed"]
OPEN: frozenset[State] = frozenset({"opened", "sealed"})


@dataclass(frozen=True, slots=True)
class Managed:
    """What the register holds of a person: who manages them, and the last version accepted."""

    agency: str
    number: int
    version: str


@dataclass(frozen=True, slots=True)
class Passing:
    """One hand-over at the national node."""

    giver: str
    receiver: str
    number: int
    version: str
    effective_on: date
    expires_on: date
    state: State = "opened"
    root: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it may still end either way."""
        return self.state in OPEN


def expiry(today: date, effective_on: date, days: int) -> date:
    """The last day on which an offer may be accepted: it is counted from when it can be."""
    return max(today, effective_on) + timedelta(days=days)


def refuse_offer(
    sender: str, receiver: str, number: int, version: str, held: Managed | None, *, open_elsewhere: bool
) -> None:
    """Problem TRF-UNKNOWN, TRF-NOT-MANAGER, TRF-SAME, TRF-OPEN or TRF-BEHIND where an offer may not stand."""
    if held is None:
        raise Problem("TRF-UNKNOWN")
    if held.agency != sender:
        raise Problem("TRF-NOT-MANAGER", holder=held.agency)
    if receiver == sender:
        raise Problem("TRF-SAME")
    if open_elsewhere:
        raise Problem("TRF-OPEN")
    if (held.number, held.version) != (number, version):
        raise Problem("TRF-BEHIND", number=number, last=held.number)


def sealed(now: Passing, sender: str, root: str) -> Passing:
    """After the sealed dossier has passed through."""
    if sender != now.giver or now.state != "opened":
        return now
    return replace(now, state="sealed", root=root)


def withdrawn(now: Passing, sender: str) -> Passing:
    """After the giver took its offer back."""
    return replace(now, state="withdrawn") if sender == now.giver and now.is_open else now


def refused(now: Passing, sender: str) -> Passing:
    """After the receiver refused."""
    return replace(now, state="refused") if sender == now.receiver and now.is_open else now


def lapsed(now: Passing, today: date) -> Passing:
    """After a day has come, on which nobody had accepted in time."""
    return replace(now, state="lapsed") if now.is_open and today > now.expires_on else now


def accepted(now: Passing, sender: str, root: str | None, held: Managed | None, today: date) -> Passing:
    """After the receiver accepted: the one step in which the manager changes.

    Problem TRF-NOT-RECEIVER, TRF-NOT-SEALED, TRF-ROOT, TRF-EARLY, TRF-NOT-MANAGER, TRF-BEHIND where it may not yet.
    """
    if sender != now.receiver:
        raise Problem("TRF-NOT-RECEIVER")
    if not now.is_open:
        return now
    if now.state != "sealed":
        raise Problem("TRF-NOT-SEALED")
    if root != now.root:
        raise Problem("TRF-ROOT")
    if today < now.effective_on:
        raise Problem("TRF-EARLY", day=f"{now.effective_on:%d/%m/%Y}")
    if held is None or held.agency != now.giver:
        raise Problem("TRF-NOT-MANAGER", holder=held.agency if held else "?")
    if (held.number, held.version) != (now.number, now.version):
        raise Problem("TRF-BEHIND", number=now.number, last=held.number)
    return replace(now, state="switched")
