"""Stopping a decision that brings a unit beyond its number, and passing the stop by somebody's authority."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from uuid import UUID

from django.db import transaction

from ccvc.access.domain import Right, Subject, denied
from ccvc.headcount.domain import label_of
from ccvc.headcount.models import LONGEST, Passing
from ccvc.headcount.selectors import Arrival, Level, exceeded
from ccvc.ledger import actions as ledger
from ccvc.organisations.actions.records import covers, lock
from ccvc.organisations.domain import written
from ccvc.standard.problems import Problem


@dataclass(frozen=True, slots=True)
class Authority:
    """By whose authority a unit goes beyond its number, why, and on the basis of which document."""

    name: str
    reason: str
    basis: str


def hold(arrivals: Iterable[Arrival], decision: UUID | str) -> None:
    """Stop a decision by which people come where there is no place, unless each stop was passed for as many.

    In the transaction that signs it, before anything else is locked: until it ends no other decision and no number
    assigned can take the places. Problem HC-FULL, HC-LINE, ORG-NO-UNIT.
    """
    lock()
    for level in exceeded(arrivals):
        if not _passed(level, str(decision)):
            raise full(level)


def _passed(level: Level, decision: str) -> bool:
    rows = Passing.objects.filter(decision=decision, unit_id=level.unit.unit_id, line=level.line)
    return rows.filter(beyond__gte=level.beyond).exists()


def full(level: Level) -> Problem:
    """That a unit has no place for so many: told with all figures, so that nothing need be looked up."""
    told = {
        "unit": level.unit.name,
        "line": label_of(level.line),
        "day": written(level.day),
        "assigned": level.assigned,
        "there": level.actual + level.promised,
        "coming": level.coming,
        "beyond": level.beyond,
    }
    return Problem("HC-FULL", where="unit", **told)


@transaction.atomic
def pass_stops(
    subject: Subject, arrivals: Iterable[Arrival], *, decision: UUID | str, authority: Authority
) -> list[Passing]:
    """Let a decision bring units beyond their number, as many as it does now; what was passed already stays.

    Whoever records it has the right over what stands above each of these units, or over it where nothing does.
    Problem ACC-DENIED, HC-AUTHORITY (something is not said), HC-FREE (there is nothing to pass).
    """
    if not subject.may(Right.HEADCOUNT_EXCEED):
        raise denied(Right.HEADCOUNT_EXCEED)
    said = {field.name: getattr(authority, field.name).strip() for field in fields(authority)}
    if not all(0 < len(text) <= LONGEST for text in said.values()):
        raise Problem("HC-AUTHORITY", where="authority", most=LONGEST)
    lock()
    found = exceeded(arrivals)
    if not found:
        raise Problem("HC-FREE", where="authority")
    levels = [level for level in found if not _passed(level, str(decision))]
    for level in levels:
        if not covers(subject, Right.HEADCOUNT_EXCEED, level.unit.parent_id or level.unit.unit_id, level.day):
            raise denied(Right.HEADCOUNT_EXCEED, level.unit.code)
    made = [_write(subject, level, str(decision), said) for level in levels]
    _enter(subject, made, said)
    return made


def _write(subject: Subject, level: Level, decision: str, said: dict[str, str]) -> Passing:
    return Passing.objects.create(
        unit_id=level.unit.unit_id,
        line=level.line,
        day=level.day,
        assigned=level.assigned or 0,
        there=level.actual + level.promised,
        beyond=level.beyond,
        decision=decision,
        authority=said["name"],
        reason=said["reason"],
        basis=said["basis"],
        passed_by=subject.username,
    )


def _enter(subject: Subject, made: Iterable[Passing], said: dict[str, str]) -> None:
    for one in made:
        figures = {"assigned": one.assigned, "there": one.there, "beyond": one.beyond, "line": one.line}
        told = {"decision": one.decision, "on": one.day.isoformat(), **figures, **said}
        ledger.append(
            "administrative",
            f"headcount:{one.unit.key}",
            {"act": "pass", "by": subject.username, "request": subject.request_id, **told},
        )
