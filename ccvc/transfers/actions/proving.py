"""Proof of a hand-over for whoever has neither node: the receipt, and its entry in this node's log."""

from __future__ import annotations

from uuid import UUID

from ccvc.access.domain import Right, Subject, require
from ccvc.inspection.actions import prove_receipt
from ccvc.inspection.domain import Bundle
from ccvc.ledger import selectors as ledger
from ccvc.standard.problems import Problem
from ccvc.transfers.models import Transfer
from ccvc.transfers.verification import KIND


def prove(subject: Subject, key: UUID) -> Bundle:
    """The bundle of a hand-over that has changed hands, as this side's log has it. The caller records the look.

    With the other side's, the offline verifier says whether both hold the same receipt. Problem ACC-DENIED,
    TRF-NOT-FOUND, TRF-NO-RECEIPT.
    """
    require(subject, Right.LEDGER_SEE)
    row = Transfer.objects.filter(pk=key).first()
    if row is None:
        raise Problem("TRF-NOT-FOUND")
    told = ledger.entries(subject, about=str(row.pk), limit=ledger.MOST)
    entry = next((one for one in told if one.kind == KIND and '"act":"switch"' in one.payload), None)
    if entry is None or row.receipt is None:
        raise Problem("TRF-NO-RECEIPT")
    return prove_receipt(subject, entry.index, row.receipt)
