"""Working on the parts of something large in several processes, as many as the machine has processors.

Results come back in the order of the parts, whoever finished first; no more parts are fetched than can be worked on
soon. Each process works by the standard of the one that gives the work: its version, an agency's own fields, the
code lists published by then.
"""

from __future__ import annotations

import gc
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from typing import Any, TypeVar

from ccvc.standard.versions import InUse, in_use, take_up

AHEAD = 2  # parts each process may have waiting

SELDOM = 100_000
"""Objects made before Python looks for cycles: parts are plain lists and dictionaries, which hold none."""

T = TypeVar("T")
R = TypeVar("R")


def together(
    work: Callable[[T], R],
    parts: Iterable[T],
    processes: int,
    *,
    prepare: Callable[..., None],
    given: tuple[Any, ...],
) -> Iterator[tuple[T, R]]:
    """Each part with what the work on it gave; `prepare(*given)` runs first in each process."""
    waiting: deque[tuple[T, Future[R]]] = deque()
    begin, context = (in_use(), prepare, given), get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=begin) as pool:
        try:
            for part in parts:
                waiting.append((part, pool.submit(work, part)))
                if len(waiting) > processes * AHEAD:
                    yield _next(waiting)
            while waiting:
                yield _next(waiting)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def processors(asked: int) -> int:
    """As many processes as are asked for; 0: one for each processor of the machine."""
    return asked or os.cpu_count() or 1


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Look for cycles seldom while something large is worked on."""
    before = gc.get_threshold()
    gc.set_threshold(SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _begin(standard: InUse, prepare: Callable[..., None], given: tuple[Any, ...]) -> None:
    gc.set_threshold(SELDOM)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    take_up(standard)
    prepare(*given)


def _end_with_the_parent() -> None:
    """Leave when the process that gives the work is gone: killed outright, it cannot say so."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _next(waiting: deque[tuple[T, Future[R]]]) -> tuple[T, R]:
    part, future = waiting.popleft()
    return part, future.result()
