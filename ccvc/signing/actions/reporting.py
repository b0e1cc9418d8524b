"""Reporting an act on a means of signing.

The room of the ledger stands above this one, so its `append` is handed in by the caller, and runs in the same
transaction as the act.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ccvc.signing.models import SigningMeans

Audit = Callable[[str, str, dict[str, Any]], object]
"""What ledger.actions.append is: kind, subject, payload."""


def report(audit: Audit | None, act: str, row: SigningMeans, *, by: str = "", **more: Any) -> None:
    """Hand an act to the ledger: whose means, of which kind and certificate, and who did it where it is another."""
    if audit is None:
        return
    whose = {"agency": row.agency} if row.is_seal else {"account": row.owner}
    doer = {"by": by} if by and by != row.owner else {}
    audit(
        "administrative",
        row.owner,
        {"act": act, **whose, **doer, "kind": row.kind, "serial": row.serial, **more},
    )
