"""Business acts on documents: issue, sign, seal, revoke, keep a picture, issue for many."""

from __future__ import annotations

from ccvc.documents.actions.copying import CopyOrder, copy_document, copy_paper
from ccvc.documents.actions.deciding import (
    Ruled,
    decision_to_sign,
    end_decision,
    hold_decision,
    issue_decision,
    keep_decision,
    require_signer,
    signature_handed,
    signature_on,
    signature_to_hand,
)
from ccvc.documents.actions.issuing import Order, issue
from ccvc.documents.actions.keeping import Made, Outcome
from ccvc.documents.actions.locally import begin_locally, end_locally
from ccvc.documents.actions.pictures import end_picture, keep_picture
from ccvc.documents.actions.revoking import revoke
from ccvc.documents.actions.running import go_on, start
from ccvc.documents.actions.signing import seal, sign

__all__ = [
    "CopyOrder",
    "Made",
    "Order",
    "Outcome",
    "Ruled",
    "begin_locally",
    "copy_document",
    "copy_paper",
    "decision_to_sign",
    "end_decision",
    "end_locally",
    "end_picture",
    "go_on",
    "hold_decision",
    "issue",
    "issue_decision",
    "keep_decision",
    "keep_picture",
    "require_signer",
    "revoke",
    "seal",
    "sign",
    "signature_handed",
    "signature_on",
    "signature_to_hand",
    "start",
]
