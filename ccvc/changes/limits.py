"""How urgent something is that is due at a moment. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ccvc.rules import working_days


@dataclass(frozen=True, slots=True)
class Urgency:
    """Late, or due soon: by when."""

    look: Literal["late", "soon"]
    due_at: datetime


def soon(now: datetime) -> datetime:
    """What is due by the end of the next working day is due soon."""
    return working_days.ends(now, 1)


def urgency(limits: Iterable[datetime | None], now: datetime) -> Urgency | None:
    """How urgent what has these limits is; None where the first of them is far off, or there is none."""
    first = min((limit for limit in limits if limit is not None), default=None)
    if first is None or first > soon(now):
        return None
    return Urgency("late" if first <= now else "soon", first)
