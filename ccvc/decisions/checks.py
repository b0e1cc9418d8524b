"""What stands against a decision for one person: condition by condition, met, not met or cannot tell. Pure.

Every check reads the person's document, what was asked, and what else somebody answers for (`Case.outside`): all of
it is sealed with the decision, so that the same checks can be asked again of the same facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any, get_args

from ccvc.decisions.ruling import ruled
from ccvc.rules import appointments, criteria, discipline, facts, quotas, retirement, terms
from ccvc.rules.appointments import Condition
from ccvc.rules.criteria import Criterion
from ccvc.rules.discipline import Act
from ccvc.rules.parameters import Law, parameter
from ccvc.rules.reasons import Answer, Words, because
from ccvc.standard.quality.case import first_day, later
from ccvc.standard.reading import Document, cell, has_left, value_at
from ccvc.standard.versions import current

OURS = Law("Quy tắc của hệ thống", "D")
FURTHEST_AHEAD = 12
"""Months."""
ACTS: frozenset[str] = frozenset(get_args(Act))


@dataclass(frozen=True, slots=True)
class Case:
    """One person of a decision: the dossier before it, what was asked, from which day.

    `decided` is the day of the decision. `act` is what the rules call it; `outside` what no dossier holds: the room in
    the headcount, the criteria of the post. `said` are answers somebody gave by name, by condition.
    """

    document: Document
    asked: Mapping[str, Any]
    on: date
    decided: date
    act: str = ""
    outside: Mapping[str, Any] = field(default_factory=dict)
    said: Mapping[str, Answer] = field(default_factory=dict)


Check = Callable[[Case], Iterable[Condition]]


def ask(names: Sequence[str], case: Case) -> list[Condition]:
    """Every condition of these checks, with what somebody answers for in the place of what cannot be told."""
    found = [one for name in names for one in CHECKS[name](case)]
    return [_answered(one, case) for one in found]


def _answered(one: Condition, case: Case) -> Condition:
    said = case.said.get(one.name)
    return replace(one, met=said) if one.met == "cannot_tell" and said else one


def _appointment(case: Case) -> Iterator[Condition]:
    """What the law of appointments, reappointments and moves asks."""
    if case.act not in ACTS:
        return
    planned, qualified = _planned(case), _qualified(case)
    asked = facts.candidate(case.document, case.on, planned=planned, qualified=qualified)
    until = first_day(case.asked.get("until"))
    if until is not None:
        asked = replace(asked, moved_until=until)
    act: Any = case.act
    yield from appointments.check(asked, act, case.on).conditions


def _planned(case: Case) -> bool | None:
    """Whether the person is planned for the post; None where their planning names none of that name or code."""
    rows = case.document.get("career", {}).get("planning")
    if not isinstance(rows, list):
        return None
    for row in rows:
        removed = first_day(row.get("removed_on"))
        if _meant(row, case.asked) and (removed is None or removed > case.on):
            return True
    return None


def _meant(row: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    """Whether planning names the post asked for: by codes of position and unit where both give them, else by name."""
    both = [(cell(row, name), asked.get(name)) for name in ("position_code", "unit_code")]
    if any(planned and wanted and planned != wanted for planned, wanted in both):
        return False
    if all(both[0]):
        return True
    wanted = str(asked.get("position") or "").casefold()
    return bool(wanted) and str(row.get("position", "")).casefold() == wanted


def _qualified(case: Case) -> bool | None:
    """Whether the person meets every requirement of the post; None without a list, or where one cannot be told."""
    wanted = _wanted(case)
    if not wanted:
        return None
    answer = criteria.qualify(wanted, case.document, case.on).answer
    return None if answer == "cannot_tell" else answer == "yes"


def _wanted(case: Case) -> list[Criterion]:
    given = case.outside.get("requirements") or ()
    return [Criterion(one["subject"], one["test"], tuple(one["values"])) for one in given]


def _serving(case: Case) -> Iterator[Condition]:
    """They serve on the day."""
    status = value_at(case.document, "employment.status")
    law = Law("NĐ 27/2026/NĐ-CP Điều 5", "S")
    if status is None:
        yield Condition("serving", "cannot_tell", "block", because("SERVING-UNKNOWN", law))
        return
    serves = not has_left(status)
    label = Words.of("working_status", status)
    why = because("SERVING" if serves else "SERVING-NOT", law, "employment.status", status=label)
    yield Condition("serving", "yes" if serves else "no", "block", why)


def _near(case: Case) -> Iterator[Condition]:
    """The day of effect is not so far ahead that what the record says now can no longer be relied on."""
    if case.on > later(case.decided, FURTHEST_AHEAD):
        why = because("TOO-FAR", OURS, months=FURTHEST_AHEAD, day=case.on)
        yield Condition("ahead", "no", "block", why)


def _headcount(case: Case) -> Iterator[Condition]:
    """There is room in the number assigned to the unit and to every unit above it."""
    room = case.outside.get("room")
    law = Law("Luật 80/2025/QH15; NĐ 361/2025/NĐ-CP", "?")
    if not room:
        return
    told = {name: room[name] for name in ("unit", "line", "assigned", "actual", "promised", "coming")}
    if room["assigned"] is None:
        yield Condition("headcount", "cannot_tell", "warn", because("ROOM-UNKNOWN", law, **told))
    elif room["over"] > 0:
        yield Condition("headcount", "no", "block", because("ROOM-OVER", law, **told, over=room["over"]))
    else:
        why = because("ROOM-FREE" if room["coming"] else "ROOM-SAME", law, **told)
        yield Condition("headcount", "yes", "block", why)


def _due(case: Case) -> Iterator[Condition]:
    """The raise is due on the day, and from that day: one that begins later takes something away."""
    found = facts.raise_of(case.document, case.on)
    if found.first is not None and found.first == found.last and found.last < case.on:
        why = because("RAISE-OTHER-DAY", None, day=found.last, asked=case.on)
        yield Condition("raise_due", "no", "block", why)
        return
    standing = found.standing(case.on)
    met: Answer = {"due": "yes", "not_due": "no", "cannot_tell": "cannot_tell"}[standing]  # type: ignore[assignment] # the three answers
    why = found.reasons[-1] if found.reasons else because("RAISE-NO-CLOCK")
    yield Condition("raise_due", met, "block", why)


def _step_raise(case: Case) -> Iterator[Condition]:
    """What is due is the next step, not a percentage beyond the frame."""
    yield from _of_kind(case, "step")


def _beyond_raise(case: Case) -> Iterator[Condition]:
    """What is due is a percentage beyond the frame."""
    yield from _of_kind(case, "beyond_frame")


def _of_kind(case: Case, kind: str) -> Iterator[Condition]:
    found = facts.raise_of(case.document, case.on)
    if found.kind == "none":
        return
    why = because("RAISE-STEP" if found.kind == "step" else "RAISE-PERCENT")
    yield Condition("raise_kind", "yes" if found.kind == kind else "no", "block", why)


def _early(case: Case) -> Iterator[Condition]:
    """At most twelve months early, of a raise whose day is known; the share of the payroll list is the unit's."""
    found = facts.raise_of(case.document, case.on)
    months, most = case.asked.get("months"), parameter("early_raise_months", case.on)
    exact = found.kind == "step" and found.first is not None and found.first == found.last
    if not exact:
        yield Condition("early", "cannot_tell", "block", because("EARLY-UNKNOWN", most.law))
        return
    fits = isinstance(months, int) and 0 < months <= most.value
    why = because("EARLY-FITS" if fits else "EARLY-LONG", most.law, months=months or 0, most=most.value)
    yield Condition("early", "yes" if fits else "no", "block", why)


