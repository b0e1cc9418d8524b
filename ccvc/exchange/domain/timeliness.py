"""By when what was approved here must be known to the national node. Pure.

What was produced on this node: 1 day after its approval; what other agencies brought about: 3 working days, where
that is later (NĐ 27/2026/NĐ-CP Điều 19).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Literal

from ccvc.rules import time_limits, working_days

Urgency = Literal["soon", "late", "escalated"]
SOON = timedelta(hours=12)
"""So long before the limit it is said that it comes."""
LONGEST = 60
"""Days looked back for the last one whose limit has ended: more than any row of days off."""
INSTANT = timedelta(microseconds=1)


def late_before(urgency: Urgency, now: datetime) -> datetime | None:
    """The moment before which whatever was approved is so urgent by now; None where the law sets no limit."""
    today = now.astimezone(working_days.ZONE).date()
    for ago in range(LONGEST):
        day = today - timedelta(days=ago)
        ends = _ends(urgency, day)
        if ends is None:
            return None
        if ends <= now:
            return _midnight(day + timedelta(days=1))
    return None


def limit_since() -> datetime:
    """From when on approvals have a limit: those before it have none."""
    first = min(one.valid_from for one in time_limits.named("synchronise_own"))
    return _midnight(first)


def _ends(urgency: Urgency, day: date) -> datetime | None:
    """When something approved on a day becomes so urgent."""
    due = time_limits.due("synchronise_own", _midnight(day))
    if due is None or urgency == "late":
        return due
    return due - SOON if urgency == "soon" else time_limits.due("synchronise_escalate", due - INSTANT)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), working_days.ZONE)
