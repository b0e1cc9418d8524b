"""How many of a group the law lets: early raises, the best rating, professional levels; parts are not rounded up.

What is left over by an early raise goes to the body above; it is never rounded up below (TT 08/2013/TT-BNV Điều 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from ccvc.rules.parameters import EVERY, Law, condition, held, parameter
from ccvc.rules.reasons import Reason, because


@dataclass(frozen=True, slots=True)
class Quota:
    """At most so many; `remainder` people on the list were too few for one more."""

    most: int
    remainder: int
    reason: Reason


def early_raises(on_payroll: int, on: date) -> Quota:
    """Early raises for merit in a year, of those on the payroll list."""
    share = parameter("early_raise_quota", on)
    group = 100 // share.value
    most, remainder = divmod(on_payroll, group)
    facts: dict[str, Any] = {
        "people": on_payroll,
        "percent": share.value,
        "most": most,
        "remainder": remainder,
    }
    return Quota(most, remainder, because("QUOTA-EARLY", share.law, **facts))


def excellent(rated_good: int, on: date, *, unit_excellent: bool = False) -> Quota:
    """The best rating, of those rated good or better in one unit with like tasks; more where the unit is excellent."""
    name = "excellent_share_of_excellent_unit" if unit_excellent else "excellent_share"
    share = parameter(name, on)
    most, remainder = divmod(rated_good * share.value, 100)
    facts: dict[str, Any] = {"people": rated_good, "percent": share.value, "most": most}
    return Quota(most, remainder, because("QUOTA-EXCELLENT", share.law, **facts))


def excellent_units(units: int, on: date) -> int:
    """How many units below a body may be excellent: of fewer than five at most one."""
    small = condition("excellent_small_body", EVERY, on)
    if small and units < int(small["value"]):
        return min(units, 1)
    return units * parameter("excellent_share", on).value // 100


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many percent on a professional level, by which law."""

    percent: int
    law: Law


def level_caps(highest: int, levels: int, on: date) -> dict[int, Cap]:
    """Percent of public employees at most on a body's highest professional levels, of `levels` it has; by level.

    A body with two levels has a rule of its own.
    """
    rows = list(held("job_levels.csv", on))
    own = [row for row in rows if row["levels"] == str(levels)]
    found = own or [row for row in rows if row["highest"] == str(highest)]
    return {
        highest if row["level"] == "highest" else int(row["level"]): Cap(int(row["percent"]), row.law)
        for row in found
    }
