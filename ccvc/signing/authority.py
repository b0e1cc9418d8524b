"""Whether whoever signed was allowed to that day: rooms above say it for the purposes they have things signed for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from ccvc.signing.approvals import Statement
from ccvc.signing.verdicts import Check

Judge = Callable[[Statement, datetime], Check | None]
"""What was stated, and when it was signed, to a line on it; None where the judge cannot know."""

_judges: dict[str, Judge] = {}


def register_judge(purpose: str, judge: Judge) -> None:
    """Have the authority of those who sign for a purpose judged so."""
    _judges[purpose] = judge


def checks(stated: Statement, at: datetime) -> Iterator[Check]:
    """One line on the signer's authority, where somebody can tell."""
    found = _judges[stated.purpose](stated, at) if stated.purpose in _judges else None
    if found is not None:
        yield found
