"""What every act on units shares: one at a time, who may, and its entry in the ledger."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from ccvc.access.domain import Right, Subject, denied
from ccvc.ledger import actions as ledger
from ccvc.organisations import selectors, tree
from ccvc.organisations.domain import written
from ccvc.organisations.models import UnitState
from ccvc.standard.problems import Problem

LOCK = "organisations"


def lock() -> None:
    """Let one change of the tree happen at a time: each is judged on a still tree until it commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [LOCK])


def require_over(subject: Subject, unit_id: int, on: date) -> None:
    """Raise ACC-DENIED unless the subject may change this unit, on the day of the change and today."""
    if not covers(subject, Right.ORGANISATION_EDIT, unit_id, on):
        raise denied(Right.ORGANISATION_EDIT)


def covers(subject: Subject, right: Right, unit_id: int, on: date) -> bool:
    """Whether the subject has a right over a unit both on the day of an act and today; a day past is today's."""
    scopes = subject.scopes(right)
    return all(tree.covers_unit(scopes, unit_id, day) for day in {max(on, subject.on), subject.on})


def standing(code: str, on: date, where: str = "code") -> UnitState:
    """The state of the unit with this code on that day. Raises ORG-NO-UNIT."""
    state = selectors.unit_by_code(code, on)
    if state is None:
        raise no_unit(code, on, where)
    return state


def no_unit(code: str, on: date, where: str) -> Problem:
    """That no unit has the code that day."""
    return Problem("ORG-NO-UNIT", where=where, unit=code, on=written(on))


def audit(act: str, subject: Subject, about: str, *, kind: str = "administrative", **said: Any) -> None:
    """Write the act into the ledger, last of all locks."""
    payload = {"act": act, "by": subject.username, "request": subject.request_id, **said}
    ledger.append(kind, f"organisation:{about}", payload)
