"""Verifying the log: nothing stored is believed, and the data behind each entry is read again too.

Works on the database alone, with no other service and no network, in bounded batches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import orjson
from django.db.models import Subquery
from django.db.models.functions import Coalesce

from ccvc.ledger.domain import Fault, Report, Row, reader_of
from ccvc.ledger.heads import collect
from ccvc.ledger.models import Entry, Head
from ccvc.ledger.walk import Walk
from ccvc.signing import store
from ccvc.signing.merkle import EMPTY_ROOT
from ccvc.signing.verification import Trust

BATCH = 2000
COLUMNS = ("index", "kind", "subject", "payload", "at", "leaf_hash", "nodes")

Progress = Callable[[int, int], None]
"""Told how many entries are done, of how many."""


def verify(
    progress: Progress | None = None,
    *,
    all_faults: bool = False,
    heads: Iterable[Mapping[str, Any]] = (),
    trust: Trust | None = None,
) -> Report:
    """Walk the whole log and report the first thing that does not fit, or with all_faults everything.

    heads are signed heads of this node (JWS) kept elsewhere: they show a log cut or rewritten together with
    the heads stored beside it. What is appended meanwhile is left for the next time.
    """
    report = Report()
    for fault in _faults(report, progress, heads, store.trust() if trust is None else trust):
        report.faults.append(fault)
        if not all_faults:
            break
    return report


def _faults(
    report: Report, progress: Progress | None, heads: Iterable[Mapping[str, Any]], trust: Trust
) -> Iterator[Fault]:
    claims, bad_heads = collect(heads, trust)
    report.signed_heads = sum(len(held) for held in claims.values())
    head = Head.objects.filter(pk=1).first()  # after the signed heads, so that none of those is newer
    walk = Walk(claims)
    for rows in _batches(head.size if head else 0):
        for row in rows:
            yield from _entry_faults(walk, row, report)
        report.size, report.root = walk.size, walk.root().hex()
        if progress and head:
            progress(walk.size, head.size)
    stored = (head.size, bytes(head.root), bytes(head.frontier)) if head else (0, EMPTY_ROOT, b"")
    yield from walk.finish(*stored)
    report.size, report.root = walk.size, walk.root().hex()
    yield from _beyond()
    yield from bad_heads


def _batches(size: int) -> Iterator[list[Row]]:
    """Entries below a size in order, BATCH numbers at a time; a batch lacks the rows that are missing."""
    for start in range(0, size, BATCH):
        found = Entry.objects.filter(index__gte=start, index__lt=min(start + BATCH, size)).order_by("index")
        yield [
            Row(index, kind, subject, payload, at, bytes(leaf), bytes(nodes))
            for index, kind, subject, payload, at, leaf, nodes in found.values_list(*COLUMNS)
        ]


def _entry_faults(walk: Walk, row: Row, report: Report) -> Iterator[Fault]:
    whole = True
    for fault in walk.step(row):
        whole = whole and fault.code != "LED-CHANGED"
        yield fault
    if not whole:
        return
    reader = reader_of(row.kind)
    counted = report.entries if reader else report.unread
    counted[row.kind] = counted.get(row.kind, 0) + 1
    if reader is None:
        return
    try:
        yield from reader(orjson.loads(row.payload), row.index)
    except Exception as error:  # noqa: BLE001 - whatever damaged data does to a reader is itself a finding
        yield Fault.of("LED-UNREADABLE", row.index, row.kind, row.subject, "data", detail=repr(error))


def _beyond() -> Iterator[Fault]:
    """Entries past the end the head states; asked in one statement, for others may be appending."""
    size = Coalesce(Subquery(Head.objects.values("size")[:1]), 0)
    last = Entry.objects.annotate(size=size).order_by("-index").values_list("index", "size").first()
    if last is not None and last[0] >= last[1]:
        extra, begin = last
        yield Fault.of("LED-EXTRA", begin, "entry", f"{begin}-{extra}", "extra", last=extra)
