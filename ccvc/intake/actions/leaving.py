"""Leaving rows or fields of a file out before it is proposed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from ccvc.access.domain import Subject
from ccvc.intake.actions.matching import opened
from ccvc.intake.layout import MAIN
from ccvc.intake.models import TAKEN, Intake, IntakeRow
from ccvc.intake.outlook import fields_left, may_be_left
from ccvc.ledger import actions as ledger
from ccvc.standard.problems import Problem


@transaction.atomic
def leave_rows(subject: Subject, intake_id: UUID, rows: Sequence[int], *, out: bool) -> Intake:
    """Leave rows that passed out of what is proposed, or take them in again. Raises as `matching.decide`."""
    intake = opened(subject, intake_id)
    wanted = IntakeRow.objects.filter(intake=intake, sheet=MAIN, row__in=rows, verdict__in=TAKEN)
    moved = wanted.exclude(left_out=out).update(left_out=out)
    intake.left_rows += moved if out else -moved
    intake.save(update_fields=["left_rows"])
    if moved:
        _audit(subject, intake, {"rows": sorted(rows), "out": out})
    return intake


@transaction.atomic
def leave_fields(subject: Subject, intake_id: UUID, paths: Iterable[str], *, out: bool) -> Intake:
    """Leave fields or whole tables out of the changes of existing dossiers, or take them in again.

    A new person's dossier keeps them: it is made of all the file says. Raises as `leave_rows`, INT-LEFT-FIELD.
    """
    intake = opened(subject, intake_id)
    given, before = list(paths), fields_left(intake)
    for path in given:
        if not may_be_left(path):
            raise Problem("INT-LEFT-FIELD", text=path[:80])
    now = [path for path in before if path not in given] + (given if out else [])
    if sorted(now) != sorted(before):
        intake.left_fields = "\n".join(sorted(set(now)))
        intake.save(update_fields=["left_fields"])
        _audit(subject, intake, {"fields": sorted(given), "out": out})
    return intake


def _audit(subject: Subject, intake: Intake, what: dict[str, Any]) -> None:
    payload = {"act": "intake-leave", "by": subject.username, **what, "request": subject.request_id}
    ledger.append("administrative", f"intake:{intake.pk}", payload)
