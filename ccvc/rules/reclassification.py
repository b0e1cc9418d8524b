"""From one salary scale to another: the step, what is kept of the old coefficient, and since when time counts.

TT 02/2007/TT-BNV; the joint circulars of 2015 and 2016 on professional titles for those placed lower.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ccvc.rules import salary
from ccvc.rules.parameters import EVERY, Law, condition, law
from ccvc.rules.reasons import Reason, because
from ccvc.rules.salary import Step
from ccvc.standard.quality.case import later

SIDEWAYS = {("A2.1", "A2.2"), ("A3.1", "A3.2")}
COLLEGE = "A0"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person holds on a scale, and since when its time counts. `percent` is beyond the frame."""

    group: str
    step: int
    since: date | None
    percent: int = 0
    retained: Decimal = Decimal(0)

    @property
    def coefficient(self) -> Decimal:
        """The coefficient of the step; KeyError for no such step."""
        scale = salary.steps(self.group)
        if not 1 <= self.step <= len(scale):
            raise KeyError(f"{self.group} {self.step}")
        return scale[self.step - 1].coefficient


@dataclass(frozen=True, slots=True)
class Moved:
    """What is held after a move, and why."""

    standing: Standing
    reasons: tuple[Reason, ...]


def moved(old: Standing, group: str, on: date, *, insured_from: date | None = None) -> Moved:
    """Place a person on another scale on a day.

    `insured_from` is where social insurance began: asked of those placed in a lower type. ValueError where it lacks,
    where a scale is unknown, or before there was a law on it.
    """
    if not salary.steps(group) or not salary.steps(old.group):
        raise ValueError(group)
    if old.group == group:
        return Moved(old, (because("MOVE-SAME", _moves(on), group=group, step=old.step),))
    if (old.group, group) in SIDEWAYS:
        return _sideways(old, group, on)
    if salary.steps(group)[0].coefficient < salary.steps(old.group)[0].coefficient:
        return _rebuilt(old, group, on, insured_from)
    return _up(old, group, on)


def _moves(on: date) -> Law | None:
    return law("scale_move", EVERY, on)


def _sideways(old: Standing, group: str, on: date) -> Moved:
    kept = old.coefficient - Standing(group, old.step, None).coefficient
    new = Standing(group, old.step, old.since, old.percent, kept)
    return Moved(new, (because("MOVE-SIDEWAYS", _moves(on), group=group, step=old.step, kept=kept),))


def _up(old: Standing, group: str, on: date) -> Moved:
    """The equal or next higher coefficient; time begins anew unless the gain is less than a step of the old scale."""
    scale = salary.steps(group)
    had = old.coefficient * (100 + old.percent) / 100
    step = next((one for one in scale if one.coefficient >= had), scale[-1])
    kept = max(had - step.coefficient, Decimal(0))
    gain = step.coefficient - old.coefficient
    anew = bool(old.percent) or gain >= _increment(old.group)
    new = Standing(group, step.number, on if anew else old.since, 0, kept)
    code = "MOVE-UP-ANEW" if anew else "MOVE-UP-KEPT"
    facts: dict[str, Any] = {
        "group": group,
        "step": step.number,
        "coefficient": step.coefficient,
        "had": had,
        "gain": gain,
    }
    return Moved(new, (because(code, _moves(on), increment=_increment(old.group), **facts),))


def _rebuilt(old: Standing, group: str, on: date, insured_from: date | None) -> Moved:
    """The path the person would have had on the lower scale; what is missing to the old coefficient is kept."""
    titles = condition("scale_rebuilt", EVERY, on)
    if insured_from is None or titles is None:
        raise ValueError("insured_from" if titles else on)
    scale = salary.steps(group)
    first = 2 if old.group == COLLEGE else 1
    began = later(insured_from, int(titles["value"]))
    step, since = _climbed(scale, first, began, on)
    kept = max(old.coefficient - step.coefficient, Decimal(0))
    new = Standing(group, step.number, since, 0, kept)
    facts: dict[str, Any] = {
        "group": group,
        "began": began,
        "first": first,
        "step": step.number,
        "since": since,
        "kept": kept,
    }
    return Moved(new, (because("MOVE-REBUILT", titles.law, **facts),))


def _climbed(scale: tuple[Step, ...], first: int, began: date, on: date) -> tuple[Step, date]:
    step, since = scale[first - 1], began
    while step.months_to_next is not None and later(since, step.months_to_next) <= on:
        since = later(since, step.months_to_next)
        step = scale[step.number]
    return step, since


def _increment(group: str) -> Decimal:
    scale = salary.steps(group)
    return scale[1].coefficient - scale[0].coefficient if len(scale) > 1 else Decimal(0)
