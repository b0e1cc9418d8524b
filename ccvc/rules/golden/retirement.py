"""Cases of retirement: `kind` normal or lowerN (years), sex, birth."""

from __future__ import annotations

import re

from ccvc.rules import retirement
from ccvc.rules.golden.reading import SEXES, Case, Solved

_LOWER = re.compile(r"lower(\d+)")
_HIGHER = re.compile(r"(?:higher|later)(\d+)")


def solve(case: Case) -> Solved:
    """Age, last day, first of pension."""
    sex, birth = SEXES[case["sex"].strip().casefold()], case["birth_date"].split("(")[0].strip()
    if lower := _LOWER.fullmatch(case["kind"].strip()):
        months = int(lower[1]) * 12
        found = retirement.lowered(sex, birth, months, special=months > 60)  # noqa: PLR2004 - more than five years
    elif higher := _HIGHER.fullmatch(case["kind"].strip()):
        found = retirement.later_by(sex, birth, int(higher[1]) * 12)
    else:
        found = retirement.normal(sex, birth)
    told = {
        "expected_age": found.years,
        "expected_retirement_date": str(found.last_day),
        "expected_pension_from": str(found.pension_from),
    }
    return Solved(told)
