"""When a person retires: the age of their sex and month of birth, the last day in service, the first of pension.

Ages are months. The retirement moment is the end of the last day of the month in which the age is reached, so
the day of birth never matters; of a birth known by its year alone the first of January counts, of one known by
its month the first of that month. BLLĐ 45/2019/QH14 Điều 169; NĐ 135/2020/NĐ-CP Điều 3 to 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache

from ccvc.rules.parameters import EVERY, Law, Row, law, parameter, rows
from ccvc.rules.reasons import Reason, because
from ccvc.standard.quality.case import later
from ccvc.standard.values import Precision, earliest, is_partial_date, precision

MONTHS = 12
BIRTH = Law("NĐ 135/2020/NĐ-CP Điều 3 khoản 3", "S")


@dataclass(frozen=True, slots=True)
class Retirement:
    """The age in months, the last day in service and the first of pension; all None where it cannot be told."""

    age: int | None
    last_day: date | None
    pension_from: date | None
    reasons: tuple[Reason, ...]

    @property
    def years(self) -> str:
        """The age as the law writes it: 60y3m."""
        return "" if self.age is None else f"{self.age // MONTHS}y{self.age % MONTHS}m"


def normal(sex: str | None, birth: str | None) -> Retirement:
    """At the normal age. `sex` is the standard's code, `birth` a partial date."""
    return _at(sex, birth, 0)


def lowered(sex: str | None, birth: str | None, months: int = 60, *, special: bool = False) -> Retirement:
    """At an age lower by some months: the roadmap of those born as much earlier. NĐ 135/2020/NĐ-CP Điều 5, Phụ lục II.

    ValueError where it is more than the law lets: 60 months, 120 in special cases.
    """
    most = parameter(
        "retirement_early_most_special" if special else "retirement_early_most", date(2021, 1, 1)
    )
    if not 0 <= months <= most.value:
        raise ValueError(f"{months} > {most.value}")
    return _at(sex, birth, months)


def later_by(sex: str | None, birth: str | None, months: int) -> Retirement:
    """At an age higher by some months, agreed or decided; ValueError above what the law lets.

    BLLĐ 45/2019/QH14 Điều 169 khoản 4; NĐ 135/2020/NĐ-CP Điều 6; NĐ 50/2022/NĐ-CP; NĐ 83/2022/NĐ-CP.
    """
    found, most = _at(sex, birth, 0), parameter("retirement_late_most", date(2021, 1, 1))
    if not 0 <= months <= most.value:
        raise ValueError(f"{months} > {most.value}")
    if found.age is None or found.last_day is None:
        return found
    last = _end(later(found.last_day.replace(day=1), months))
    why = because("RETIRE-LATER", most.law, months=months, day=last)
    return Retirement(found.age + months, last, last + timedelta(days=1), (*found.reasons, why))


def _at(sex: str | None, birth: str | None, lower: int) -> Retirement:
    if not is_partial_date(birth):
        return _unknown("RETIRE-NO-BIRTH", "identity.birth_date")
    if sex not in _roadmap():
        return _unknown("RETIRE-NO-SEX", "identity.sex")
    return _in_month(sex, earliest(birth).replace(day=1), precision(birth), lower)


@lru_cache(maxsize=1 << 14)
def _in_month(sex: str, born: date, known: Precision, lower: int) -> Retirement:
    """The answer for everyone born in a month, given by its first day."""
    row = _row(sex, later(born, -lower))
    age = int(row["months"]) - lower
    last = _end(later(born, age))
    reasons = [
        because("RETIRE-AGE", row.law, years=age // MONTHS, months=age % MONTHS, birth=f"{born:%m/%Y}")
    ]
    if lower:
        basis = parameter("retirement_early_most", last).law
        reasons.append(because("RETIRE-LOWERED", basis, months=lower))
    if known != "day":
        basis = Law(BIRTH.basis, "S" if known == "year" else "K")
        reasons.append(because("RETIRE-BIRTH-PART", basis, "identity.birth_date", birth=born))
    reasons.append(
        because(
            "RETIRE-MOMENT", law("retirement_moment", EVERY, last), day=last, pension=last + timedelta(days=1)
        )
    )
    return Retirement(age, last, last + timedelta(days=1), tuple(reasons))


def _unknown(code: str, path: str) -> Retirement:
    return Retirement(None, None, None, (because(code, None, path),))


def _end(month: date) -> date:
    return later(month, 1) - timedelta(days=1)


def _row(sex: str, born: date) -> Row:
    month = f"{born:%Y-%m}"
    return next(row for row in reversed(_roadmap()[sex]) if row["birth_from"] <= month)


@cache
def _roadmap() -> dict[str, list[Row]]:
    ages: dict[str, list[Row]] = {}
    for row in rows("retirement_ages.csv"):
        ages.setdefault(row["sex"], []).append(row)
    return {sex: sorted(held, key=lambda row: row["birth_from"]) for sex, held in ages.items()}
