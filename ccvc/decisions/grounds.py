"""Working a decision out: for each person the dossier before and after it, the rules' answer, every condition.

Knows no reach: whoever calls has asked for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.utils import timezone

from ccvc import standard
from ccvc.changes.domain import overlapping, unpack
from ccvc.changes.models import Change, State
from ccvc.decisions import checks, effects, newcomers, places, ruling, shares
from ccvc.decisions.amending import CORRECT, First, firsts, meant_by
from ccvc.decisions.checks import Case
from ccvc.decisions.effects import Document, Ground
from ccvc.decisions.kinds import Ask, Kind, root_of
from ccvc.decisions.models import Decision, DecisionPerson
from ccvc.documents.composing import issuer_on
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.models import Version
from ccvc.organisations.domain import agency_of
from ccvc.organisations.models import UnitState
from ccvc.organisations.selectors import position_of, unit_by_code
from ccvc.rules.appointments import Condition
from ccvc.rules.reasons import Answer, Reason
from ccvc.standard.problems import Problem
from ccvc.standard.quality.case import first_day

TOGETHER = frozenset({places.CONDITION, shares.CONDITION, "rating_quota"})
"""Checks whose answer hangs on all people of a decision together."""
UNNUMBERED = "…"
"""Stands for the number while a decision has none."""


@dataclass(slots=True)
class Worked:
    """One person of a decision worked out: what the form lacks, the dossier before and after, the conditions.

    `day` is their day of effect, `holds_from` the first day the dossier can say it of.
    """

    person: DecisionPerson
    before: Document | None
    version: tuple[int, str]
    ground: Ground
    day: date
    holds_from: date
    first: First | None = None
    after: Document = field(default_factory=dict)
    case: Case | None = None
    conditions: list[Condition] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    unit: UnitState | None = None

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why the rules answer so."""
        return self.ground.reasons

    @property
    def outside(self) -> bool:
        """Whether the person goes to another agency."""
        return self.ground.unit.get("place") == "outside"


@dataclass(frozen=True, slots=True)
class Said:
    """What people answer for by name, by person and condition: testimonies, and what is let pass."""

    answers: Mapping[tuple[UUID, str], Answer]
    passed: frozenset[tuple[UUID, str]]

    @classmethod
    def of(cls, decision: Decision) -> Said:
        """What stands for a decision."""
        told = decision.testimonies.filter(ended_at=None)
        passed = decision.passings.filter(ended_at=None).values_list("person_key", "condition")
        answers: dict[tuple[UUID, str], Any] = {(one.person_key, one.condition): one.answer for one in told}
        return cls(answers, frozenset(passed))


def work_out(decision: Decision, people: Sequence[DecisionPerson], said: Said | None = None) -> list[Worked]:
    """All people of a decision, in order."""
    meant, known = meant_by(decision), said or Said.of(decision)
    held = dossiers.current_documents([person.person_key for person in people if person.dossier_known])
    stopped = newcomers.faults(people)
    units, issuer = cache(_unit), _issuer(decision)
    first = firsts(decision, {key: (base[0].current_number, base[1]) for key, base in held.items()})
    found = [
        _ground(
            decision, meant, person, held.get(person.person_key), units, issuer, first.get(person.person_key)
        )
        for person in people
    ]
    for one in found:
        if told := stopped.get(one.person.personal_id):
            one.faults.append(told)
        one.faults += _lacking(meant, one)
        if not one.faults:
            one.after = effects.carried_out(meant, one.ground)
            one.faults += _unsound(one)
    _date(found, kept=decision.kind == CORRECT)
    _judge(decision, meant, found, known)
    return found


def work_out_some(decision: Decision, people: Sequence[DecisionPerson]) -> list[Worked]:
    """Some of a decision's people as all of them together are answered."""
    if TOGETHER.isdisjoint(meant_by(decision).checks):
        return work_out(decision, people)
    wanted = [one.pk for one in people]
    found = {one.person.pk: one for one in work_out(decision, list(decision.people.order_by("position")))}
    return [found[pk] for pk in wanted]


