"""Business acts of monthly closing: draw up, sign, take, keep the answer, decide how an agency closes."""

from __future__ import annotations

from ccvc.closings.actions.answering import keep_answer
from ccvc.closings.actions.deciding import decide
from ccvc.closings.actions.preparing import prepare
from ccvc.closings.actions.receiving import take_snapshot
from ccvc.closings.actions.signing import begin_locally, end_locally, sign

__all__ = [
    "begin_locally",
    "decide",
    "end_locally",
    "keep_answer",
    "prepare",
    "sign",
    "take_snapshot",
]
