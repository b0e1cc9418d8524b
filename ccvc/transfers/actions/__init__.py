"""Business acts of the room: begin, withdraw, accept, refuse, ask, decline; and what the rounds carry on."""

from __future__ import annotations

from ccvc.transfers.actions.asking import ask, decline
from ccvc.transfers.actions.offering import begin, hindrances, offer_prepared, withdraw
from ccvc.transfers.actions.passing import lapse_due
from ccvc.transfers.actions.receiving import accept, open_waiting, refuse

__all__ = [
    "accept",
    "ask",
    "begin",
    "decline",
    "hindrances",
    "lapse_due",
    "offer_prepared",
    "open_waiting",
    "refuse",
    "withdraw",
]
