"""Business acts on changes: propose, prove by papers, confirm, check, verify, send back, withdraw, approve and sign."""

from __future__ import annotations

from ccvc.changes.actions.approving import (
    Approved,
    Drawn,
    Prepared,
    approve,
    approve_signed,
    approve_within,
    draw_up,
    prepare,
    prepare_within,
)
from ccvc.changes.actions.confirming import confirm, object_to
from ccvc.changes.actions.correcting import correct, correct_past
from ccvc.changes.actions.entrusting import entrust
from ccvc.changes.actions.locally import Handed, begin_locally, end_locally
from ccvc.changes.actions.proposing import BatchResult, propose, propose_batch
from ccvc.changes.actions.proving import prove, unprove
from ccvc.changes.actions.recording import refusals_recorded
from ccvc.changes.actions.reminding import remind, settled, tell
from ccvc.changes.actions.resubmitting import resubmit
from ccvc.changes.actions.setting import end_procedure, set_procedure
from ccvc.changes.actions.stepping import Bulk, check, in_bulk, send_back, verify, withdraw
from ccvc.changes.actions.waiving import waive

__all__ = [
    "Approved",
    "BatchResult",
    "Bulk",
    "Drawn",
    "Handed",
    "Prepared",
    "approve",
    "approve_signed",
    "approve_within",
    "begin_locally",
    "check",
    "confirm",
    "correct",
    "correct_past",
    "draw_up",
    "end_locally",
    "end_procedure",
    "entrust",
    "in_bulk",
    "object_to",
    "prepare",
    "prepare_within",
    "propose",
    "propose_batch",
    "prove",
    "refusals_recorded",
    "remind",
    "resubmit",
    "send_back",
    "set_procedure",
    "settled",
    "tell",
    "unprove",
    "verify",
    "waive",
    "withdraw",
]
