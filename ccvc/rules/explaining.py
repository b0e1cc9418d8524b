"""One person's case, answered by a rule: the result, the reasons with their articles, the edition of the rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from ccvc.rules import appointments, discipline, facts, pay, reasons, retirement, terms
from ccvc.rules.discipline import Discipline
from ccvc.rules.reasons import Reason
from ccvc.standard.reading import Document

Explained = dict[str, Any]


def explain(rule: str, document: Document, on: date) -> Explained:
    """Answer a rule of RULES for a dossier on a day; KeyError for an unknown rule."""
    answer, why = RULES[rule](document, on)
    told = {"rule": rule, "on": on, **answer, "reasons": [reason.as_json() for reason in why]}
    return told | {"edition": reasons.edition()}


Answered = tuple[Explained, tuple[Reason, ...]]


def _raise(document: Document, on: date) -> Answered:
    found = facts.raise_of(document, on)
    answer: Explained = {
        "answer": found.standing(on),
        "kind": found.kind,
        "first": found.first,
        "last": found.last,
    }
    answer |= {"step": found.step, "coefficient": found.coefficient, "percent": found.percent}
    return answer, found.reasons


def _retirement(document: Document, _on: date) -> Answered:
    asked = facts.candidate(document, _on)
    found = retirement.normal(asked.sex, asked.birth)
    answer = "told" if found.last_day else "cannot_tell"
    return (
        {
            "answer": answer,
            "age": found.years,
            "last_day": found.last_day,
            "pension_from": found.pension_from,
        },
        found.reasons,
    )


def _appointment(document: Document, on: date) -> Answered:
    found = appointments.check(facts.candidate(document, on), "higher", on)
    conditions = [{"name": one.name, "met": one.met, "effect": one.effect} for one in found.conditions]
    return {"answer": found.outcome, "conditions": conditions}, tuple(one.reason for one in found.conditions)


def _reappointment(document: Document, on: date) -> Answered:
    found = appointments.check(facts.candidate(document, on), "reappoint", on)
    return {"answer": found.outcome, "term_to": found.term_to}, tuple(one.reason for one in found.conditions)


def _term(document: Document, on: date) -> Answered:
    """By when the holder of an office is told and decided on, and what may follow the term."""
    one = facts.candidate(document, on)
    window = terms.reappointment(one.term_ends, on, one.category)
    told: Explained = {"answer": window.stage, "ends": window.day}
    told |= {"notify_by": window.notify_by, "decide_by": window.decide_by}
    if one.term_ends is None:
        return told, window.reasons
    following = terms.next_term(one.term_ends, one.sex, one.birth, one.category)
    return told | {"next": following.way, "until": following.until}, (*window.reasons, *following.reasons)


def _discipline(document: Document, on: date) -> Answered:
    held = facts.disciplines(document)
    category = facts.candidate(document, on).category
    standing = [(one, discipline.running(one, held, category, on)) for one in held]
    running = [_running(one, held, category) for one, stands in standing if stands == "yes"]
    open_ = [discipline.told(one) for one, stands in standing if stands == "cannot_tell"]
    bars = tuple(bar.reason for bar in discipline.bars(held, category, "higher", on))
    answer = "in_force" if running else "cannot_tell" if open_ else "none"
    return {"answer": answer, "in_force": running, "cannot_tell": open_}, bars


def _running(one: Discipline, held: Sequence[Discipline], category: str | None) -> Explained:
    first, last = discipline.in_force(one, held, category)
    return {"form": discipline.told(one), "from": first, "to": last}


def _pay(document: Document, on: date) -> Answered:
    paid = facts.paid(document)
    found = pay.month(paid, on) if paid else None
    if found is None:
        return {"answer": "cannot_tell"}, ()
    parts = {
        name: getattr(found, name)
        for name in ("salary", "beyond", "allowance", "retained", "percents", "fixed")
    }
    return {"answer": "told", "total": found.total, **parts}, found.reasons


RULES: Mapping[str, Callable[[Document, date], Answered]] = MappingProxyType(
    {
        "raise": _raise,
        "retirement": _retirement,
        "appointment": _appointment,
        "reappointment": _reappointment,
        "term": _term,
        "discipline": _discipline,
        "pay": _pay,
    }
)
