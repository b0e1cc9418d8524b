"""When to try again: twice as long each time, spread by chance, never longer than a quarter of an hour."""

from __future__ import annotations

from datetime import timedelta

FIRST = timedelta(seconds=2)
CAP = timedelta(minutes=15)


def delay(attempts: int, chance: float) -> timedelta:
    """Wait after the `attempts`-th failure (1 = first); `chance` in [0, 1) spreads it over half of the wait.

    Many senders meet one receiver that was down; without the spread they would all return in the same second.
    """
    doublings = min(max(attempts - 1, 0), 20)
    full = min(FIRST * (1 << doublings), CAP)
    return full / 2 + full / 2 * chance
