"""Business acts of the room: begin, withdraw, accept, refuse, judge a twin, ask, decline; what the rounds carry on."""

from __future__ import annotations

from ccvc.transfers.actions.asking import ask, decline
from ccvc.transfers.actions.offering import begin, hindrances, offer_prepared, withdraw
from ccvc.transfers.actions.passing import lapse_due
from ccvc.transfers.actions.proving import prove
from ccvc.transfers.actions.receiving import accept, open_waiting, refuse
from ccvc.transfers.actions.twins import judge_twin, propose_entries, restore_twin

__all__ = [
    "accept",
    "ask",
    "begin",
    "decline",
    "hindrances",
    "judge_twin",
    "lapse_due",
    "offer_prepared",
    "open_waiting",
    "propose_entries",
    "prove",
    "refuse",
    "restore_twin",
    "withdraw",
]
