"""Cases of a single rule on a day: `rule` names it, `given` are its facts ("form=HC1; effective=2025-09-01").

So every number and term of the law is tried on the day before it holds, on that day and after. `expected` is what the
rule gives; of the law a condition rests on, the words its basis begins with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from ccvc.rules import (
    absences,
    discipline,
    extensions,
    parameters,
    quotas,
    raises,
    salary,
    terms,
    time_limits,
)
from ccvc.rules.absences import Absence
from ccvc.rules.discipline import Discipline
from ccvc.rules.extensions import Cause
from ccvc.rules.golden.reading import Case, Solved
from ccvc.rules.raises import Holding
from ccvc.standard.quality.case import later
from ccvc.standard.versions import current

NONE = "none"


class Given:
    """The facts of a case by name."""

    def __init__(self, case: Case) -> None:
        parts = (part.partition("=") for part in case["given"].split(";") if part.strip())
        self.facts = {name.strip(): value.strip() for name, _, value in parts}
        self.on = date.fromisoformat(case["on"])
        self.expected = case["expected"]

    def __getitem__(self, name: str) -> str:
        return self.facts[name]

    def number(self, name: str) -> int:
        """A fact that is a number."""
        return int(self.facts[name])

    def day(self, name: str) -> date | None:
        """A fact that is a day; None where it is not given."""
        return date.fromisoformat(self.facts[name]) if name in self.facts else None

    def surely(self, name: str) -> date:
        """A fact that is a day and must be given."""
        return date.fromisoformat(self.facts[name])


def solve(case: Case) -> Solved:
    """What the rule gives."""
    return Solved({"expected": RULES[case["rule"].strip()](Given(case))})


def _shown(value: object) -> str:
    return NONE if value is None else str(value)


def _months(given: Given) -> str:
    return _shown(salary.months_to_next(given["group"], given.number("step")))


def _coefficient(given: Given) -> str:
    return _shown(salary.coefficient(given["group"], given.number("step"), given.on))


def _cap(given: Given) -> str:
    caps = quotas.level_caps(given.number("highest"), given.number("levels"), given.on)
    found = caps.get(given.number("level"))
    return NONE if found is None else str(found.percent)


def _extension(given: Given) -> str:
    """Months one discipline, or failed year ("failed_year"), puts a raise off."""
    cause = Cause(given["cause"], given.on)
    found = extensions.extensions(given["category"], [cause], given.on)
    return str(sum(one.months for one in found)) if found else NONE


def _bar(given: Given) -> str:
    one = Discipline(given["form"], given.surely("effective"), given.facts.get("for") == "corruption")
    act: Any = given["act"]
    found = list(discipline.bars([one, *_party(given)], given["category"], act, given.on))
    if not found:
        return NONE
    bar = found[0]
    until = "for ever" if bar.until is None else f"to {bar.until}"
    return until if bar.sure else f"cannot_tell {until}"


def _in_force(given: Given) -> str:
    one = Discipline(given["form"], given.surely("effective"))
    first, last = discipline.in_force(one, _party(given), given["category"])
    return f"{first} to {last}"


def _party(given: Given) -> list[Discipline]:
    day = given.day("party")
    return [Discipline("D1", day)] if day else []


def _law(given: Given) -> str:
    """The law of a condition: the expected beginning where it begins so, else the whole."""
    row = parameters.condition(given["condition"], given["category"], given.on, given.facts.get("act"))
    if row is None:
        return NONE
    return given.expected if row.law.basis.startswith(given.expected.strip()) else row.law.basis


def _number(given: Given) -> str:
    """A parameter with its law: "36 NĐ 170/2025"; before there was one, a question mark behind it."""
    found = parameters.parameter(given["name"], given.on)
    told = f"{found.value} {found.law.basis}"
    sure = "" if found.law.certainty != "?" else " ?"
    wanted = given.expected.removesuffix(" ?")
    return f"{wanted if told.startswith(wanted) else told}{sure}"


def _lost(given: Given) -> str:
    """Months that do not count: "away=unpaid_leave 2023-01-01..2023-04-30, sick_leave …"; `on` is since when."""
    return str(absences.lost_months([_absence(text) for text in given["away"].split(",")], given.on))


def _absence(text: str) -> Absence:
    kind, days = text.split()
    first, _, last = days.partition("..")
    return Absence(absences.declared(kind)["kind"], date.fromisoformat(first), date.fromisoformat(last))


def _early(given: Given) -> str:
    """The next two raises after one some months early: its day, and that of the one after."""
    held = Holding(given["category"], given["group"], given.number("step"), given.surely("since"))
    found = raises.early(raises.next_raise(held), given.number("months"))
    if found.first is None or found.step is None:
        return NONE
    after = raises.next_raise(Holding(held.category, held.group, found.step, found.first))
    return f"{found.first}, then {after.first}"


def _due(given: Given) -> str:
    """Whether a raise is due on the day, with one discipline where given."""
    causes = [Cause(given["form"], given.surely("effective"))] if "form" in given.facts else []
    held = Holding(
        given["category"], given["group"], given.number("step"), given.surely("since"), causes=causes
    )
    return raises.next_raise(held).standing(given.on)


def _next_term(given: Given) -> str:
    found = terms.next_term(given.on, given["sex"], given["birth"], given["category"])
    return found.way if found.until is None else f"{found.way} to {found.until}"


def _form(given: Given) -> str:
    """Whether a form of discipline may be decided on a day, for a category."""
    row = current().codes["discipline_forms"].get(given["form"], given.on)
    return "yes" if row and given["category"] in row.extra["categories"].split(";") else "no"


def _rank(given: Given) -> str:
    """The salary group of a rank, however it is written."""
    ranks = current().codes["ranks"]
    row = ranks.get(ranks.find(given["rank"]) or given["rank"])
    return row.extra["salary_group"] if row else NONE


def _limit(given: Given) -> str:
    """A time limit: "3 working_days"."""
    found = time_limits.limit(given["name"], given.on)
    return NONE if found is None else f"{found.number} {found.unit}"


def _moment(given: Given) -> str:
    return str(later(given.on, given.number("months")))


RULES: Mapping[str, Callable[[Given], str]] = MappingProxyType(
    {
        "base_salary": lambda given: _shown(salary.base_salary(given.on)),
        "coefficient": _coefficient,
        "months_to_hold": _months,
        "level_scale": lambda given: _shown(salary.scale_of_level(given.number("level"), given.on)),
        "level_cap": _cap,
        "extension": _extension,
        "bar": _bar,
        "in_force": _in_force,
        "law": _law,
        "number": _number,
        "lost": _lost,
        "early": _early,
        "raise": _due,
        "early_quota": lambda given: str(quotas.early_raises(given.number("people"), given.on).most),
        "excellent": lambda given: str(
            quotas.excellent(
                given.number("good"), given.on, unit_excellent=given.facts.get("unit") == "excellent"
            ).most
        ),
        "excellent_units": lambda given: str(quotas.excellent_units(given.number("units"), given.on)),
        "secondment": lambda given: (
            terms.secondment(given.surely("from"), given.day("to"), given["category"]).met
        ),
        "rotation": lambda given: (
            terms.rotation(given.surely("from"), given.surely("to"), given["category"]).met
        ),
        "reappointment": lambda given: (
            terms.reappointment(given.day("ends"), given.on, given["category"]).stage
        ),
        "next_term": _next_term,
        "retiring": lambda given: terms.retiring(given["sex"], given["birth"], given.on).stage,
        "form": _form,
        "rank_group": _rank,
        "limit": _limit,
        "months_later": _moment,
    }
)
