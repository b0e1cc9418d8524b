"""Whether a person may be appointed, reappointed, moved: condition by condition, met, not met or cannot tell.

A condition that is not met bars, holds or warns; what it may be passed by is the authority's to record. NĐ
170/2025/NĐ-CP Điều 25 to 29, 36, 37, 46 to 51; Luật 80/2025/QH15 Điều 37, 38.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from ccvc.rules import discipline, retirement
from ccvc.rules.discipline import UPWARD, Act, Discipline
from ccvc.rules.extensions import is_party
from ccvc.rules.parameters import Law, parameter
from ccvc.rules.reasons import Answer, Reason, because
from ccvc.rules.retirement import Retirement
from ccvc.standard.quality.case import later, months_between

Effect = Literal["block", "hold", "warn", "none"]
Outcome = Literal["allow", "warn", "hold", "block", "cannot_tell", "extend"]
MOVES: frozenset[Act] = frozenset({"transfer", "rotate", "second"})
OFFICES: frozenset[Act] = frozenset({"first", "higher", "equal", "manage"})
HANDLED = Law("Luật 80/2025/QH15 Điều 37 khoản 3, Điều 38 khoản 2", "S")
PENDING = Law("NĐ 170/2025/NĐ-CP Điều 36 khoản 5", "S")
TERM = Law("NĐ 138/2020/NĐ-CP; NĐ 170/2025/NĐ-CP Điều 29 khoản 5", "S")
AGAIN = Law("NĐ 170/2025/NĐ-CP Điều 36", "S")
STANDARDS = Law("NĐ 170/2025/NĐ-CP Điều 29 khoản 1", "S")
DECLARED = Law("NĐ 170/2025/NĐ-CP Điều 29 khoản 4", "S")
HEALTHY = Law("NĐ 170/2025/NĐ-CP Điều 29 khoản 6", "S")
PLANNED = Law("NĐ 170/2025/NĐ-CP Điều 29 khoản 2", "S")
FAMILY = Law("NĐ 170/2025/NĐ-CP Điều 25 khoản 5", "S")
LEAST_ROTATED = 120
SMALL = 36
CASES, CHECKED = "employment.cases", "employment.cases_checked_on"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the conditions are asked of. None: the dossier does not say.

    `cases_known`: whether somebody answers for there being no other open disciplinary or criminal cases,
    `cases_checked`: on which day somebody last did. A child may be as old as `youngest_child_from` says.
    """

    category: str | None
    sex: str | None = None
    birth: str | None = None
    disciplines: Sequence[Discipline] = ()
    handled_since: date | None = None
    prosecuted: bool = False
    cases_known: bool = True
    cases_checked: date | None = None
    planned: bool | None = None
    qualified: bool | None = None
    declared_assets: bool | None = None
    healthy: bool | None = None
    term_ends: date | None = None
    expecting: bool | None = False
    youngest_child: date | None = None
    youngest_child_from: date | None = None
    moved_until: date | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: its name, whether it is met, and what follows where it is not."""

    name: str
    met: Answer
    effect: Effect
    reason: Reason


@dataclass(frozen=True, slots=True)
class Check:
    """All conditions, and what they come to; `term_to` is the last day of a term that the retirement shortens."""

    conditions: tuple[Condition, ...]
    outcome: Outcome
    term_to: date | None = None

    @property
    def against(self) -> tuple[Condition, ...]:
        """The conditions that are not met."""
        return tuple(one for one in self.conditions if one.met == "no")

    @property
    def open(self) -> tuple[Condition, ...]:
        """The conditions nobody can tell."""
        return tuple(one for one in self.conditions if one.met == "cannot_tell")


def check(one: Candidate, act: Act, on: date) -> Check:
    """Ask every condition the law sets for an act, on a day."""
    leaves = retirement.normal(one.sex, one.birth)
    if act == "retire":
        return Check((), "allow", leaves.last_day)
    conditions = tuple(_conditions(one, act, on, leaves))
    outcome = _outcome(conditions)
    if act not in {"reappoint", "extend"} or outcome not in {"allow", "warn"}:
        return Check(conditions, outcome)
    return _term(one, conditions, outcome, leaves)


def _outcome(conditions: Sequence[Condition]) -> Outcome:
    effects = {one.effect for one in conditions if one.met == "no"}
    for effect in ("block", "hold"):
        if effect in effects:
            return effect
    if any(one.met == "cannot_tell" and one.effect != "warn" for one in conditions):
        return "cannot_tell"
    return "warn" if any(one.effect == "warn" and one.met != "yes" for one in conditions) else "allow"


def _conditions(one: Candidate, act: Act, on: date, leaves: Retirement) -> Iterator[Condition]:
    yield _handling(one, act, on)
    yield _prosecution(one, act)
    yield from _bars(one, act, on)
    if act in UPWARD:
        yield _full_term(on, leaves)
        yield _fact("planning", one.planned, "PLANNED", PLANNED)
    if act in OFFICES:
        yield _fact("qualification", one.qualified, "QUALIFIED", STANDARDS)
        yield _fact("assets", one.declared_assets, "ASSETS", DECLARED)
        yield _fact("health", one.healthy, "HEALTH", HEALTHY)
    if act in MOVES:
        yield from _movable(one, act, on, leaves)


def _handling(one: Candidate, act: Act, on: date) -> Condition:
    effect: Effect = "hold" if act in {"reappoint", "extend"} else "block"
    law = PENDING if effect == "hold" else HANDLED
    if one.handled_since is not None and one.handled_since <= on:
        return Condition("handling", "no", effect, _handled(one.handled_since, law))
    if not one.cases_known:
        return Condition("handling", "cannot_tell", effect, _unanswered("HANDLING", one, law))
    return Condition("handling", "yes", effect, because("HANDLING-NONE", law, CHECKED))


def _handled(since: date, law: Law) -> Reason:
    if since == date.min:
        return because("HANDLING-UNDATED", law, CASES)
    return because("HANDLING-OPEN", law, CASES, day=since)


def _unanswered(code: str, one: Candidate, law: Law) -> Reason:
    """Nobody answered for open cases, or too long ago."""
    if one.cases_checked is None:
        return because(f"{code}-UNKNOWN", law, CHECKED)
    return because(f"{code}-STALE", law, CHECKED, day=one.cases_checked)


def _prosecution(one: Candidate, act: Act) -> Condition:
    effect: Effect = "hold" if act in {"reappoint", "extend"} else "block"
    if one.prosecuted:
        return Condition("prosecution", "no", effect, because("PROSECUTED", HANDLED, CASES))
    if not one.cases_known:
        return Condition("prosecution", "cannot_tell", effect, _unanswered("PROSECUTED", one, HANDLED))
    return Condition("prosecution", "yes", effect, because("NOT-PROSECUTED", HANDLED, CHECKED))


def _bars(one: Candidate, act: Act, on: date) -> Iterator[Condition]:
    if act in {"reappoint", "extend"}:
        yield from _weighed(one, on)
        return
    found = list(discipline.bars(one.disciplines, one.category, act, on))
    for bar in found:
        yield Condition("discipline", "no" if bar.sure else "cannot_tell", "block", bar.reason)
    if not found:
        yield Condition("discipline", "yes", "block", because("NO-BAR", discipline_law(one.category, on)))


def _weighed(one: Candidate, on: date) -> Iterator[Condition]:
    """Reappointment is not refused for a discipline in force: the authority weighs it. Điều 36 khoản 6."""
    law = Law("NĐ 170/2025/NĐ-CP Điều 36 khoản 6, Điều 37", "S")
    for bar in discipline.bars(one.disciplines, one.category, "reappoint", on):
        yield Condition("discipline", "no", "block", bar.reason)
    for held in one.disciplines:
        stands = discipline.running(held, one.disciplines, one.category, on)
        if is_party(held.form) or stands == "no":
            continue
        if stands == "cannot_tell":
            why = because("WEIGHED-UNSAID", law, held.path, form=discipline.told(held))
            yield Condition("discipline", "cannot_tell", "warn", why)
        else:
            last = discipline.in_force(held, one.disciplines, one.category)[1]
            why = because("WEIGHED", law, held.path, form=discipline.told(held), until=last)
            yield Condition("discipline", "no", "warn", why)


def discipline_law(category: str | None, on: date) -> Law | None:
    """The law that says what a discipline bars, for a category on a day; None for an unknown one."""
    if category is None:
        return None
    if category == "VC":
        new = on >= discipline.NEW_LAW["VC"]
        return Law("NĐ 234/2026/NĐ-CP", "?") if new else Law("Luật 58/2010/QH12 Điều 56", "S")
    new = on >= discipline.NEW_LAW["CC"]
    return Law("NĐ 170/2025/NĐ-CP Điều 29 khoản 7", "S") if new else Law("Luật 22/2008/QH12 Điều 82", "K")


def _full_term(on: date, leaves: Retirement) -> Condition:
    term = parameter("office_term", on)
    if leaves.last_day is None or leaves.pension_from is None:
        return Condition("age", "cannot_tell", "block", leaves.reasons[0])
    ends = later(on, term.value)
    facts: dict[str, Any] = {
        "term": ends,
        "retires": leaves.last_day,
        "months": months_between(on, leaves.last_day),
    }
    met: Answer = "yes" if ends <= leaves.pension_from else "no"
    return Condition(
        "age", met, "block", because("AGE-ENOUGH" if met == "yes" else "AGE-SHORT", TERM, **facts)
    )


def _fact(name: str, held: bool | None, code: str, law: Law) -> Condition:  # noqa: FBT001 - a fact of a dossier, not a switch
    met: Answer = "cannot_tell" if held is None else "yes" if held else "no"
    ending = {"yes": "", "no": "-NOT", "cannot_tell": "-UNKNOWN"}[met]
    return Condition(name, met, "block", because(code + ending, law))


def _movable(one: Candidate, act: Act, on: date, leaves: Retirement) -> Iterator[Condition]:
    met = _family(one, on)
    code = {"yes": "FAMILY", "no": "FAMILY-NOT", "cannot_tell": "FAMILY-UNKNOWN"}[met]
    yield Condition("family", met, "block", because(code, FAMILY))
    if act == "second" and one.moved_until is not None:
        limit = parameter("secondment_limit", on)
        longer = one.moved_until > later(on, limit.value)
        why = because(
            "SECOND-LONG" if longer else "SECOND-TERM", limit.law, until=one.moved_until, months=limit.value
        )
        yield Condition("length", "no" if longer else "yes", "block", why)
    if act == "rotate":
        law = Law("NĐ 170/2025/NĐ-CP Điều 46 đến 51", "S")
        left = months_between(on, leaves.pension_from) if leaves.pension_from else None
        met = "cannot_tell" if left is None else "yes" if left >= LEAST_ROTATED else "no"
        yield Condition(
            "age", met, "block", because("ROTATE-LEFT", law, months="?" if left is None else left)
        )


def _family(one: Candidate, on: date) -> Answer:
    """Whether neither a pregnancy nor a small child stands against a move, by all that the days may mean."""
    if one.expecting:
        return "no"
    youngest = one.youngest_child
    if youngest is not None and on < later(youngest, SMALL):
        surely = one.youngest_child_from is None or on < later(one.youngest_child_from, SMALL)
        return "no" if surely else "cannot_tell"
    return "cannot_tell" if one.expecting is None else "yes"


def _term(one: Candidate, conditions: tuple[Condition, ...], outcome: Outcome, leaves: Retirement) -> Check:
    """How long a new term is: a full one, to the retirement, or an extension where less than two years are left."""
    if one.term_ends is None or leaves.last_day is None or leaves.pension_from is None:
        return Check(conditions, outcome)
    if later(one.term_ends, parameter("office_term", one.term_ends).value) <= leaves.pension_from:
        return Check(conditions, outcome)
    below = parameter("office_extension_below", one.term_ends)
    short = later(one.term_ends, below.value) > leaves.pension_from
    why = because("TERM-EXTEND" if short else "TERM-SHORT", AGAIN, day=leaves.last_day)
    told = Condition("term", "yes", "none", why)
    return Check((*conditions, told), "extend" if short else outcome, leaves.last_day)
