"""Whether a person may be appointed, reappointed, moved: condition by condition, met, not met or cannot tell.

A condition that is not met bars, holds or warns; what it may be passed by is the authority's to record. NĐ
170/2025/NĐ-CP Điều 25 to 29, 36, 37, 46 to 51; Luật 80/2025/QH15 Điều 37, 38.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal, cast

from ccvc.rules import discipline, retirement, terms
from ccvc.rules.discipline import Act, Discipline
from ccvc.rules.extensions import is_party
from ccvc.rules.parameters import Law, Row, condition, parameter
from ccvc.rules.reasons import Answer, Reason, because
from ccvc.rules.retirement import Retirement
from ccvc.standard.quality.case import later, months_between

Effect = Literal["block", "hold", "warn", "none"]
Outcome = Literal["allow", "warn", "hold", "block", "cannot_tell", "extend"]
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
    """Ask every condition the law of the day sets for an act and a category of staff."""
    leaves = retirement.normal(one.sex, one.birth)
    if act == "retire":
        return Check((), "allow", leaves.last_day)
    asked = Asked(one, act, on, leaves)
    conditions = tuple(_conditions(asked))
    outcome = _outcome(conditions)
    if act not in {"reappoint", "extend"} or outcome not in {"allow", "warn"}:
        return Check(conditions, outcome)
    return _term(asked, conditions, outcome)


def _outcome(conditions: Sequence[Condition]) -> Outcome:
    effects = {one.effect for one in conditions if one.met == "no"}
    for effect in ("block", "hold"):
        if effect in effects:
            return effect
    if any(one.met == "cannot_tell" and one.effect != "warn" for one in conditions):
        return "cannot_tell"
    return "warn" if any(one.effect == "warn" and one.met != "yes" for one in conditions) else "allow"


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom what is asked, on which day, and when they retire."""

    one: Candidate
    act: Act
    on: date
    leaves: Retirement


def _conditions(asked: Asked) -> Iterator[Condition]:
    """Each condition in the order of `ASKED`, where ``data/conditions.csv`` has it for the act.

    Of a category no law held here speaks of on the day, nothing can be told.
    """
    if condition("handling", asked.one.category, asked.on) is None:
        why = because("NO-LAW", None, "employment.category", day=asked.on)
        yield Condition("law", "cannot_tell", "block", why)
        return
    for name, ask in ASKED.items():
        row = condition(name, asked.one.category, asked.on, asked.act)
        if row is not None:
            yield from ask(asked, row)


def _handling(asked: Asked, row: Row) -> Iterator[Condition]:
    one, effect = asked.one, _effect(row)
    if one.handled_since is not None and one.handled_since <= asked.on:
        yield Condition("handling", "no", effect, _handled(one.handled_since, row.law))
    elif not one.cases_known:
        yield Condition("handling", "cannot_tell", effect, _unanswered("HANDLING", one, row.law))
    else:
        yield Condition("handling", "yes", effect, because("HANDLING-NONE", row.law, CHECKED))


def _handled(since: date, law: Law) -> Reason:
    if since == date.min:
        return because("HANDLING-UNDATED", law, CASES)
    return because("HANDLING-OPEN", law, CASES, day=since)


def _unanswered(code: str, one: Candidate, law: Law) -> Reason:
    """Nobody answered for open cases, or too long ago."""
    if one.cases_checked is None:
        return because(f"{code}-UNKNOWN", law, CHECKED)
    return because(f"{code}-STALE", law, CHECKED, day=one.cases_checked)


def _prosecution(asked: Asked, row: Row) -> Iterator[Condition]:
    one, effect = asked.one, _effect(row)
    if one.prosecuted:
        yield Condition("prosecution", "no", effect, because("PROSECUTED", row.law, CASES))
    elif not one.cases_known:
        yield Condition("prosecution", "cannot_tell", effect, _unanswered("PROSECUTED", one, row.law))
    else:
        yield Condition("prosecution", "yes", effect, because("NOT-PROSECUTED", row.law, CHECKED))


def _bars(asked: Asked, row: Row) -> Iterator[Condition]:
    one = asked.one
    found = list(discipline.bars(one.disciplines, one.category, asked.act, asked.on))
    for bar in found:
        yield Condition("discipline", "no" if bar.sure else "cannot_tell", "block", bar.reason)
    if not found:
        yield Condition("discipline", "yes", "block", because("NO-BAR", row.law))