def _early_quota(case: Case) -> Iterator[Condition]:
    """Early raises for merit stay within the share of the payroll list of the unit in the year of review."""
    given = case.outside.get("early")
    if not given:
        yield from _early_notice(case)
        return
    year, carried = given["year"], parameter("early_raise_carried", case.decided)
    late = case.decided.year - 1 == year and case.decided.month <= carried.value
    if year != case.decided.year and not late:
        why = because("EARLY-YEAR", carried.law, year=year, months=carried.value)
        yield Condition("early_year", "no", "block", why)
    quota = quotas.early_raises(given["people"], case.decided)
    over = given["taken"] + given["coming"] - quota.most
    told = {name: given[name] for name in ("unit", "year", "people", "taken", "coming")}
    law = parameter("early_raise_list", case.decided).law
    if over > 0:
        why = because("EARLY-QUOTA-OVER", law, **told, most=quota.most, over=over)
    else:
        why = because("EARLY-QUOTA-FITS", law, **told, most=quota.most)
    yield Condition("early_quota", "no" if over > 0 else "yes", "block", why)


def _early_notice(case: Case) -> Iterator[Condition]:
    """Whoever is raised outside of the share for a notice of retirement is about to retire."""
    if case.asked.get("ground") != "retirement":
        return
    asked, most = facts.candidate(case.document, case.on), parameter("early_raise_months", case.on)
    found = retirement.normal(asked.sex, asked.birth)
    if found.pension_from is None:
        yield Condition("early_notice", "cannot_tell", "block", found.reasons[0])
        return
    soon = found.pension_from <= later(case.on, most.value)
    code = "EARLY-RETIRES" if soon else "EARLY-RETIRES-NOT"
    why = because(code, most.law, day=found.pension_from, months=most.value)
    yield Condition("early_notice", "yes" if soon else "no", "block", why)


