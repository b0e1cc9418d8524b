"""Synthetic people of an agency, one document at a time, each with the truth about it.

The same seed, agency, units, count and day give the same people, byte for byte, on any machine.
"""

from __future__ import annotations

import random as randomness
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ccvc.rules import salary
from ccvc.simulation import ages
from ccvc.simulation.days import first_days, month_number, month_texts
from ccvc.simulation.employment import employment
from ccvc.simulation.family import family
from ccvc.simulation.identity import identity
from ccvc.simulation.life import DEPUTY, HEAD, LEAD, STAFF, Life, Setting, live
from ccvc.simulation.memberships import affiliation, assets, health, history, military
from ccvc.simulation.personal_ids import PersonalIds
from ccvc.simulation.professions import activity_of, leaders_of, staffing
from ccvc.simulation.schooling import education
from ccvc.simulation.service import career
from ccvc.simulation.units import UnitSpec
from ccvc.simulation.wheels import Random, apportion
from ccvc.standard import current

Document = dict[str, Any]
Unit = UnitSpec | tuple[str, str, str]

REFERENCE_DAY = date(2026, 11, 1)
"""The day people are as of, unless another is asked for."""

YEAR = 12
SMALLEST_WITH_DEPUTIES = 8


@dataclass(frozen=True, slots=True)
class Truth:
    """What the generator knows beyond the document: the real birth day, the profession, what is due."""

    birth_date: str
    profession: str
    activity: str
    role: str
    raise_due: str
    """The day of the next raise of step or beyond the frame; "" for people outside the scales."""
    retires_after: str
    """The last month of service ("2031-05")."""


@dataclass(frozen=True, slots=True)
class Person:
    """A synthetic person: the document, the unit of work, the truth."""

    document: Document
    unit_code: str
    truth: Truth


def people(
    seed: int, agency_code: str, units: Sequence[Unit], count: int, *, on: date = REFERENCE_DAY
) -> Iterator[Person]:
    """People of an agency, unit by unit, leaders first. Documents share parts: read them, never change them.

    Units are UnitSpec, or (code, name, kind) of units opened elsewhere; those with ``people`` get their share
    of the count, and if none has, all get the same. Personal identification numbers are unique among
    agencies, whatever their seeds. ValueError without units, or when an agency's numbers run out (some
    300,000 people).
    """
    specs = [unit if isinstance(unit, UnitSpec) else _spec(*unit) for unit in units]
    if not specs:
        raise ValueError(f"{agency_code} has no units to place people in")
    rng = randomness.Random(f"{seed}:{agency_code}")  # noqa: S311  (people, not secrets)
    setting = Setting(
        agency_code=agency_code,
        today=month_number(on),
        units={unit.code: unit for unit in specs},
        ids=PersonalIds(agency_code),
    )
    shares = {unit.code: float(unit.people) for unit in specs}
    if not any(shares.values()):
        shares = dict.fromkeys(shares, 1.0)
    for code, number in apportion(count, shares).items():
        yield from _of_unit(rng.random, setting, setting.units[code], number)


def _spec(code: str, name: str, kind: str) -> UnitSpec:
    return UnitSpec(code, name, code.rpartition(".")[0], kind)


def _of_unit(random: Random, setting: Setting, unit: UnitSpec, number: int) -> Iterator[Person]:
    above = setting.units.get(unit.parent_code)
    leaders = leaders_of(unit, above.name if above else "")
    staff = staffing()[activity_of(unit)]
    for role in _roles(number, staff.deputies, staff.leads if leaders.lead else 0.0):
        life = live(random, setting, unit, staff, leaders, role=role)
        yield Person(_document(random, setting, life), unit.code, _truth(life))


def _roles(number: int, deputies: int, leads: float) -> Iterable[str]:
    """A head, deputies as the unit is large, heads of teams, and the others."""
    deputies = deputies if number >= 2 * SMALLEST_WITH_DEPUTIES else int(number >= SMALLEST_WITH_DEPUTIES)
    roles = [HEAD] + [DEPUTY] * deputies + [LEAD] * round(leads * number)
    return (roles + [STAFF] * max(0, number - len(roles)))[:number]


def _document(random: Random, setting: Setting, life: Life) -> Document:
    today = setting.today
    document: Document = {
        "standard": current().version,
        "identity": identity(random, setting, life),
        "family": family(random, life, today),
        "history": history(random, life, today),
        "career": career(random, setting, life),
        "education": education(random, life, today),
        "employment": employment(random, setting, life),
        "affiliation": affiliation(random, life, today),
    }
    if served := military(random, life):
        document["military"] = served
    document["assets"] = assets(random, setting, life, _income(life, document["employment"], today))
    document["health"] = health(random, setting, life)
    return document


def _income(life: Life, employment: Document, today: int) -> int:
    """Twelve months of salary and post allowance at the base salary of the day, in VND."""
    if not life.pay:
        return int(employment["job_salary"]) * YEAR
    hundredths = int(employment["salary_coefficient"].replace(".", ""))
    if life.post:
        hundredths += int(life.post.allowance.replace(".", ""))
    base = salary.base_salary(date.fromisoformat(first_days()[today])) or 0
    return hundredths * base // 100 * YEAR


def _truth(life: Life) -> Truth:
    return Truth(
        birth_date=f"{month_texts()[life.birth_month]}-{life.birth_day:02}",
        profession=life.profession.key,
        activity=life.activity,
        role=life.role,
        raise_due=first_days()[life.pay.next_raise] if life.pay else "",
        retires_after=month_texts()[ages.retirement_month(life.sex, life.birth_month)],
    )
