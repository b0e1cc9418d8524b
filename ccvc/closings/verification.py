"""Reading closings again for the ledger: statement, rows and signature, from the stored bytes alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from ccvc.closings.domain import read_month
from ccvc.closings.models import Closing, Snapshot
from ccvc.closings.selectors.states import kept_rows
from ccvc.exchange.domain import snapshots
from ccvc.ledger.domain import Fault
from ccvc.ledger.models import Entry
from ccvc.signing.actions import verify_batch
from ccvc.standard.problems import Problem

KIND = "closing"


def faults_of_all() -> tuple[int, list[str]]:
    """Every closing this node holds, by its entry in the ledger: how many, and what does not fit in words."""
    entries = Entry.objects.filter(kind=KIND).order_by("index")
    found = [closing_faults(orjson.loads(entry.payload), entry.index) for entry in entries]
    unnamed = Closing.objects.count() - len(found)
    words = [fault.message for faults in found for fault in faults]
    if unnamed:
        words.append(f"{unnamed:+d}: closings_closing ≠ ledger_entry")
    return len(found), words


def closing_faults(payload: Mapping[str, Any], index: int) -> Iterator[Fault]:
    """What does not fit in the closing an entry speaks of."""
    name = f"{payload['agency']} {payload['month']} #{payload['number']}"
    rows = Closing.objects.filter(
        agency_code=payload["agency"],
        month=read_month(payload["month"]),
        number=payload["number"],
        package=payload["package"],
    )
    closing = rows.select_related("snapshot", "signature").first()
    if closing is None:
        yield Fault.of("CLS-MISSING", index, KIND, name)
        return
    checks = {
        "statement": statement_holds(closing.snapshot, payload["statement"]),
        "rows": rows_hold(closing.snapshot),
        "signature": str(closing.signature_id) == payload["signature"] and _signed(closing),
        "in_time": closing.in_time == payload["in_time"],
    }
    wrong = next((what for what, holds in checks.items() if not holds), None)
    if wrong:
        yield Fault.of("CLS-CHANGED", index, KIND, name, wrong)


def statement_holds(snapshot: Snapshot, named: str) -> bool:
    """Whether the statement is the one named by its hash."""
    fresh = snapshots.statement_hash(snapshot.statement.encode())
    return fresh.hex() == named and bytes(snapshot.hash) == fresh


def rows_hold(snapshot: Snapshot) -> bool:
    """Whether the rows kept are those the statement binds."""
    try:
        statement = snapshots.decode_statement(snapshot.statement.encode())
        rows = {name: [one.state for one in kept] for name, kept in kept_rows(snapshot)}
        snapshots.check_rows(statement, rows)
    except Problem:
        return False
    return True


def _signed(closing: Closing) -> bool:
    leaves = bytes(closing.signature.leaves)
    return bytes(closing.snapshot.hash) in leaves and verify_batch(closing.signature).status != "invalid"
