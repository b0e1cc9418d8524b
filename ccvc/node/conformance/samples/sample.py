"""What a sample is: the files a receiver takes one after another, and what it must say to the last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ccvc.node.conformance.samples.scheme import Scheme


@dataclass(frozen=True)
class Compared:
    """What the receipt to a snapshot says: how many agree, and of what kind the differences are."""

    agreed: int
    kinds: Sequence[str] = ()


@dataclass(frozen=True)
class Sample:
    """A package; the packages to take before it; the code that refuses it whole, or the records refused.

    `problem` refuses it in its receipt, after it has taken its number. `told` are the lines of kind transfer that come
    back to the sender for all of them, with the code of each that denies.
    """

    data: bytes
    before: Sequence[bytes] = ()
    code: str | None = None
    refused: Sequence[tuple[int, str]] = ()
    problem: str | None = None
    compared: Compared | None = None
    told: Sequence[tuple[str, str | None]] | None = None
    padding: int = 0
    """Zero bytes to add at the end, where the file is too large to hold in memory."""


Maker = Callable[[Scheme], Sample]
