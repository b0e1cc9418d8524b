"""Pure part of the exchange: packages as bytes, the order of packages, what records say, what is wrong with a
file.
"""

from __future__ import annotations

from ccvc.exchange.domain.approvals import open_approval
from ccvc.exchange.domain.checking import CheckReport, Finding, check_bytes, check_file
from ccvc.exchange.domain.handlers import Arrival, Judgement, handler_of, register_handler
from ccvc.exchange.domain.manifest import Kind, Manifest, Period
from ccvc.exchange.domain.opening import Opened, Proved, open_content, open_package, prove
from ccvc.exchange.domain.reconcile import StateRow, compare, register_state, state_digests
from ccvc.exchange.domain.records import VerdictLine as Verdict
from ccvc.exchange.domain.sealing import Sealed, seal, sign_again
from ccvc.exchange.domain.sequence import Chain, decide_sequence

__all__ = [
    "Arrival",
    "Chain",
    "CheckReport",
    "Finding",
    "Judgement",
    "Kind",
    "Manifest",
    "Opened",
    "Period",
    "Proved",
    "Sealed",
    "StateRow",
    "Verdict",
    "check_bytes",
    "check_file",
    "compare",
    "decide_sequence",
    "handler_of",
    "open_approval",
    "open_content",
    "open_package",
    "prove",
    "register_handler",
    "register_state",
    "seal",
    "sign_again",
    "state_digests",
]
