"""Verifying the log: nothing stored is believed, and the data behind each entry is read again too.

Works on the database alone, with no other service and no network, in bounded batches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import orjson
from django.db import connection
from django.db.models import Subquery
from django.db.models.functions import Coalesce

from ccvc.ledger.domain import Fault, Report, Row, beyond_all, reader_of
from ccvc.ledger.heads import collect
from ccvc.ledger.models import Entry, Head
from ccvc.ledger.parts import Part, read_here, read_together
from ccvc.ledger.walk import Walk
from ccvc.signing import store
from ccvc.signing.merkle import EMPTY_ROOT
from ccvc.signing.verification import Trust
from ccvc.standard.together import processors

BATCH = 2000
WEIGHT = 10_000
"""Records read before a part is handed on: some seconds of work."""
MANY = 50_000
"""Entries and records from which processes earn the time they take to start."""
COLUMNS = ("index", "kind", "subject", "payload", "at", "leaf_hash", "nodes")

Progress = Callable[[int, int], None]
"""Told how many entries are done, of how many."""


def verify(
    progress: Progress | None = None,
    *,
    all_faults: bool = False,
    heads: Iterable[Mapping[str, Any]] = (),
    trust: Trust | None = None,
    processes: int = 1,
) -> Report:
    """Walk the whole log and report the first thing that does not fit, or with all_faults everything.

    heads are signed heads of this node (JWS) kept elsewhere: they show a log cut or rewritten together with
    the heads stored beside it. What is appended meanwhile is left for the next time. A large log is read by as many
    processes as asked for (0: one a processor), unless a transaction is open, which only this process sees.
    """
    report = Report()
    believed = store.trust() if trust is None else trust
    for fault in _faults(report, progress, heads, believed, processors(processes)):
        report.faults.append(fault)
        if not all_faults:
            break
    return report


def _faults(
    report: Report,
    progress: Progress | None,
    heads: Iterable[Mapping[str, Any]],
    trust: Trust,
    processes: int,
) -> Iterator[Fault]:
    claims, bad_heads = collect(heads, trust)
    report.signed_heads = sum(len(held) for held in claims.values())
    head = Head.objects.filter(pk=1).first()  # after the signed heads, so that none of those is newer
    size, walk = head.size if head else 0, Walk(claims)
    parts = _parts(walk, size, report)
    many = processes > 1 and size and not connection.in_atomic_block and _records() >= MANY
    for part, found in read_together(parts, processes) if many else read_here(parts):
        yield from sorted([*part.faults, *found], key=lambda fault: fault.index)
        if progress and head:
            progress(part.done, size)
    stored = (size, bytes(head.root), bytes(head.frontier)) if head else (0, EMPTY_ROOT, b"")
    yield from walk.finish(*stored)
    report.size, report.root = walk.size, walk.root().hex()
    yield from _beyond()
    yield from beyond_all()
    yield from bad_heads


def _records() -> int:
    """About how many records stand behind the log: entries, and the last version's position the newest names."""
    newest = (
        Entry.objects.filter(kind="versions").order_by("-index").values_list("subject", flat=True).first()
    )
    return Entry.objects.count() + int((newest or "").rpartition("-")[2] or 0)


def _parts(walk: Walk, size: int, report: Report) -> Iterator[Part]:
    """The log walked entry by entry, and what is to be read of each, in parts."""
    part = Part()
    for rows in _batches(size):
        for row in rows:
            _walk(walk, row, part, report)
            if part.weight >= WEIGHT:
                yield _ended(part, walk, report)
                part = Part()
        yield _ended(part, walk, report)
        part = Part()


def _ended(part: Part, walk: Walk, report: Report) -> Part:
    report.size, report.root = walk.size, walk.root().hex()
    part.done = walk.size
    return part


def _batches(size: int) -> Iterator[list[Row]]:
    """Entries below a size in order, BATCH numbers at a time; a batch lacks the rows that are missing."""
    for start in range(0, size, BATCH):
        found = Entry.objects.filter(index__gte=start, index__lt=min(start + BATCH, size)).order_by("index")
        yield [
            Row(index, kind, subject, payload, at, bytes(leaf), bytes(nodes))
            for index, kind, subject, payload, at, leaf, nodes in found.values_list(*COLUMNS)
        ]


def _walk(walk: Walk, row: Row, part: Part, report: Report) -> None:
    whole = True
    for fault in walk.step(row):
        whole = whole and fault.code != "LED-CHANGED"
        part.faults.append(fault)
    if not whole:
        return
    reader = reader_of(row.kind)
    counted = report.entries if reader else report.unread
    counted[row.kind] = counted.get(row.kind, 0) + 1
    if reader is None:
        return
    try:
        part.ask(row, orjson.loads(row.payload))
    except (ValueError, AttributeError) as error:
        part.faults.append(
            Fault.of("LED-UNREADABLE", row.index, row.kind, row.subject, "data", detail=repr(error))
        )


def _beyond() -> Iterator[Fault]:
    """Entries past the end the head states; asked in one statement, for others may be appending."""
    size = Coalesce(Subquery(Head.objects.values("size")[:1]), 0)
    last = Entry.objects.annotate(size=size).order_by("-index").values_list("index", "size").first()
    if last is not None and last[0] >= last[1]:
        extra, begin = last
        yield Fault.of("LED-EXTRA", begin, "entry", f"{begin}-{extra}", "extra", last=extra)
