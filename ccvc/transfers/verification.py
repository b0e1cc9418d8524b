"""What the ledger is told of hand-overs, and reading it again: the row beside what was entered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ccvc.ledger.domain import Fault
from ccvc.signing import jws
from ccvc.transfers.domain.lines import receipt_digest
from ccvc.transfers.models import Transfer

KIND = "transfer"


def described(row: Transfer, act: str) -> dict[str, Any]:
    """What an entry says of a hand-over: what never changes of it, and by the act what had been settled by then."""
    said: dict[str, Any] = {
        "act": act,
        "decision": row.decision,
        "effective_on": row.effective_on.isoformat(),
        "giver": row.giver,
        "person": str(row.person),
        "receiver": row.receiver,
        "side": row.side,
    }
    if row.version:
        said |= {"number": row.number, "version": row.version}
    if row.root:
        said |= {"root": row.root}
    if row.receipt_sha256:
        said |= {"receipt": row.receipt_sha256}
    return said


def transfer_faults(payload: Mapping[str, Any], index: int) -> Iterator[Fault]:
    """What does not fit of a hand-over: its row, or the receipt kept with it."""
    subject = str(payload["transfer"])
    row = Transfer.objects.filter(pk=subject).first()
    if row is None:
        yield Fault.of("LED-MISSING", index, KIND, subject)
        return
    said = described(row, payload["act"])
    changed = next((name for name in said if name in payload and payload[name] != said[name]), None)
    if changed is None and "receipt" in payload and not _holds(row):
        changed = "receipt"
    if changed is not None:
        yield Fault.of("LED-DATA", index, KIND, subject, changed)


def _holds(row: Transfer) -> bool:
    """Whether the receipt kept is the one entered."""
    return row.receipt is not None and receipt_digest(jws.payload_of(row.receipt)) == row.receipt_sha256
