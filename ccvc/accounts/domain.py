"""When another attempt at signing in may be made. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
WINDOW = timedelta(hours=24)
LONGEST_NAME = 64
MINUTE = 60


@dataclass(frozen=True)
class Allowance:
    """Failures allowed before waiting begins, each counted over what it is named after."""

    account_at_address: int = 5
    account: int = 20
    address: int = 50


ALLOWANCE = Allowance()
"""A whole office shares one address, and a stranger must not be able to shut an owner out: so an account
seen from one address has little room, an account from everywhere and an address for everyone have more."""


def waiting_time(failures: int, allowed: int) -> timedelta:
    """How long to wait after the last failure: nothing below `allowed`, then doubling up to the longest."""
    if failures < allowed:
        return timedelta(0)
    doublings = min(failures - allowed, 16)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def account_name(typed: str) -> str:
    """The one spelling of an account's name: no surrounding space, lower case."""
    return typed.strip().casefold()


def spoken(wait: timedelta) -> str:
    """A waiting time as people say it, rounded up: "30 giây", "2 phút"."""
    seconds = math.ceil(wait.total_seconds())
    return f"{seconds} giây" if seconds < MINUTE else f"{math.ceil(seconds / MINUTE)} phút"
