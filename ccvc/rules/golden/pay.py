"""Cases of money: a coefficient, what stands beside it, a base salary, and the pay of a month."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from ccvc.rules import pay, salary
from ccvc.rules.golden.reading import Case, Solved
from ccvc.rules.pay import Paid

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_PART = re.compile(
    r"(?P<name>tnvk|blcl|bảo lưu|retained|x|×|tập sự)?\s*(?P<number>\d+(?:\.\d+)?)\s*(?P<percent>%)?"
)
_SHARE = re.compile(r"(\d+) ?%")


def solve(case: Case) -> Solved:
    """The pay, and the base salary of the month where the description names one."""
    found = pay.by_base(_paid(case), int(case["base_vnd"]))
    told = {"expected_vnd": str(found.total)}
    if month := _MONTH.search(case["description"]):
        told["base_vnd"] = str(salary.base_salary(date(int(month[1]), int(month[2]), 1)))
    return Solved(told)


def _paid(case: Case) -> Paid:
    beyond, allowance, retained, share = Decimal(0), Decimal(0), Decimal(0), Decimal(100)
    for part in _PART.finditer(case["extra"].casefold()):
        name, number = part["name"] or "", Decimal(part["number"])
        if name == "tnvk":
            beyond += number
        elif name in {"blcl", "bảo lưu", "retained"}:
            retained += number
        elif name or part["percent"]:
            share = number if number > 1 else number * 100
        else:
            allowance += number
    told = case["description"].casefold()
    if "tập sự" in told and share == 100 and (found := _SHARE.search(told)):  # noqa: PLR2004 - whole, not yet told
        share = Decimal(found[1])
    return Paid(Decimal(case["coef"]), beyond, allowance, retained, share)
