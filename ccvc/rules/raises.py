"""The next raise: when it is due, to which step or percentage, and why; for every person due, not due, or cannot tell.

The time to hold a step runs from `since`; what does not count, discipline and failed years put the raise off. What
the dossier does not say exactly widens the answer to a first and a last possible day: between the two nobody can
tell. TT 08/2013/TT-BNV as amended by TT 03/2021/TT-BNV; beyond the frame TT 04/2005/TT-BNV.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import msgspec

from ccvc.rules import absences, salary
from ccvc.rules.absences import Absence
from ccvc.rules.extensions import Cause, Extension, extensions
from ccvc.rules.parameters import EVERY, held, law, parameter
from ccvc.rules.reasons import Reason, because
from ccvc.standard.quality.case import later

Kind = Literal["step", "beyond_frame", "none"]
Standing = Literal["due", "not_due", "cannot_tell"]


class Holding(msgspec.Struct, frozen=True):
    """What a person holds and since when its time counts, with what happened meanwhile.

    `group` is a code of "salary_groups"; `percent` the allowance beyond the frame, 0 where there is none. `absent` is
    the longest the absences may have been, `surely` what of them is certain; None: all of it.
    """

    category: str
    group: str
    step: int
    since: date
    percent: int = 0
    causes: Sequence[Cause] = ()
    absent: Sequence[Absence] = ()
    surely: Sequence[Absence] | None = None


class Raise(msgspec.Struct, frozen=True):
    """What comes next, from which day: `first` and `last` differ where facts are not exact; None where never.

    Of who is still away for a time that does not count the last day is not known: None beside a first one.
    `coefficient` is that of `step`; `percent` what stands beside it beyond the frame.
    """

    kind: Kind
    first: date | None = None
    last: date | None = None
    step: int | None = None
    coefficient: Decimal | None = None
    percent: int = 0
    reasons: tuple[Reason, ...] = ()

    def standing(self, on: date) -> Standing:
        """Whether it is due on a day."""
        if self.kind == "none":
            return "cannot_tell" if self.unknown else "not_due"
        if self.last is not None and self.last <= on:
            return "due"
        return "cannot_tell" if self.first is None or self.first <= on else "not_due"

    @property
    def unknown(self) -> bool:
        """Whether what decides is missing in the dossier, so that no day can be named."""
        return any(reason.code in MISSING for reason in self.reasons)


MISSING = frozenset(
    {"RAISE-NO-SCALE", "RAISE-NO-STEP", "RAISE-NO-CLOCK", "RAISE-NO-CATEGORY", "RAISE-STEP-OFF"}
)


def next_raise(holding: Holding) -> Raise:
    """The raise that follows what a person holds."""
    scale = salary.steps(holding.group)
    if not scale:
        return none(because("RAISE-NO-SCALE", path="employment.salary_group", group=holding.group))
    if not 1 <= holding.step <= len(scale):
        return none(
            because("RAISE-STEP-OFF", path="employment.salary_step", step=holding.step, last=len(scale))
        )
    step = scale[holding.step - 1]
    months = step.months_to_next
    if months is None and holding.step == len(scale):
        return _beyond(holding)
    if months is None:
        return none(because("RAISE-OFFICE-PAY", group=holding.group))
    basis = law("holding", EVERY, later(holding.since, months))
    why = because(
        "RAISE-HELD", basis, group=holding.group, step=holding.step, since=holding.since, months=months
    )
    first, last, reasons = _due(holding, months)
    following = scale[holding.step]
    return Raise("step", first, last, following.number, following.coefficient, 0, (why, *reasons))


def none(*reasons: Reason) -> Raise:
    """No raise, for these reasons."""
    return Raise("none", reasons=reasons)


def early(ordinary: Raise, months: int) -> Raise:
    """The ordinary raise, some months early for merit; ValueError where the law lets none so early, or none at all.

    The next time counts from the early day. TT 08/2013/TT-BNV Điều 3.
    """
    if ordinary.kind != "step" or ordinary.first is None or ordinary.first != ordinary.last:
        raise ValueError(ordinary.kind)
    most = parameter("early_raise_months", ordinary.first)
    if not 0 <= months <= most.value:
        raise ValueError(f"{months} > {most.value}")
    day = later(ordinary.first, -months)
    why = because("RAISE-EARLY", most.law, months=months, day=day)
    return Raise("step", day, day, ordinary.step, ordinary.coefficient, 0, (*ordinary.reasons, why))


def _beyond(holding: Holding) -> Raise:
    rows = held("beyond_frame.csv", holding.since)
    row = next((row for row in rows if holding.group in row.words("groups")), None)
    if row is None:
        return none(because("RAISE-LAST-STEP", group=holding.group, step=holding.step))
    basis = row.law
    months, percent = int(row["first_after"]), parameter("beyond_frame_first", holding.since).value
    if holding.percent:
        following = parameter("beyond_frame_next_after", holding.since)
        months, basis = following.value, following.law
        percent = holding.percent + parameter("beyond_frame_next", holding.since).value
    facts: dict[str, Any] = {
        "step": holding.step,
        "since": holding.since,
        "months": months,
        "percent": percent,
    }
    why = because("RAISE-BEYOND", basis, **facts)
    first, last, reasons = _due(holding, months)
    coefficient = salary.steps(holding.group)[-1].coefficient
    return Raise("beyond_frame", first, last, holding.step, coefficient, percent, (why, *reasons))


def _due(holding: Holding, months: int) -> tuple[date, date | None, list[Reason]]:
    """The first and last possible day, and what put it off; no last one while somebody is away."""
    if not (holding.causes or holding.absent or holding.surely):
        day = later(holding.since, months)
        return day, day, [because("RAISE-DUE", day=day)]
    told = extensions(holding.category, holding.causes, holding.since)
    last, reasons = _put_off(holding, months, told, holding.absent)
    sure, surely = [one for one in told if one.sure], holding.surely
    exact = len(sure) == len(told) and (surely is None or surely == holding.absent)
    absent = holding.absent if surely is None else surely
    first = last if exact else _put_off(holding, months, sure, absent)[0]
    if last == date.max:
        return first, None, [*reasons, because("RAISE-NOT-BEFORE", day=first)]
    if first != last:
        reasons.append(because("RAISE-BETWEEN", first=first, last=last))
    return first, last, [*reasons, because("RAISE-DUE", day=last)]


def _put_off(
    holding: Holding, months: int, told: Sequence[Extension], absent: Sequence[Absence]
) -> tuple[date, list[Reason]]:
    """The day as these things and the absences put it off; the last of all days where that has no end yet.

    What happens after the day is no matter: in order of time, each thing before the day as it then stands moves it.
    """
    found: list[Extension] = []
    lost: list[Absence] = []
    due = later(holding.since, months)
    for happened in _in_order(told, absent, holding.since):
        if happened[0] >= due:
            break
        if isinstance(happened[2], Extension):
            found.append(happened[2])
        elif happened[2].endless:
            still = because("RAISE-STILL-AWAY", path="career.absences", cause=_cause(happened[2].kind))
            return date.max, [*_reasons(found, lost, holding.since), still]
        else:
            lost.append(happened[2])
        due = later(holding.since, months + _months(found, lost, holding.since))
    return due, list(_reasons(found, lost, holding.since))


def _in_order(
    told: Sequence[Extension], absent: Sequence[Absence], since: date
) -> list[tuple[date, int, Extension | Absence]]:
    happened: list[tuple[date, int, Extension | Absence]] = [(one.on, n, one) for n, one in enumerate(told)]
    happened += [(max(one.first, since), -1, one) for one in absent if one.last >= since]
    return sorted(happened, key=lambda one: one[:2])


def _months(found: Sequence[Extension], lost: Sequence[Absence], since: date) -> int:
    """Months put off. A suspended sentence and a discipline are not added: the longer counts (TT 03/2021/TT-BNV)."""
    discipline = sum(one.months for one in found if one.discipline)
    others = sum(one.months for one in found if not one.discipline)
    sentence = absences.worked_out(lost, absences.SENTENCE, since)
    rest = absences.lost_months([one for one in lost if one.kind != absences.SENTENCE], since)
    return others + rest + max(discipline, sentence)


def _reasons(found: Sequence[Extension], lost: Sequence[Absence], since: date) -> Iterator[Reason]:
    for one in found:
        code = "RAISE-EXTENDED" if one.sure else "RAISE-MAY-EXTEND"
        yield because(code, one.law, one.path, months=one.months, cause=one.label, day=one.on)
    for kind in dict.fromkeys(one.kind for one in lost):
        months = absences.worked_out(lost, kind, since)
        code = "RAISE-NOT-COUNTED" if months else "RAISE-COUNTED"
        yield because(code, absences.declared(kind).law, months=months, cause=_cause(kind))


def _cause(kind: str) -> str:
    return absences.declared(kind)["label_vi"]
