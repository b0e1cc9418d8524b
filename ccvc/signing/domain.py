"""How long a means of signing is blocked after wrong secrets, and when one no longer counts. Pure."""

from __future__ import annotations

from datetime import timedelta

FAILURES = 5
FIRST_WAIT = timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=24)


def blocked_for(failures: int, allowed: int = FAILURES) -> timedelta | None:
    """After every so many failures in a row, twice as long as before, up to a day; None after the others."""
    rounds, rest = divmod(failures, min(allowed, FAILURES))
    if rounds == 0 or rest:
        return None
    return min(FIRST_WAIT * (1 << min(rounds - 1, 10)), LONGEST_WAIT)
