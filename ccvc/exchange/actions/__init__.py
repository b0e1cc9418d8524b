"""Business acts of the exchange: build, deliver, take, process, answer, enrol."""

from __future__ import annotations

from ccvc.exchange.actions.delivering import deliver, deliver_due, retry_outbound
from ccvc.exchange.actions.enrolment import enrol, enrolment_request, join, resume_peer, suspend_peer
from ccvc.exchange.actions.histories import NewHistory, take_up_history
from ccvc.exchange.actions.mailbox import next_from_mailbox
from ccvc.exchange.actions.notices import close_notice
from ccvc.exchange.actions.processing import process_all, process_inbound, send_receipt
from ccvc.exchange.actions.receiving import Taken, store_inbound
from ccvc.exchange.actions.repeating import (
    approve_again,
    begin_again_locally,
    end_again_locally,
    reopen_verdicts,
    send_again,
    settle_verdicts,
)
from ccvc.exchange.actions.revocations import refresh_revocations, revoke_peer
from ccvc.exchange.actions.sending import build_packages, give_up_refused, resend, send_package

__all__ = [
    "NewHistory",
    "Taken",
    "approve_again",
    "begin_again_locally",
    "build_packages",
    "close_notice",
    "deliver",
    "deliver_due",
    "end_again_locally",
    "enrol",
    "enrolment_request",
    "give_up_refused",
    "join",
    "next_from_mailbox",
    "process_all",
    "process_inbound",
    "refresh_revocations",
    "reopen_verdicts",
    "resend",
    "resume_peer",
    "retry_outbound",
    "revoke_peer",
    "send_again",
    "send_package",
    "send_receipt",
    "settle_verdicts",
    "store_inbound",
    "suspend_peer",
    "take_up_history",
]
