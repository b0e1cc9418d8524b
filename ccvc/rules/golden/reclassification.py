"""Cases of moves between scales: from a rank and step, to a rank, and the next raise after it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from ccvc.rules import raises, salary
from ccvc.rules.golden.reading import Case, Solved
from ccvc.rules.raises import Holding
from ccvc.rules.reclassification import Standing, moved
from ccvc.standard.versions import current

_FROM = re.compile(r"(?P<rank>\S+) bậc (?P<step>\d+) (?P<coef>\d+\.\d+)(?: \+ (?P<percent>\d+) ?% ?TNVK)?")
_TO = re.compile(r"(?P<rank>\S+)(?: from (?P<on>\d{4}-\d{2}-\d{2}))?")
_CIRCULAR = re.compile(r"TTLT \d+/(\d{4})")


def solve(case: Case) -> Solved:
    """Step, coefficient, retained difference and clock; then day, step and coefficient of the next raise."""
    source, target = _FROM.match(case["from_rank"].strip()), _TO.match(case["to_rank"].strip())
    if source is None or target is None:
        raise ValueError(case["from_rank"])
    clock = _day(case["old_clock_from"])
    group = _group(source["rank"], int(source["step"]), Decimal(source["coef"]))
    old = Standing(group, int(source["step"]), clock, int(source["percent"] or 0))
    on = _day(target["on"] or "") or clock or _of_circular(case["source"])
    new = moved(old, _rank_group(target["rank"]), on, insured_from=_day(case["bhxh_from"])).standing
    told = {
        "expected_step": str(new.step),
        "expected_coef": _with(new.coefficient, new.percent),
        "expected_preserved_diff": _plain(new.retained, case["expected_preserved_diff"]),
        "expected_clock_from": _clock(case["expected_clock_from"], new.since),
    }
    return Solved(told | _next(new))


def _next(new: Standing) -> dict[str, str]:
    if new.since is None:
        raise ValueError("clock")
    following = raises.next_raise(Holding("VC", new.group, new.step, new.since, new.percent))
    coefficient = following.coefficient or Decimal(0)
    return {
        "next_raise_date": str(following.first),
        "next_step": str(following.step),
        "next_coef": _with(coefficient, following.percent),
        "next_total_coef": _with(coefficient + new.retained, following.percent),
    }


def _with(coefficient: Decimal, percent: int) -> str:
    return f"{coefficient} + {percent}%" if percent else str(coefficient)


def _plain(number: Decimal, expected: str) -> str:
    """The number, written as it is expected where both are the same."""
    try:
        return expected if Decimal(expected) == number else str(number)
    except ArithmeticError:
        return str(number)


def _clock(expected: str, since: date | None) -> str:
    """The clock, with whatever the case remarks beside it."""
    return expected if expected.startswith(str(since)) else str(since)


def _group(rank: str, step: int, coefficient: Decimal) -> str:
    """The group named, or the rank's; where the coefficient is of neither, the one group it and the step belong to."""
    named = rank if salary.steps(rank) else _rank_group(rank)
    if _is_of(named, step, coefficient):
        return named
    fitting = [group for group in ("A0", "A1", "A2.1", "A2.2", "B") if _is_of(group, step, coefficient)]
    if len(fitting) != 1:
        raise ValueError(f"{rank} {step} {coefficient}")
    return fitting[0]


def _is_of(group: str, step: int, coefficient: Decimal) -> bool:
    scale = salary.steps(group)
    return 1 <= step <= len(scale) and scale[step - 1].coefficient == coefficient


def _rank_group(code: str) -> str:
    ranks = current().codes["ranks"]
    row = ranks.get(code) or ranks.get(ranks.find(code) or "")
    return code if row is None else row.extra["salary_group"]


def _of_circular(source: str) -> date:
    """Examples that give no day are judged at the end of their circular's year."""
    found = _CIRCULAR.search(source)
    if found is None:
        raise ValueError(source)
    return date(int(found[1]), 12, 31)


def _day(text: str) -> date | None:
    return date.fromisoformat(text.strip()) if text and text.strip() else None
