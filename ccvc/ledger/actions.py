"""What is written to the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import orjson
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from ccvc.ledger.domain import Report, head_bytes, leaf_bytes
from ccvc.ledger.kinds import require_declared
from ccvc.ledger.models import Entry, Head, SignedHead, Verification
from ccvc.signing import jws, merkle, store

WRITE = """
WITH entered AS (
    INSERT INTO ledger_entry (index, kind, subject, payload, leaf_hash, nodes, at) VALUES (%s, %s, %s, %s, %s, %s, %s)
)
UPDATE ledger_head SET size = %s, root = %s, frontier = %s WHERE id = 1"""
KEPT = 50
"""Faults kept of a verification."""


def lock() -> Head:
    """Take the log's lock (SELECT FOR UPDATE on its head) until the transaction ends.

    Whoever holds it commits before the next to come: positions given out under it are read in order. Take it
    after all other locks. TransactionManagementError outside a transaction.
    """
    head = Head.objects.select_for_update().filter(pk=1).first()
    if head is None:
        Head.objects.bulk_create([Head(pk=1, size=0, root=merkle.EMPTY_ROOT)], ignore_conflicts=True)
        head = Head.objects.select_for_update().get(pk=1)
    return head


@transaction.atomic(savepoint=False)
def append(kind: str, subject: str, payload: Mapping[str, Any], held: Head | None = None) -> Entry:
    """Write an act into the log, in the transaction of the act itself: without the entry there is no act.

    `held` is the head whoever took the lock before was given, where nothing was appended since. ValueError for a
    kind nobody declared.
    """
    head = lock() if held is None else held
    frontier = merkle.Frontier.from_bytes(head.size, bytes(head.frontier))
    entry = _entry(frontier, kind, subject, payload)
    _write(entry, frontier)
    return entry


@transaction.atomic(savepoint=False)
def append_all(kind: str, acts: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """Write several acts of one kind into the log in their order, as `append`: each its subject and its payload."""
    head = lock()
    frontier = merkle.Frontier.from_bytes(head.size, bytes(head.frontier))
    Entry.objects.bulk_create([_entry(frontier, kind, subject, payload) for subject, payload in acts])
    grown = {"size": frontier.size, "root": frontier.root(), "frontier": frontier.to_bytes()}
    Head.objects.filter(pk=head.pk).update(**grown)


def _entry(frontier: merkle.Frontier, kind: str, subject: str, payload: Mapping[str, Any]) -> Entry:
    """The next entry, which the frontier has taken in."""
    require_declared(kind)
    index, at = frontier.size, timezone.now()
    text = orjson.dumps(payload, option=orjson.OPT_SORT_KEYS).decode()
    leaf = merkle.leaf_hash(leaf_bytes(index, kind, subject, text, at))
    nodes = b"".join(frontier.append(leaf))
    return Entry(index=index, kind=kind, subject=subject, payload=text, leaf_hash=leaf, nodes=nodes, at=at)


def _write(entry: Entry, frontier: merkle.Frontier) -> None:
    """The entry and the head behind it, in one statement: every act of the node waits for it."""
    hashes, head = (bytes(entry.leaf_hash), bytes(entry.nodes)), (frontier.root(), frontier.to_bytes())
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE,
            [entry.index, entry.kind, entry.subject, entry.payload, *hashes, entry.at, frontier.size, *head],
        )


@transaction.atomic
def sign_head(*, anew: bool = False) -> SignedHead:
    """Sign the log as it stands with the node's key; the last signed head again if nothing was added since.

    `anew` signs it in any case: what is signed now says what the log is now.

    Raises SIG-NODE-KEY where the node is not enrolled.
    """
    head = lock()
    agency, root = settings.CCVC_AGENCY, bytes(head.root)
    last = SignedHead.objects.filter(agency=agency).order_by("-size", "-pk").first()
    if not anew and last is not None and last.size == head.size and bytes(last.root) == root:
        return last
    now = timezone.now().replace(microsecond=0)
    return SignedHead.objects.create(size=head.size, root=root, jws=_signed(head, now), at=now, agency=agency)


def _signed(head: Head, at: datetime) -> dict[str, Any]:
    own = store.node_keys().sign
    payload = head_bytes(settings.CCVC_AGENCY, head.size, bytes(head.root), at)
    return jws.sign(payload, own.key, own.chain, at=at)


@transaction.atomic
def keep_verification(report: Report, *, began: datetime, by: str) -> Verification:
    """Keep that the log was verified and what was found: a row, and an entry where the log can be believed."""
    faults = [asdict(fault) for fault in report.faults[:KEPT]]
    told = {"act": "ledger_verified", "by": by, "size": report.size, "root": report.root}
    if report.ok:
        append("administrative", "ledger", told)
    return Verification.objects.create(
        began_at=began, size=report.size, root=report.root, faults=faults, count=len(report.faults), by=by
    )
