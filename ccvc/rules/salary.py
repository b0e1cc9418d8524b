"""Salary scales and the base salary: coefficients by group and step, the time to hold a step, VND by date.

Groups are the codes of the list "salary_groups" of the standard. Decree 204/2004 uses the letters C2 and C3
for different coefficients in its tables 2 and 3; table 3's stand here as "C2-VC" and "C3-VC". Coefficients
are Decimal ("2.34"), money is whole VND, periods are months.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from types import MappingProxyType

from ccvc.rules.parameters import held, rows

SCALES_FROM = date(2004, 10, 1)  # NĐ 204/2004/NĐ-CP: the scales count from this day; certainty K


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a salary group; ``months_to_next`` is None on the last step."""

    number: int
    coefficient: Decimal
    months_to_next: int | None


def steps(group: str) -> tuple[Step, ...]:
    """Give the steps of a group in order, () for an unknown group. NĐ 204/2004/NĐ-CP Bảng 1 to 4."""
    return _scales().get(group, ())


def coefficient(group: str, step: int, on: date) -> Decimal | None:
    """Give the coefficient of a step on a date; None for no such step or a date before the scales.

    NĐ 204/2004/NĐ-CP Bảng 1 to 4, unchanged in their figures by NĐ 76/2009, NĐ 14/2012 and NĐ 17/2013.
    """
    held = _step(group, step) if on >= SCALES_FROM else None
    return held.coefficient if held else None


def months_to_next(group: str, step: int) -> int | None:
    """Give the months to hold a step before the ordinary raise; None on the last step or for no such step.

    TT 08/2013/TT-BNV Điều 2: 60 for senior experts, 36 for titles that need college or higher (A0 to A3),
    24 for the others. Discipline and failing ratings lengthen it; they are not counted here.
    """
    held = _step(group, step)
    return held.months_to_next if held else None


def base_salary(on: date) -> int | None:
    """Give the base salary in VND a month on a date; None before 1 April 1993.

    "Lương cơ sở" since 1 July 2013 (NĐ 66/2013/NĐ-CP), "lương tối thiểu chung" before; each amount with its
    decree in ``data/base_salary.csv``.
    """
    return next((int(row["amount_vnd"]) for row in held("base_salary.csv", on)), None)


def scale_of_level(level: int, on: date) -> str | None:
    """Give the salary group of a professional level of public employees on a date; None before there were levels.

    NĐ 232/2026/NĐ-CP.
    """
    return next(
        (row["group"] for row in held("job_level_scales.csv", on) if row["level"] == str(level)), None
    )


def _step(group: str, step: int) -> Step | None:
    scale = steps(group)
    return scale[step - 1] if 1 <= step <= len(scale) else None


@cache
def _scales() -> Mapping[str, tuple[Step, ...]]:
    """Read the scales; tables 2 and 3 repeat the same groups with the same figures."""
    scales: dict[str, dict[int, Step]] = {}
    for row in rows("salary_coefficients.csv"):
        months = row["months_to_next_step"]
        step = Step(int(row["step"]), Decimal(row["coefficient"]), int(months) if months else None)
        scales.setdefault(row["group"], {})[step.number] = step
    return MappingProxyType({group: tuple(held[n] for n in sorted(held)) for group, held in scales.items()})
