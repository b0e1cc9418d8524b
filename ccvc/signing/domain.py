"""How long a signing key is blocked after wrong passphrases. Pure."""

from __future__ import annotations

from datetime import timedelta

FAILURES = 5
FIRST_WAIT = timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=24)


def blocked_for(failures: int) -> timedelta | None:
    """After every fifth failure in a row, twice as long as before, up to a day; None after the others."""
    rounds, rest = divmod(failures, FAILURES)
    if rounds == 0 or rest:
        return None
    return min(FIRST_WAIT * (1 << min(rounds - 1, 10)), LONGEST_WAIT)
