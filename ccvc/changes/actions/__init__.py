"""Business acts on changes: propose, prove by papers, check, verify, send back, withdraw, approve with a signature."""

from __future__ import annotations

from ccvc.changes.actions.approving import (
    Approved,
    Drawn,
    Prepared,
    approve,
    approve_signed,
    draw_up,
    prepare,
)
from ccvc.changes.actions.proposing import BatchResult, propose, propose_batch
from ccvc.changes.actions.proving import prove, unprove
from ccvc.changes.actions.stepping import check, send_back, verify, withdraw

__all__ = [
    "Approved",
    "BatchResult",
    "Drawn",
    "Prepared",
    "approve",
    "approve_signed",
    "check",
    "draw_up",
    "prepare",
    "propose",
    "propose_batch",
    "prove",
    "send_back",
    "unprove",
    "verify",
    "withdraw",
]
