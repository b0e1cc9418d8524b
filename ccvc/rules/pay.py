"""Money of a month: coefficients times the base salary, and percentages of what the law says they are of.

Coefficients are Decimal, percentages whole or Decimal, money whole VND, half a dong up. TT 13/2026/TT-BNV.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from ccvc.rules import salary
from ccvc.rules.parameters import Law
from ccvc.rules.reasons import Reason, because

FORMULA = Law("TT 13/2026/TT-BNV; NĐ 204/2004/NĐ-CP", "S")
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Paid:
    """What a person is paid by: all coefficients and percentages that hold together."""

    coefficient: Decimal
    beyond_percent: Decimal = NOTHING
    allowance: Decimal = NOTHING
    retained: Decimal = NOTHING
    share: Decimal = Decimal(100)
    percents: tuple[Decimal, ...] = ()
    fixed: int = 0


@dataclass(frozen=True, slots=True)
class Pay:
    """The parts of a month's pay in VND, and their sum."""

    salary: int
    beyond: int
    allowance: int
    retained: int
    percents: int
    fixed: int
    reasons: tuple[Reason, ...] = ()

    @property
    def total(self) -> int:
        """All parts together."""
        return self.salary + self.beyond + self.allowance + self.retained + self.percents + self.fixed


def month(paid: Paid, on: date) -> Pay | None:
    """Pay of the month a day lies in; None before there was a base salary.

    What is fixed in dong does not move with the base salary. `share` is what an apprentice gets of the salary.
    """
    base = salary.base_salary(on)
    return None if base is None else by_base(paid, base)


def by_base(paid: Paid, base: int) -> Pay:
    """Pay by a base salary in VND."""
    held = paid.coefficient * base * paid.share / 100
    beyond = paid.coefficient * base * paid.beyond_percent / 100
    allowance = paid.allowance * base
    percents = (held + beyond + allowance) * sum(paid.percents) / 100
    why = because("PAY-FORMULA", FORMULA, coefficient=paid.coefficient, base=base)
    return Pay(
        salary=whole(held),
        beyond=whole(beyond),
        allowance=whole(allowance),
        retained=whole(paid.retained * base),
        percents=whole(percents),
        fixed=paid.fixed,
        reasons=(why,),
    )


def whole(amount: Decimal) -> int:
    """Whole dong, half up."""
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))