def _retirement(case: Case) -> Iterator[Condition]:
    """The day is that of the law; another one is a lower or higher age, which needs its ground."""
    asked = facts.candidate(case.document, case.on)
    found = retirement.normal(asked.sex, asked.birth)
    if found.pension_from is None:
        yield Condition("retirement_day", "cannot_tell", "block", found.reasons[0])
        return
    fits = found.pension_from == case.on
    law = Law("BLLĐ 45/2019/QH14 Điều 169; NĐ 135/2020/NĐ-CP", "S")
    why = because("RETIRE-DAY" if fits else "RETIRE-OTHER", law, day=found.pension_from, asked=case.on)
    ordinary = case.asked.get("departure", "retire") == "retire"
    yield Condition("retirement_day", "yes" if fits else "no", "block" if ordinary else "warn", why)


def _form(case: Case) -> Iterator[Condition]:
    """The form of discipline is one the law of the day knows for the person's category."""
    form, category = case.asked.get("form"), value_at(case.document, "employment.category")
    row = current().codes["discipline_forms"].get(str(form))
    if row is None or not category:
        yield Condition("form", "cannot_tell", "block", because("FORM-UNKNOWN"))
        return
    known = row.extra.get("categories", "").split(";")
    fits = (not any(known) or category in known or category == "XA") and row.in_force(case.on)
    law = Law("NĐ 172/2025/NĐ-CP; NĐ 234/2026/NĐ-CP", "S")
    why = because("FORM-FITS" if fits else "FORM-NOT", law, form=row.label_vi, category=category)
    yield Condition("form", "yes" if fits else "no", "block", why)


def _length(case: Case) -> Iterator[Condition]:
    """A secondment is at most so long; a rotation at least."""
    until = first_day(case.asked.get("until"))
    if case.act != "rotate" or until is None:
        return
    found = terms.rotation(case.on, until, value_at(case.document, "employment.category"))
    yield Condition("length", found.met, "block", found.reasons[0])


def _rating_quota(case: Case) -> Iterator[Condition]:
    """The best rating is kept to its share of those rated well in the decision."""
    given = case.outside.get("ratings")
    if not given or case.asked.get("level") != "1":
        return
    quota = quotas.excellent(given["good"], case.on)
    fits = given["excellent"] <= quota.most
    yield Condition("excellent", "yes" if fits else "no", "warn", quota.reason)


