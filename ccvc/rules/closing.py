"""Monthly closing: which policy holds for a month, and the days in which a month is signed.

Months are their first day; days are days of Viet Nam. TT 06/2023/TT-BNV; NĐ 27/2026/NĐ-CP Điều 19.
"""

from __future__ import annotations

import calendar
import tomllib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

FILE = Path(__file__).parent / "data" / "closing_policies.toml"
Mode = Literal["continuous", "monthly"]


@dataclass(frozen=True, slots=True)
class ClosingPolicy:
    """What holds from a day on: whether every month must be signed, in its last days, and how long one waits."""

    id: str
    mode: Mode
    since: date
    window_days: int
    grace_days: int
    basis: str
    basis_en: str
    certainty: str

    def window(self, month: date) -> Window:
        """The days in which a month is signed."""
        last = last_day(month)
        opens = max(month, last - timedelta(days=self.window_days - 1))
        return Window(opens, last, last + timedelta(days=self.grace_days))


@dataclass(frozen=True, slots=True)
class Window:
    """First and last day on which a month is signed in time; after `awaited_until` its closing is missing."""

    opens: date
    closes: date
    awaited_until: date

    def days_left(self, today: date) -> int:
        """Days left to sign in time, today counted; 0 where the window is not open."""
        return (self.closes - today).days + 1 if self.opens <= today <= self.closes else 0


def policy_on(day: date) -> ClosingPolicy | None:
    """The policy in force on a day; None before 5 May 2023, when nothing was closed."""
    return next((policy for policy in reversed(_policies()) if policy.since <= day), None)


def policy_of(month: date) -> ClosingPolicy | None:
    """The policy a month is closed by: that of its last day."""
    return policy_on(last_day(month))


def decided(policy: ClosingPolicy, mode: Mode, window_days: int, basis: str) -> ClosingPolicy:
    """The policy as an agency's own act lays it down."""
    return replace(policy, mode=mode, window_days=window_days, basis=basis, basis_en=basis)


def month_of(day: date) -> date:
    """The month a day lies in."""
    return day.replace(day=1)


def last_day(month: date) -> date:
    """The last day of a month, 28 to 31."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def month_before(month: date) -> date:
    """The month before."""
    return month_of(month - timedelta(days=1))


def month_after(month: date) -> date:
    """The month after."""
    return last_day(month) + timedelta(days=1)


@cache
def _policies() -> tuple[ClosingPolicy, ...]:
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["policy"]
    return tuple(sorted((_policy(row) for row in rows), key=lambda policy: policy.since))


def _policy(row: dict[str, object]) -> ClosingPolicy:
    texts = {name: str(row[name]) for name in ("id", "basis", "basis_en", "certainty")}
    mode: Mode = "monthly" if row["mode"] == "monthly" else "continuous"
    since, days, grace = row["from"], row["window_days"], row["grace_days"]
    if not (isinstance(since, date) and isinstance(days, int) and isinstance(grace, int)):
        raise TypeError(f"{FILE.name}: {row['id']}")
    return ClosingPolicy(mode=mode, since=since, window_days=days, grace_days=grace, **texts)
