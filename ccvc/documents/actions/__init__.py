"""Business acts on documents: issue, sign, seal, revoke, keep a picture, issue for many."""

from __future__ import annotations

from ccvc.documents.actions.copying import CopyOrder, copy_document, copy_paper
from ccvc.documents.actions.issuing import Order, issue
from ccvc.documents.actions.keeping import Outcome
from ccvc.documents.actions.locally import begin_locally, end_locally
from ccvc.documents.actions.pictures import end_picture, keep_picture
from ccvc.documents.actions.revoking import revoke
from ccvc.documents.actions.running import go_on, start
from ccvc.documents.actions.signing import seal, sign

__all__ = [
    "CopyOrder",
    "Order",
    "Outcome",
    "begin_locally",
    "copy_document",
    "copy_paper",
    "end_locally",
    "end_picture",
    "go_on",
    "issue",
    "keep_picture",
    "revoke",
    "seal",
    "sign",
    "start",
]
