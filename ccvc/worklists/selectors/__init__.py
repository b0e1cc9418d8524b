"""Reads of the work lists. A person out of the subject's reach is answered like one who does not exist."""

from __future__ import annotations

from ccvc.worklists.selectors.calendars import Day, days_of, reader_of
from ccvc.worklists.selectors.due import left_behind
from ccvc.worklists.selectors.lists import (
    Asked,
    Line,
    lines,
    listed,
    open_list,
    open_lists,
    totals,
    unit_choices,
    within,
)
from ccvc.worklists.selectors.persons import Answer, Person, answers, own_dates
from ccvc.worklists.selectors.wishes import wish_of

__all__ = [
    "Answer",
    "Asked",
    "Day",
    "Line",
    "Person",
    "answers",
    "days_of",
    "left_behind",
    "lines",
    "listed",
    "open_list",
    "open_lists",
    "own_dates",
    "reader_of",
    "totals",
    "unit_choices",
    "wish_of",
    "within",
]
