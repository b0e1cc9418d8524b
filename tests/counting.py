"""Counting lines at a bearable price."""

from __future__ import annotations

import time
from collections.abc import Callable

from slipcover import pytest_plugin

SHARE = 30


def count_cheaply() -> None:
    """Let SlipCover take out what it counted already for at most a thirtieth of the time.

    It looks through every function of every module whenever some line was met fifty times, which was more than a
    quarter of the whole run. What it leaves in is counted as before.
    """
    counter = pytest_plugin._slipcover_instance
    if counter is not None:
        counter.deinstrument_seen = seldom(counter.deinstrument_seen)


def seldom(act: Callable[[], None]) -> Callable[[], None]:
    """The act, done only where it has not been done for many times as long as it took."""
    rest = 0.0

    def done_seldom() -> None:
        nonlocal rest
        if (began := time.process_time()) >= rest:
            act()
            ended = time.process_time()
            rest = ended + SHARE * (ended - began)

    return done_seldom