def _ground(
    decision: Decision,
    meant: Kind,
    person: DecisionPerson,
    base: tuple[Any, Document] | None,
    units: Any,
    issuer: str,
    first: First | None,
) -> Worked:
    document = base[1] if base else {"standard": standard.current().version}
    if first is not None:
        document = first.without
    version = (base[0].current_number, bytes(base[0].current_hash).hex()) if base else (0, "")
    asked = person.asked
    unit, faults = _chosen(meant, asked, decision.effective_on, units)
    ruled = ruling.ruled(meant.rule, document, asked, decision.effective_on)
    day = _day(meant, asked, decision, ruled.values)
    ground = Ground(
        document=document,
        asked=asked,
        decision=_told(decision if first is None or not decision.about else decision.about, day, issuer),
        mark=first.mark if first else decision.pk.hex[:12],
        unit=_of_unit(unit),
        ruled=ruled.values,
        reasons=(*ruled.reasons, *(first.left if first else ())),
    )
    return Worked(
        person, base[1] if base else None, version, ground, day, day, first, faults=faults, unit=unit
    )


def leaving(decision: Decision) -> list[tuple[DecisionPerson, str]]:
    """Those of a decision who go to another agency, and its code."""
    meant, units = meant_by(decision), cache(_unit)
    found = []
    for person in decision.people.order_by("position"):
        unit = _of_unit(_chosen(meant, person.asked, decision.effective_on, units)[0])
        if unit.get("place") == "outside":
            found.append((person, unit["agency"]))
    return found


def _date(found: Sequence[Worked], *, kept: bool) -> None:
    """From which day each change holds: the day of effect, but not before the dossier begins; Problem DEC-PAST beside
    whoever has later values of their own there.

    What amends another holds from that one's day; `kept`: Problem DEC-DAY-KEPT beside whoever it names another day for.
    """
    keys = [one.person.person_key for one in found]
    begun = dict(
        Version.objects.filter(dossier__key__in=keys, number=1).values_list("dossier__key", "valid_from")
    )
    later: dict[UUID, list[Change]] = {}
    rows = Change.objects.filter(person_key__in=keys, state=State.APPROVED, kind="update")
    for change in rows.exclude(valid_from__lte=min((one.day for one in found), default=timezone.localdate())):
        later.setdefault(change.person_key, []).append(change)
    for one in found:
        asked = max(one.day, begun.get(one.person.person_key, one.day))
        one.holds_from = one.first.valid_from if one.first else asked
        if one.first is not None:
            days = {"since": f"{one.holds_from:%d/%m/%Y}", "asked": f"{asked:%d/%m/%Y}"}
            one.faults += (
                [Problem("DEC-DAY-KEPT", **days).message()] if kept and asked != one.holds_from else []
            )
            continue
        others = later.get(one.person.person_key, [])
        changed = effects.outcomes(one.before or {}, one.after) if others and one.after else ()
        paths = [d.path for d in changed]
        for change in others:
            both = overlapping(paths, [d.path for d in unpack(change.differences)])
            if change.valid_from > one.holds_from and both:
                told = {"field": standard.label(both[0]), "since": f"{change.valid_from:%d/%m/%Y}"}
                one.faults.append(Problem("DEC-PAST", **told).message())
                break


def _chosen(
    meant: Kind, asked: Mapping[str, Any], on: date, units: Any
) -> tuple[UnitState | None, list[str]]:
    """The unit the form names, and what is wrong with it."""
    ask = next((one for one in meant.ask if one.unit), None)
    code = str(asked.get(ask.name) or "") if ask else ""
    if not code:
        return None, []
    state = units(code, on)
    return state, [] if state else [Problem("DEC-UNIT", unit=code, on=f"{on:%d/%m/%Y}").message()]


def _unit(code: str, on: date) -> UnitState | None:
    try:
        return unit_by_code(code, on)
    except Problem:
        return None


def _of_unit(state: UnitState | None) -> dict[str, str]:
    if state is None:
        return {}
    agency = agency_of(state.code)
    place = "inside" if agency == settings.CCVC_AGENCY else "outside"
    return {"code": state.code, "name": state.name, "agency": agency, "place": place}


def _day(meant: Kind, asked: Mapping[str, Any], decision: Decision, ruled: Mapping[str, Any]) -> date:
    root = root_of(meant.day)
    name = meant.day.partition(".")[2]
    value = {"asked": asked, "rule": ruled}.get(root or "", {}).get(name)
    return first_day(value) or decision.effective_on


