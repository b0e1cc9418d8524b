"""Terms and the days around them: reappointment, secondment, rotation, retirement; what is to be done by when.

Last days are included: a term to 30 June is over on 1 July. A term of months ends with the day of the same number
(BLDS 91/2015/QH13 Điều 147, 148). Each answer has its reasons, by the law of the day it concerns.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ccvc.rules import retirement, working_days
from ccvc.rules.parameters import Law, Parameter, condition, law, parameter
from ccvc.rules.reasons import Answer, Reason, because
from ccvc.standard.quality.case import later

Stage = Literal["ahead", "notice_missed", "decision_missed", "over", "cannot_tell"]
Way = Literal["full", "to_retirement", "extend", "none", "cannot_tell"]


@dataclass(frozen=True, slots=True)
class Window:
    """The last day of something, by which days it is to be told and decided, and how that stands on the day asked.

    "ahead": there is time for the notice; "notice_missed": for the decision alone; "decision_missed": for neither,
    but it is not over yet.
    """

    stage: Stage
    day: date | None
    notify_by: date | None
    decide_by: date | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class NextTerm:
    """What may follow a term: a full one, one to the retirement, an extension to it; its last day."""

    way: Way
    until: date | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Length:
    """Whether a time is as long as the law lets or asks, and the day that limits it."""

    met: Answer
    limit: date | None
    reasons: tuple[Reason, ...]


def reappointment(ends: date | None, on: date, category: str | None) -> Window:
    """When the holder of an office is told, and when it is decided, before a term ends.

    Without a decision the office may not be exercised after that day; a late one counts from it. NĐ 170/2025/NĐ-CP
    Điều 36.
    """
    basis = law("term", category, ends or on)
    if ends is None:
        return Window(
            "cannot_tell", None, None, None, (because("TERM-NO-END", basis, "career.appointments"),)
        )
    notice = parameter("reappointment_notice", ends)
    last = working_days.before(ends, parameter("reappointment_decision", ends).value)
    return _window(ends, ends - timedelta(days=notice.value), last, on, basis)


def next_term(ends: date, sex: str | None, birth: str | None, category: str | None) -> NextTerm:
    """How long the term after one that ends on a day may be. NĐ 170/2025/NĐ-CP Điều 36 khoản 2."""
    leaves = retirement.normal(sex, birth)
    basis = law("term", category, ends)
    if leaves.last_day is None or leaves.pension_from is None:
        return NextTerm("cannot_tell", None, leaves.reasons)
    if leaves.last_day <= ends:
        return NextTerm("none", None, (because("TERM-RETIRED", basis, day=leaves.last_day),))
    full = later(ends, parameter("office_term", ends).value)
    if full <= leaves.pension_from:
        return NextTerm("full", full, (because("NEXT-FULL", basis, day=full),))
    below = parameter("office_extension_below", ends).value
    short = later(ends, below) > leaves.pension_from
    why = because("TERM-EXTEND" if short else "TERM-SHORT", basis, day=leaves.last_day)
    return NextTerm("extend" if short else "to_retirement", leaves.last_day, (why,))


def secondment(since: date | None, until: date | None, category: str | None) -> Length:
    """Whether a secondment is no longer than the law lets, its extensions included; `limit` is the last day.

    Luật 22/2008/QH12 Điều 53; NĐ 170/2025/NĐ-CP Điều 27; Luật 58/2010/QH12 Điều 36.
    """
    if since is None:
        return Length("cannot_tell", None, (because("SECOND-NO-BEGIN", None, "career.secondments"),))
    most, row = parameter("secondment_limit", since), condition("length", category, since)
    limit = later(since, most.value)
    if row is None:
        return Length("cannot_tell", limit, (because("NO-LAW", None, "employment.category", day=since),))
    if until is None:
        return Length(
            "cannot_tell", limit, (because("SECOND-OPEN", row.law, limit=limit, months=most.value),)
        )
    code = "SECOND-LONG" if until > limit else "SECOND-TERM"
    why = because(code, row.law, until=until, months=most.value)
    return Length("no" if until > limit else "yes", limit, (why,))


def rotation(since: date | None, until: date, category: str | None) -> Length:
    """Whether somebody rotated to the end of a day stays as long as the law asks; `limit` is the first such day."""
    if since is None:
        return Length("cannot_tell", None, (because("ROTATE-NO-BEGIN", None, "career.secondments"),))
    least, row = parameter("rotation_least", since), condition("stay", category, since)
    limit = later(since, least.value) - timedelta(days=1)
    if row is None:
        return Length("cannot_tell", limit, (because("NO-LAW", None, "employment.category", day=since),))
    enough = until >= limit
    why = because("ROTATE-LONG" if enough else "ROTATE-SHORT", row.law, until=until, months=least.value)
    return Length("yes" if enough else "no", limit, (why,))


def retiring(sex: str | None, birth: str | None, on: date) -> Window:
    """When a retirement at the normal age is told and decided. NĐ 170/2025/NĐ-CP Điều 61, 62; NĐ 115/2020 Điều 59."""
    leaves = retirement.normal(sex, birth)
    if leaves.last_day is None or leaves.pension_from is None:
        return Window("cannot_tell", None, None, None, leaves.reasons)
    told, decided = (parameter(f"retirement_{step}", leaves.last_day) for step in ("notice", "decision"))
    notify_by, decide_by = (_months_before(leaves.pension_from, step) for step in (told, decided))
    found = _window(leaves.last_day, notify_by, decide_by, on, told.law)
    return Window(found.stage, found.day, notify_by, decide_by, (*leaves.reasons, *found.reasons))


def _window(day: date, notify_by: date, decide_by: date, on: date, basis: Law | None) -> Window:
    stage: Stage = "over"
    if on <= notify_by:
        stage = "ahead"
    elif on <= decide_by:
        stage = "notice_missed"
    elif on <= day:
        stage = "decision_missed"
    why = because("WINDOW", basis, day=day, notify=notify_by, decide=decide_by)
    return Window(stage, day, notify_by, decide_by, (why,))


def _months_before(day: date, step: Parameter) -> date:
    return later(day, -step.value)
