"""Reading written delegations again for the ledger: the row as it was entered, and the scan hashed anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ccvc.access.actions.delegating import KIND, described
from ccvc.access.models import Delegation
from ccvc.evidence.verification import file_faults
from ccvc.ledger.domain import Fault


def delegation_faults(payload: Mapping[str, Any], index: int) -> Iterator[Fault]:
    """What does not fit of one delegation: its row, or the scan of its document."""
    subject = f"delegation:{payload['delegation']}"
    rows = Delegation.objects.select_related("grant__user", "delegate")
    row = rows.filter(pk=payload["delegation"]).first()
    if row is None:
        yield Fault.of("LED-MISSING", index, KIND, subject)
        return
    said = described(row) | ({"basis": row.ending_basis} if payload["act"] == "end" else {})
    if changed := next((name for name, value in said.items() if payload[name] != value), None):
        yield Fault.of("LED-DATA", index, KIND, subject, changed)
    if payload["act"] == "delegate" and payload["paper"]:
        yield from file_faults(payload["paper"], index, KIND, subject)
