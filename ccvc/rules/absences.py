"""Time that does not count towards a raise: whole months, days left over, and how they are rounded.

Periods are days, both ends included. TT 08/2013/TT-BNV Điều 2 khoản 1 as amended by TT 03/2021/TT-BNV.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from ccvc.rules import working_days
from ccvc.rules.parameters import Row, parameter, rows
from ccvc.standard.quality.case import later, months_between

SENTENCE = "suspended_sentence"
UNSAID = "unsaid"


@dataclass(frozen=True, slots=True)
class Absence:
    """A time of one kind of ``data/absences.csv``, from its first to its last day (date.max: still away)."""

    kind: str
    first: date
    last: date

    @property
    def endless(self) -> bool:
        """Whether nobody knows yet how much is lost by it."""
        return self.last == date.max and declared(self.kind)["counted"] != "yes"


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: months and working days beside them."""

    months: int = 0
    days: int = 0

    def __add__(self, other: Span) -> Span:
        return Span(self.months + other.months, self.days + other.days)


def declared(kind: str) -> Row:
    """How a kind of absence counts; KeyError for an unknown one."""
    return _kinds()[kind]


def known(kind: str | None) -> str:
    """A kind, or UNSAID for none and for one this edition does not know."""
    return kind if kind is not None and kind in _kinds() else UNSAID


def lost_months(absences: Iterable[Absence], since: date) -> int:
    """Months that do not count, of absences from a day on, rounded as the law says.

    Days that several absences share are lost once. Of sick leave only what goes beyond six months in total is lost.
    """
    known = [_from(one, since) for one in absences if one.last >= since]
    if not known:
        return 0
    lost = [one for one in known if declared(one.kind)["counted"] == "no"]
    sick = [one for one in known if declared(one.kind)["counted"] == "part"]
    total = _length(_merged(lost))
    counted = parameter("sick_leave_counted", since).value
    beyond = _beyond(_length(_merged(sick)), counted, _month(since))
    return _rounded(total + beyond, since)


def worked_out(absences: Iterable[Absence], kind: str, since: date) -> int:
    """Months lost by one kind alone."""
    return lost_months([one for one in absences if one.kind == kind], since)


def _from(one: Absence, since: date) -> Absence:
    return Absence(one.kind, max(one.first, since), one.last)


def _merged(absences: Iterable[Absence]) -> list[tuple[date, date]]:
    merged: list[tuple[date, date]] = []
    for one in sorted(absences, key=lambda one: one.first):
        if merged and one.first <= merged[-1][1] + timedelta(days=1):
            merged[-1] = (merged[-1][0], max(merged[-1][1], one.last))
        else:
            merged.append((one.first, one.last))
    return merged


def _length(periods: Iterable[tuple[date, date]]) -> Span:
    total = Span()
    for first, last in periods:
        after = last + timedelta(days=1)
        months = months_between(first, after)
        start = later(first, months)
        total += Span(
            months, sum(working_days.is_working(start + timedelta(n)) for n in range((after - start).days))
        )
    return total


def _beyond(total: Span, months: int, month: int) -> Span:
    carried, days = divmod(total.days, month)
    over = total.months + carried - months
    return Span(over, days) if over >= 0 else Span()


def _rounded(total: Span, on: date) -> int:
    months, days = divmod(total.days, _month(on))
    return total.months + months + (days >= parameter("uncounted_day_rounding", on).value)


def _month(on: date) -> int:
    return parameter("uncounted_days_in_month", on).value


@cache
def _kinds() -> Mapping[str, Row]:
    return {row["kind"]: row for row in rows("absences.csv")}
