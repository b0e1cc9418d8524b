"""What the rules answer for a decision, so that nobody types it: next step, days, ends of terms. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from ccvc.rules import discipline, facts, raises, retirement
from ccvc.rules.discipline import Discipline
from ccvc.rules.parameters import parameter
from ccvc.rules.raises import Raise
from ccvc.rules.reasons import Reason, because
from ccvc.standard.quality.case import later

Document = Mapping[str, Any]
Asked = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ruled:
    """The values a rule gives (a name it cannot give is not there), and why."""

    values: Mapping[str, Any]
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Ruling:
    """A rule by the names it gives."""

    gives: frozenset[str]
    ask: Callable[[Document, Asked, date], Ruled]


def ruled(name: str, document: Document, asked: Asked, on: date) -> Ruled:
    """What a rule of RULINGS answers for a person on a day; nothing for no rule."""
    return RULINGS[name].ask(document, asked, on) if name else Ruled({})


def _raise(document: Document, _asked: Asked, on: date) -> Ruled:
    return _told(facts.raise_of(document, on))


def _early(document: Document, asked: Asked, on: date) -> Ruled:
    """The ordinary raise, so many months early."""
    ordinary, months = facts.raise_of(document, on), asked.get("months")
    try:
        return _told(raises.early(ordinary, int(months or 0)))
    except ValueError:
        return Ruled({}, ordinary.reasons)


def _told(found: Raise) -> Ruled:
    exact = found.first if found.first == found.last else None
    values = {
        "due": exact.isoformat() if exact else None,
        "step": found.step if found.kind == "step" else None,
        "coefficient": found.coefficient if found.kind == "step" else None,
        "percent": found.percent or None,
        "raised": found.kind,
    }
    return Ruled({name: value for name, value in values.items() if value is not None}, found.reasons)


def _retirement(document: Document, _asked: Asked, on: date) -> Ruled:
    """The last day of service and the first of the pension."""
    asked = facts.candidate(document, on)
    found = retirement.normal(asked.sex, asked.birth)
    values = {"last_day": found.last_day, "pension_from": found.pension_from}
    return Ruled({name: day.isoformat() for name, day in values.items() if day}, found.reasons)


def _discipline(document: Document, asked: Asked, on: date) -> Ruled:
    """Until when a discipline of this form, in force from a day, holds."""
    form = asked.get("form")
    if not form:
        return Ruled({})
    one = Discipline(form, on)
    held = (*facts.disciplines(document), one)
    category = facts.candidate(document, on).category
    _, until = discipline.in_force(one, held, category)
    months = parameter("discipline_in_force", on)
    why = because("DISCIPLINE-UNTIL", months.law, months=months.value, day=until)
    return Ruled({"until": until.isoformat()}, (why,))


def _term(document: Document, _asked: Asked, on: date) -> Ruled:
    """The last day of a term of office that begins on a day: a full one, or to the retirement if that comes first."""
    term = parameter("office_term", on)
    asked = facts.candidate(document, on)
    leaves = retirement.normal(asked.sex, asked.birth)
    ends = _day_before(later(on, term.value))
    why = because("TERM-FULL", term.law, months=term.value, day=ends)
    if leaves.last_day and leaves.last_day < ends:
        ends = leaves.last_day
        why = because("TERM-RETIRES", term.law, day=ends)
    return Ruled({"term_to": ends.isoformat()}, (why,))


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


RULINGS: Mapping[str, Ruling] = MappingProxyType(
    {
        "raise": Ruling(frozenset({"due", "step", "coefficient", "percent", "raised"}), _raise),
        "early": Ruling(frozenset({"due", "step", "coefficient", "percent", "raised"}), _early),
        "retirement": Ruling(frozenset({"last_day", "pension_from"}), _retirement),
        "discipline": Ruling(frozenset({"until"}), _discipline),
        "term": Ruling(frozenset({"term_to"}), _term),
    }
)