def _issuer(decision: Decision) -> str:
    """Who issued what the entries speak of: the decision, or the one it amends; asked once for everybody."""
    said = decision.about or decision
    return issuer_on(said.decided_on or timezone.localdate()).name


def _told(decision: Decision, day: date, issuer: str) -> dict[str, Any]:
    decided = decision.decided_on or timezone.localdate()
    return effects.told(
        number=str(decision) if decision.number else UNNUMBERED,
        decided_on=decided,
        effective_on=decision.effective_on,
        day=day,
        issuer=issuer,
        authority=decision.authority,
        title=decision.title,
    )


def filled(one: Worked, ask: Ask) -> Any:
    """The value an ask begins with, by the dossier, the rules and the decision."""
    return one.ground.value(ask.filled) if ask.filled else None


def _lacking(meant: Kind, one: Worked) -> list[str]:
    """What the form must say and does not, and what it offers no choice of."""
    asked = one.ground.asked
    lacking = [ask.label() for ask in meant.ask if ask.required and asked.get(ask.name) in (None, "")]
    strange = [
        ask.label()
        for ask in meant.ask
        if ask.choices and asked.get(ask.name) and asked[ask.name] not in {c.code for c in ask.choices}
    ]
    unruled = [name for name in meant.needs if one.ground.ruled.get(name) is None]
    untold = [Problem("DEC-RULE", why=_why(one)).message()] if unruled and not lacking else []
    return [*lacking, *strange, *untold]


def _why(one: Worked) -> str:
    return " ".join(reason.told() for reason in one.reasons) or "—"


def _unsound(one: Worked) -> list[str]:
    """What the decision would bring into the dossier that the standard refuses; what stood there before is not its."""
    today = timezone.localdate()
    found = [f for f in standard.check(one.after, on=today) if f.severity == "error"]
    before = one.before if found else None
    known = {(f.code, f.path) for f in standard.check(before, on=today)} if before else set()
    return [f.message_vi for f in found if (f.code, f.path) not in known]


def _judge(decision: Decision, meant: Kind, found: Sequence[Worked], said: Said) -> None:
    outside = _outside(decision, meant, found, said)
    by_person: dict[UUID, dict[str, Answer]] = {}
    for (person, name), answer in said.answers.items():
        by_person.setdefault(person, {})[name] = answer
    for one, facts in zip(found, outside, strict=True):
        answers = by_person.get(one.person.person_key, {})
        act = str(one.ground.value(meant.act) or "")
        decided = decision.decided_on or timezone.localdate()
        one.case = Case(one.ground.document, one.ground.asked, one.day, decided, act, facts, answers)
        one.conditions = checks.ask(meant.checks, one.case)


def _outside(decision: Decision, meant: Kind, found: Sequence[Worked], said: Said) -> list[dict[str, Any]]:
    """What no dossier says of each, for the checks of the kind."""
    result: list[dict[str, Any]] = [{} for _ in found]
    if "rating_quota" in meant.checks:
        ratings = _ratings(found)
        for facts in result:
            facts["ratings"] = ratings
    if "requirements" in meant.checks:
        for facts, one in zip(result, found, strict=True):
            facts.update(_required(one))
    if shares.CONDITION in meant.checks:
        for facts, early in zip(result, shares.early(decision, found, said.passed), strict=True):
            facts.update({"early": early} if early else {})
    for facts, free in zip(result, places.rooms(meant, found), strict=True):
        if free is not None:
            facts["room"] = free
    return result


def _required(one: Worked) -> dict[str, Any]:
    """What the job position asked for requires, at the unit chosen, else where the person is."""
    code = str(one.ground.asked.get("job_position") or "")
    unit = one.unit.unit_id if one.unit else one.person.unit_id
    post = position_of(unit, code, one.day) if code and not one.outside else None
    return {"requirements": [msgspec.to_builtins(wanted) for wanted in post.requirements()]} if post else {}


def _ratings(found: Iterable[Worked]) -> dict[str, int]:
    """How many of the decision are rated well, and how many of them best."""
    levels = Counter(str(one.ground.asked.get("level")) for one in found)
    return {"good": levels["1"] + levels["2"], "excellent": levels["1"]}
