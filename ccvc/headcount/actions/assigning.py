"""Assigning places: by a decision, to one unit, never more to the parts than to the whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Right, Subject, denied
from ccvc.headcount.domain import Excess, Given, cut, during, excess, lines, without
from ccvc.headcount.models import LONGEST, Assignment
from ccvc.headcount.selectors import given, given_below, parents
from ccvc.ledger import actions as ledger
from ccvc.organisations import selectors as organisations
from ccvc.organisations.actions.records import covers, lock, no_unit
from ccvc.organisations.domain import written
from ccvc.organisations.models import UnitState
from ccvc.standard.problems import Problem

MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision that assigns: number, day, issuer."""

    number: str
    decided_on: date
    issuer: str


@transaction.atomic
def assign(
    subject: Subject,
    *,
    code: str,
    line: str,
    number: int,
    on: date,
    decision: Decision,
    until: date | None = None,
) -> Assignment:
    """Assign so many places of a line to the unit with this code from a day on, or for some days.

    Problem ACC-DENIED, ORG-NO-UNIT, HC-LINE, HC-NUMBER, HC-DATES, HC-DECISION, HC-ABOVE (the unit above has too few),
    HC-BELOW (units below have more).
    """
    lock()
    state = _assignable(subject, code, on)
    _sound(line, number, on, until, decision)
    _fits(state, line, Given(state.unit_id, number, on, until))
    now = timezone.now()
    for row in _overlapping(state.unit_id, line, on, until):
        _keep_the_rest(row, on, until, now)
    made = Assignment.objects.create(
        unit=state.unit,
        line=line,
        number=number,
        valid_from=on,
        valid_to=until,
        decision_number=decision.number.strip(),
        decided_on=decision.decided_on,
        issuer=decision.issuer.strip(),
        assigned_by=subject.username,
        known_from=now,
    )
    said = {
        "unit": state.code,
        "line": line,
        "number": number,
        "on": on.isoformat(),
        "decision": decision.number,
    }
    until_said = until.isoformat() if until else None
    ledger.append(
        "administrative",
        f"headcount:{state.unit.key}",
        {"act": "assign", "by": subject.username, "request": subject.request_id, **said, "until": until_said},
    )
    return made


def _assignable(subject: Subject, code: str, on: date) -> UnitState:
    """The unit, where the subject may assign to it: by the unit above, for none gives places to itself.

    What stands under none is assigned to by whoever has the right over it. Whoever is out of reach is told what one
    is told of no unit.
    """
    if not subject.may(Right.HEADCOUNT_ASSIGN):
        raise denied(Right.HEADCOUNT_ASSIGN)
    state = organisations.unit_by_code(code, on)
    about = {state.unit_id, state.parent_id or state.unit_id} if state else ()
    if state is None or not all(covers(subject, Right.HEADCOUNT_ASSIGN, unit, on) for unit in about):
        raise no_unit(code, on, "code")
    return state


def _sound(line: str, number: int, on: date, until: date | None, decision: Decision) -> None:
    if line not in {one.name for one in lines(on)}:
        raise Problem("HC-LINE", where="line", line=line[:40])
    if not 0 <= number <= MOST:
        raise Problem("HC-NUMBER", where="number", most=MOST)
    if until is not None and until < on:
        raise Problem("HC-DATES", where="until", first=written(on), last=written(until))
    if not decision.number.strip() or not decision.issuer.strip():
        raise Problem("HC-DECISION", where="decision")
    if max(len(decision.number), len(decision.issuer)) > LONGEST:
        raise Problem("HC-DECISION", where="decision")


def _fits(state: UnitState, line: str, new: Given) -> None:
    """Neither above the whole nor below the parts, on every day from the new number's first, wherever it stands."""
    for parent, stays in parents(new.unit, new.first).items():
        others = without(given_below(parent, line), new.unit, new.first, new.last)
        if found := excess(given([parent], line), [*others, *during(new, stays)], new.first):
            raise _refused("HC-ABOVE", state, found)
    own = [*without(given([new.unit], line), new.unit, new.first, new.last), new]
    if found := excess(own, given_below(new.unit, line), new.first):
        raise _refused("HC-BELOW", state, found)


def _refused(code: str, state: UnitState, found: Excess) -> Problem:
    told = {"whole": found.whole, "parts": found.parts, "day": written(found.day)}
    return Problem(code, where="number", unit=state.code, **told)


def _overlapping(unit: int, line: str, on: date, until: date | None) -> list[Assignment]:
    rows = Assignment.objects.filter(unit_id=unit, line=line, known_to=None).exclude(valid_to__lt=on)
    return list(rows.filter(valid_from__lte=until) if until else rows)


def _keep_the_rest(row: Assignment, on: date, until: date | None, now: datetime) -> None:
    """End what was known of a number; the days the new one leaves free are written again as they were."""
    row.known_to = now
    row.save(update_fields=["known_to"])
    for rest in cut(Given(row.unit_id, row.number, row.valid_from, row.valid_to), on, until):
        fields = ("unit_id", "line", "number", "decision_number", "decided_on", "issuer", "assigned_by")
        values = {name: getattr(row, name) for name in fields}
        Assignment.objects.create(**values, valid_from=rest.first, valid_to=rest.last, known_from=now)
