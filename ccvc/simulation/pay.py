"""Pay careers: from a first rank through raises and promotions to the step held today, row by row.

Rules: a step is held for the months of its group; at the last step an allowance of 5 % after the same time
and 1 % more each year (TT 08/2013/TT-BNV, TT 04/2005/TT-BNV as amended); a promotion lands on the equal
or next higher coefficient, and the clock starts anew if the gain is at least one increment of the old group,
else goes on (TT 02/2007/TT-BNV). Steps, coefficients and months come from ``ccvc.rules.salary``. Months are
numbers, see ``days``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from itertools import pairwise

from ccvc.rules import salary
from ccvc.simulation.wheels import rows
from ccvc.standard import current

SCALES_FROM = salary.SCALES_FROM.year * 12 + salary.SCALES_FROM.month - 1
BEYOND_FRAME_FIRST = 5
YEAR = 12
PUBLIC_EMPLOYEE_TITLES_FROM = 2015 * YEAR + 11


@dataclass(frozen=True, eq=False)
class Rank:
    """A rank today: its pay group and scale, and the codes the same title had before, each until a month.

    Nobody was promoted to it before ``since``.
    """

    code: str
    group: str
    coefficients: tuple[str, ...]
    months: int
    earlier: tuple[tuple[int, str], ...]
    since: int
    career_level: int | None

    def code_at(self, month: int) -> str:
        """The code of the title in a month."""
        for until, code in self.earlier:
            if month < until:
                return code
        return self.code

    @property
    def last(self) -> int:
        """The number of the last step."""
        return len(self.coefficients)


@dataclass(slots=True)
class Held:
    """One row of the pay history: a step held from a month on."""

    month: int
    rank: Rank
    step: int


@dataclass(slots=True)
class Pay:
    """A pay career: its rows, the clock of the next raise, and the allowance beyond the frame if any."""

    rows: list[Held] = field(default_factory=list)
    clock: int = 0
    beyond_percent: int = 0
    beyond_from: int = 0
    rank_since: int = 0
    next_raise: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What shapes a pay career: first step, a raise early or late by so many months, promotions by month."""

    start: int
    step: int
    ladder: Sequence[Rank]
    promotions: Sequence[int] = ()
    early: int = 0
    early_at: int = 0
    delay: int = 0
    delay_at: int = 0


@cache
def rank(code: str) -> Rank:
    """The rank of a code of today."""
    found = current().codes["ranks"].get(code)
    if found is None:
        raise ValueError(f"the standard has no rank {code}")
    scale = salary.steps(found.extra["salary_group"])
    level = found.extra.get("career_level")
    earlier = tuple(sorted(_earlier(code)))
    return Rank(
        code=code,
        group=found.extra["salary_group"],
        coefficients=tuple(str(step.coefficient) for step in scale),
        months=scale[0].months_to_next or 0,
        earlier=earlier,
        since=_since(earlier[0][1] if earlier else code),
        career_level=int(level) if level else None,
    )


def _earlier(code: str) -> Iterator[tuple[int, str]]:
    for row in rows("rank_eras"):
        if row["rank"] == code:
            year, month = row["until"].split("-")
            yield int(year) * YEAR + int(month) - 1, row["earlier"]


def _since(code: str) -> int:
    """The first whole month of a code; titles of public employees without a date are of 2014 to 2016 (K)."""
    found = current().codes["ranks"].get(code)
    if found and found.valid_from:
        return found.valid_from.year * YEAR + found.valid_from.month
    return PUBLIC_EMPLOYEE_TITLES_FROM if code.startswith("V.") else SCALES_FROM


@cache
def landing(old: Rank, step: int, new: Rank, beyond: int = 0) -> tuple[int, bool]:
    """Where a promotion leads: the new step, and whether the clock starts anew.

    ``beyond`` is the allowance beyond the frame in percent: it counts as pay held, and the clock starts anew.
    """
    held = Decimal(old.coefficients[step - 1]) * (100 + beyond) / 100
    scale = [Decimal(text) for text in new.coefficients]
    at = next((n for n, value in enumerate(scale) if value >= held), len(scale) - 1)
    first, second = (Decimal(text) for text in old.coefficients[:2])
    return at + 1, beyond > 0 or scale[at] - held >= second - first


def career(plan: Plan, today: int) -> Pay:
    """Live through a plan until today (a month number)."""
    pay = Pay(clock=plan.start, rank_since=plan.start)
    held = Held(plan.start, plan.ladder[0], plan.step)
    pay.rows.append(held)
    level = 0
    while True:
        due = _due(plan, pay, held)
        promotion = _promotion(plan, level, held, today)
        month = min(promotion, due)
        if month > today:
            break
        if promotion < due:
            level += 1
            step, anew = landing(held.rank, held.step, plan.ladder[level], _beyond(pay, held, month))
            held = Held(month, plan.ladder[level], step)
            pay.rank_since = month
            pay.clock = month if anew else pay.clock
        else:
            held = Held(month, held.rank, held.step + 1)
            pay.clock = month
        pay.rows.append(held)
    _finish(plan, pay, held, today)
    return pay


def _promotion(plan: Plan, level: int, held: Held, today: int) -> int:
    """The month of the next promotion: not in the month of another change."""
    if level >= len(plan.promotions):
        return today + 1
    return max(plan.promotions[level], plan.ladder[level + 1].since, held.month + 1)


def _beyond(pay: Pay, held: Held, month: int) -> int:
    """The allowance beyond the frame in a month, in percent."""
    if held.step < held.rank.last:
        return 0
    years = (month - pay.clock - held.rank.months) // YEAR
    return BEYOND_FRAME_FIRST + years if years >= 0 else 0


def _due(plan: Plan, pay: Pay, held: Held) -> int:
    """The month of the next raise: at the last step there is none."""
    if held.step >= held.rank.last:
        return 1 << 30
    due = pay.clock + held.rank.months
    if pay.clock <= plan.delay_at < due:
        return due + plan.delay
    return due - plan.early if pay.clock <= plan.early_at < due else due


def _finish(plan: Plan, pay: Pay, held: Held, today: int) -> None:
    """Settle what holds today: next raise, beyond the frame, and no rows before the scale of 2004."""
    if held.step < held.rank.last:
        pay.next_raise = _due(plan, pay, held)
    else:
        first = pay.clock + held.rank.months
        pay.next_raise = first
        pay.beyond_percent = _beyond(pay, held, today)
        if pay.beyond_percent:
            pay.beyond_from = first + (pay.beyond_percent - BEYOND_FRAME_FIRST) * YEAR
            pay.next_raise = pay.beyond_from + YEAR
    while len(pay.rows) > 1 and pay.rows[1].month <= SCALES_FROM:
        del pay.rows[0]
    pay.rows[0].month = max(pay.rows[0].month, SCALES_FROM)


def shortest_months(pay: Pay) -> list[int]:
    """How long each past step of one rank was held: for proving careers right."""
    return [
        later.month - earlier.month for earlier, later in pairwise(pay.rows) if earlier.rank is later.rank
    ]