def _weighed(asked: Asked, row: Row) -> Iterator[Condition]:
    """Reappointment is not refused for a discipline in force: the authority weighs it."""
    one, on = asked.one, asked.on
    for bar in discipline.bars(one.disciplines, one.category, "reappoint", on):
        yield Condition("discipline", "no" if bar.sure else "cannot_tell", "block", bar.reason)
    for held in one.disciplines:
        stands = discipline.running(held, one.disciplines, one.category, on)
        if is_party(held.form) or stands == "no":
            continue
        if stands == "cannot_tell":
            why = because("WEIGHED-UNSAID", row.law, held.path, form=discipline.told(held))
            yield Condition("discipline", "cannot_tell", _effect(row), why)
        else:
            begins, last = discipline.in_force(held, one.disciplines, one.category)
            law = discipline.law_of_begin(held, begins, row.law)
            why = because("WEIGHED", law, held.path, form=discipline.told(held), until=last)
            yield Condition("discipline", "no", _effect(row), why)


def _full_term(asked: Asked, row: Row) -> Iterator[Condition]:
    leaves, on = asked.leaves, asked.on
    if leaves.last_day is None or leaves.pension_from is None:
        yield Condition("age", "cannot_tell", _effect(row), leaves.reasons[0])
        return
    ends = later(on, parameter("office_term", on).value)
    left = months_between(on, leaves.last_day)
    met: Answer = "yes" if ends <= leaves.pension_from else "no"
    code = "AGE-ENOUGH" if met == "yes" else "AGE-SHORT"
    why = because(code, row.law, term=ends, retires=leaves.last_day, months=left)
    yield Condition("age", met, _effect(row), why)


def _fact(name: str, code: str, held: Callable[[Candidate], bool | None]) -> Ask:
    def ask(asked: Asked, row: Row) -> Iterator[Condition]:
        known = held(asked.one)
        met: Answer = "cannot_tell" if known is None else "yes" if known else "no"
        ending = {"yes": "", "no": "-NOT", "cannot_tell": "-UNKNOWN"}[met]
        yield Condition(name, met, _effect(row), because(code + ending, row.law))

    return ask


def _family(asked: Asked, row: Row) -> Iterator[Condition]:
    met = _free(asked.one, asked.on, int(row["value"]))
    code = {"yes": "FAMILY", "no": "FAMILY-NOT", "cannot_tell": "FAMILY-UNKNOWN"}[met]
    yield Condition("family", met, _effect(row), because(code, row.law, months=row["value"]))


def _free(one: Candidate, on: date, small: int) -> Answer:
    """Whether neither a pregnancy nor a small child stands against a move, by all that the days may mean."""
    if one.expecting:
        return "no"
    youngest = one.youngest_child
    if youngest is not None and on < later(youngest, small):
        surely = one.youngest_child_from is None or on < later(one.youngest_child_from, small)
        return "no" if surely else "cannot_tell"
    return "cannot_tell" if one.expecting is None else "yes"


def _length(asked: Asked, row: Row) -> Iterator[Condition]:
    if asked.one.moved_until is not None:
        found = terms.secondment(asked.on, asked.one.moved_until, asked.one.category)
        yield Condition("length", found.met, _effect(row), found.reasons[0])


def _years_left(asked: Asked, row: Row) -> Iterator[Condition]:
    needed, ends = int(row["value"]), asked.leaves.pension_from
    left = months_between(asked.on, ends) if ends else None
    met: Answer = "cannot_tell" if left is None else "yes" if left >= needed else "no"
    why = because("ROTATE-LEFT", row.law, months="?" if left is None else left, needed=needed)
    yield Condition("age", met, _effect(row), why)


def _effect(row: Row) -> Effect:
    return cast("Effect", row["effect"])


Ask = Callable[[Asked, Row], Iterator[Condition]]
ASKED: Mapping[str, Ask] = MappingProxyType(
    {
        "handling": _handling,
        "prosecution": _prosecution,
        "discipline": _bars,
        "weighed": _weighed,
        "age": _full_term,
        "planning": _fact("planning", "PLANNED", lambda one: one.planned),
        "qualification": _fact("qualification", "QUALIFIED", lambda one: one.qualified),
        "assets": _fact("assets", "ASSETS", lambda one: one.declared_assets),
        "health": _fact("health", "HEALTH", lambda one: one.healthy),
        "family": _family,
        "length": _length,
        "left": _years_left,
    }
)


def _term(asked: Asked, conditions: tuple[Condition, ...], outcome: Outcome) -> Check:
    """How long a new term is: a full one, to the retirement, or an extension where less than two years are left."""
    ends, one = asked.one.term_ends, asked.one
    if ends is None:
        return Check(conditions, outcome)
    following = terms.next_term(ends, one.sex, one.birth, one.category)
    if following.way not in {"to_retirement", "extend"}:
        return Check(conditions, outcome)
    told = Condition("term", "yes", "none", following.reasons[0])
    return Check((*conditions, told), "extend" if following.way == "extend" else outcome, following.until)
