"""What the entry page says of closing: at a component the month that waits, nationally how many are in trouble."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from ccvc.access.domain import Right, Subject
from ccvc.closings.domain import Stage
from ccvc.closings.presentation import Look, look, troubles
from ccvc.closings.selectors import months
from ccvc.closings.selectors.months import Month
from ccvc.closings.selectors.reviewing import covers

WAITING: tuple[Stage, ...] = ("missing", "refused", "differing", "awaited", "open")
TROUBLES: tuple[Stage, ...] = ("missing", "refused", "differing", "awaited", "late")
NEAR = 2


@dataclass(frozen=True, slots=True)
class Notice:
    """A month to look at, or counts of agencies' months by stage."""

    tone: str
    month: Month | None = None
    counts: Sequence[tuple[Look, int]] = ()


def notice_for(subject: Subject | None) -> Notice | None:
    """What a person should know on the entry page; None where nothing waits or it is not theirs."""
    if subject is None or not subject.may(Right.CLOSING_SEE):
        return None
    if settings.CCVC_KIND == "national":
        return _national(subject)
    return _component(subject) if covers(subject, Right.CLOSING_SEE) else None


def _component(subject: Subject) -> Notice | None:
    found = [month for month in months.own_months(subject)[:2] if month.stage in WAITING]
    if not found:
        return None
    month = min(found, key=lambda one: WAITING.index(one.stage))
    calm = month.stage == "open" and month.days_left > NEAR
    return Notice("info" if calm else "warn" if month.stage in {"open", "awaited"} else "bad", month)


def _national(subject: Subject) -> Notice | None:
    counts = troubles(months.overview(subject))
    wanting = [(look(stage), counts[stage]) for stage in TROUBLES if counts[stage]]
    bad = any(counts[stage] for stage in TROUBLES[:3])
    return Notice("bad" if bad else "warn", counts=wanting) if wanting else None
