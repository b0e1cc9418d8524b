"""What the rules answer for a decision, so that nobody types it: next step, days, ends of terms. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from ccvc.rules import discipline, facts, raises, reclassification, retirement, salary
from ccvc.rules.discipline import Discipline
from ccvc.rules.parameters import parameter
from ccvc.rules.raises import Raise
from ccvc.rules.reasons import Reason, because
from ccvc.rules.reclassification import Standing
from ccvc.standard.quality.case import first_day, later
from ccvc.standard.reading import present
from ccvc.standard.versions import current

Document = Mapping[str, Any]
Asked = Mapping[str, Any]
PAY = frozenset(
    {
        *("salary_group", "salary_step", "salary_from", "raise_clock_from"),
        *("beyond_frame_percent", "retained_coefficient"),
    }
)


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
    row = current().codes["discipline_forms"].get(form)
    kind = {"kind": row.extra["kind"]} if row else {}
    return Ruled({"until": until.isoformat(), **kind}, (why,))


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


def _scale(document: Document, asked: Asked, on: date) -> Ruled:
    """The coefficient of a step somebody begins with, and the day of their first recruitment ever."""
    group, step = asked.get("salary_group"), asked.get("salary_step")
    found = salary.coefficient(group, step, on) if group and isinstance(step, int) else None
    first = present(document.get("career", {}).get("recruited_on")) or on.isoformat()
    return Ruled({"recruited_on": first, **({"coefficient": found} if found else {})})


def _rank(document: Document, asked: Asked, on: date) -> Ruled:
    """The step on another scale, what is kept of the old coefficient, and since when time counts."""
    old, group = _standing(document), asked.get("salary_group")
    try:
        found = reclassification.moved(old, group, on) if old and group else None
    except (ValueError, KeyError):
        found = None
    if found is None:
        return Ruled({})
    new = found.standing
    values = {
        "step": new.step,
        "coefficient": new.coefficient,
        "clock": (new.since or on).isoformat(),
        "retained": new.retained or None,
        "percent": new.percent or None,
        "percent_from": new.since.isoformat() if new.percent and new.since else None,
    }
    return Ruled({name: value for name, value in values.items() if value is not None}, found.reasons)


def _standing(document: Document) -> Standing | None:
    """What a person holds on their scale; None where the dossier does not say."""
    held = {name: present(value) for name, value in document.get("employment", {}).items() if name in PAY}
    group, step = held.get("salary_group"), held.get("salary_step")
    if group is None or not isinstance(step, int):
        return None
    since = first_day(held.get("raise_clock_from") or held.get("salary_from"))
    kept = Decimal(held.get("retained_coefficient") or 0)
    return Standing(group, step, since, held.get("beyond_frame_percent") or 0, kept)


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


RULINGS: Mapping[str, Ruling] = MappingProxyType(
    {
        "raise": Ruling(frozenset({"due", "step", "coefficient", "percent", "raised"}), _raise),
        "early": Ruling(frozenset({"due", "step", "coefficient", "percent", "raised"}), _early),
        "retirement": Ruling(frozenset({"last_day", "pension_from"}), _retirement),
        "discipline": Ruling(frozenset({"until", "kind"}), _discipline),
        "term": Ruling(frozenset({"term_to"}), _term),
        "scale": Ruling(frozenset({"recruited_on", "coefficient"}), _scale),
        "rank": Ruling(
            frozenset({"step", "coefficient", "clock", "retained", "percent", "percent_from"}), _rank
        ),
    }
)
