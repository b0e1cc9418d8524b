"""Business acts on work lists: compute whoever is due, tell those who are to act, by page, mail and calendar."""

from __future__ import annotations

from ccvc.worklists.actions.computing import Round, compute_due
from ccvc.worklists.actions.mailing import send_due
from ccvc.worklists.actions.scheduling import sequence_of, tell_calendar
from ccvc.worklists.actions.telling import tell_of_work
from ccvc.worklists.actions.wishing import end_calendar, new_calendar, wish_mail

__all__ = [
    "Round",
    "compute_due",
    "end_calendar",
    "new_calendar",
    "send_due",
    "sequence_of",
    "tell_calendar",
    "tell_of_work",
    "wish_mail",
]
