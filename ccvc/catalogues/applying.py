"""The lists this process works by: the shipped ones with every change set over them.

A process looks for newer change sets at the start of a request or a round, at most once in `EVERY` seconds: one
look at the highest number. Where a change set is taken or published, its own process has it at the commit.
"""

from __future__ import annotations

import threading
import time

import structlog

from ccvc import standard
from ccvc.catalogues.domain import Laid, decode, lay
from ccvc.catalogues.models import ChangeSet
from ccvc.standard.versions import publish

log = structlog.get_logger(__name__)
EVERY = 2.0
NOTHING = Laid({}, {}, {})


class InUse:
    """What this process has laid over the shipped lists, up to which number, and when it looks again."""

    def __init__(self) -> None:
        self.laid, self.number, self.next_look = NOTHING, 0, 0.0
        self.lock = threading.Lock()


in_use = InUse()


def look() -> None:
    """Take up what is newer, unless this process has just looked."""
    if time.monotonic() >= in_use.next_look:
        in_use.next_look = time.monotonic() + EVERY
        refresh()


def refresh() -> None:
    """Take up the change sets of the database, where they are others than those in use."""
    with in_use.lock:
        newest = ChangeSet.objects.order_by("-number").values_list("number", flat=True).first() or 0
        if newest != in_use.number:
            laid = laid_now()
            publish(laid.rows)
            in_use.laid, in_use.number = laid, newest
            for number, problem in laid.refused.items():
                log.warning("catalogues.refused", number=number, code=problem.code, where=problem.where)


def laid_now() -> Laid:
    """The shipped lists with all change sets of the database over them."""
    contents = ChangeSet.objects.order_by("number").values_list("content", flat=True)
    return lay(standard.newest().codes, (decode(content.encode()) for content in contents))