def _newcomer(case: Case) -> Iterator[Condition]:
    """They do not serve here already."""
    status = value_at(case.document, "employment.status")
    row = current().codes["working_status"].get(str(status)) if status else None
    serves = row is not None and not has_left(status)
    label = Words(row.label_vi, row.label_en) if row else "—"
    why = because("NEWCOMER-NOT" if serves else "NEWCOMER", OURS, "employment.status", status=label)
    yield Condition("newcomer", "no" if serves else "yes", "block", why)


def _in_status(name: str, *wanted: str) -> Check:
    """Their working status is one of these."""

    def asked(case: Case) -> Iterator[Condition]:
        codes, status = current().codes["working_status"], value_at(case.document, "employment.status")
        meant = Words(*(" / ".join(codes.label(code, lang) for code in wanted) for lang in ("vi", "en")))
        label = Words.of("working_status", str(status)) if status else "—"
        why = because(
            "STATUS" if status in wanted else "STATUS-NOT",
            OURS,
            "employment.status",
            status=label,
            wanted=meant,
        )
        yield Condition(name, "yes" if status in wanted else "no", "block", why)

    return asked


def _planned_for(case: Case) -> Iterator[Condition]:
    """They stand in the planning they are to leave."""
    met = _planned(case)
    code = "PLANNED-FOR" if met else "PLANNED-FOR-NOT"
    why = because(code, OURS, "career.planning", position=case.asked.get("position") or "—")
    yield Condition("planned_for", "yes" if met else "no", "block", why)


def _ranked(case: Case) -> Iterator[Condition]:
    """Their step on the new scale can be told."""
    if not ruled("rank", case.document, case.asked, case.on).values:
        why = because("RANK-UNKNOWN", OURS, "employment.salary_group")
        yield Condition("ranked", "cannot_tell", "block", why)


def _not_rated(case: Case) -> Iterator[Condition]:
    """The period is not rated already."""
    year, period = case.asked.get("year"), case.asked.get("period")
    rows = case.document.get("employment", {}).get("ratings")
    there = any(row.get("year") == year and row.get("period", "N") == period for row in rows or ())
    why = because("RATED-TWICE" if there else "RATED-ONCE", OURS, "employment.ratings", year=year or "—")
    yield Condition("not_rated", "no" if there else "yes", "block", why)


def _rewarded(case: Case) -> Iterator[Condition]:
    """The reward has a title or a form."""
    given = bool(case.asked.get("title") or case.asked.get("form"))
    why = because("REWARD-SAID" if given else "REWARD-UNSAID", OURS)
    yield Condition("rewarded", "yes" if given else "no", "block", why)


def _disciplined(case: Case) -> Iterator[Condition]:
    """A discipline is in force that could end."""
    category = value_at(case.document, "employment.category")
    found = facts.disciplines(case.document)
    running = any(discipline.running(one, found, category, case.on) != "no" for one in found)
    code = "DISCIPLINE-RUNS" if running else "DISCIPLINE-NONE"
    yield Condition("disciplined", "yes" if running else "no", "block", because(code, OURS))


def _requirements(case: Case) -> Iterator[Condition]:
    """Each requirement of the post, for whoever looks at the answer; together they are `qualification`."""
    for one in _wanted(case):
        told = criteria.ask(one, case.document, case.on)
        yield Condition(f"requirement:{one.subject}", told.answer, "none", told.reason)


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "appointment": _appointment,
        "serving": _serving,
        "near": _near,
        "headcount": _headcount,
        "raise_due": _due,
        "raise_step": _step_raise,
        "raise_beyond": _beyond_raise,
        "early": _early,
        "early_quota": _early_quota,
        "retirement_day": _retirement,
        "discipline_form": _form,
        "length": _length,
        "rating_quota": _rating_quota,
        "newcomer": _newcomer,
        "on_probation": _in_status("on_probation", "02", "03"),
        "seconded": _in_status("seconded", "04"),
        "on_leave": _in_status("on_leave", "08"),
        "planned": _planned_for,
        "ranked": _ranked,
        "not_rated": _not_rated,
        "rewarded": _rewarded,
        "disciplined": _disciplined,
        "requirements": _requirements,
    }
)
