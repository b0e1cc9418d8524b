"""Business acts on data quality: judge what is due, accept suggestions, set findings aside, send them back as work."""

from __future__ import annotations

from ccvc.quality.actions.accepting import MOST, Accepted, accept
from ccvc.quality.actions.judging import Round, judge_again, judge_due, keep_scores
from ccvc.quality.actions.returning import send_back, take_returned
from ccvc.quality.actions.ruling import reopen, set_aside

__all__ = [
    "MOST",
    "Accepted",
    "Round",
    "accept",
    "judge_again",
    "judge_due",
    "keep_scores",
    "reopen",
    "send_back",
    "set_aside",
    "take_returned",
]
