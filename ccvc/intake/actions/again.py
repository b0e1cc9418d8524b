"""Reading a file once more, by what is known now: rows that went back come in without being sent again."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.catalogues.domain import fold
from ccvc.catalogues.models import Meaning
from ccvc.intake.actions.reading import COUNTED
from ccvc.intake.models import Intake, IntakeFinding, IntakeRow, State
from ccvc.intake.selectors import intake as found_intake
from ccvc.ledger import actions as ledger
from ccvc.organisations.selectors import subtree
from ccvc.standard.problems import Problem

UNKNOWN_CODE = "INT-CODE"
BEGUN = {"total": 0, "cursor": 0, "done": 0, "strays": 0, "proposed_to": 0, "problem": "", "sheets": ""}


@transaction.atomic
def read_again(subject: Subject, intake_id: UUID) -> Intake:
    """Begin a file from its first row again, by the lists, meanings and dossiers of now; the caller has it read.

    What was proposed of it stays and is not proposed twice. Locks: the intake, the ledger's head. Problem INT-UNKNOWN,
    ACC-DENIED, INT-NOT-READ, INT-ROWS-LEFT.
    """
    require(subject, Right.INTAKE_RUN, found_intake(subject, intake_id).unit_code)
    intake = Intake.objects.select_for_update().get(pk=intake_id)
    if intake.state not in {State.READ, State.PROPOSED} or intake.asked_at is not None:
        raise Problem("INT-NOT-READ", where=intake.file_name)
    if intake.left_rows:
        raise Problem("INT-ROWS-LEFT", count=intake.left_rows)
    IntakeRow.objects.filter(intake=intake).delete()
    IntakeFinding.objects.filter(intake=intake).delete()
    for name, value in {**BEGUN, **dict.fromkeys(COUNTED, 0)}.items():
        setattr(intake, name, value)
    intake.state, intake.judged_on, intake.read_at = State.READING, timezone.localdate(), None
    intake.save()
    payload = {"act": "intake-again", "by": subject.username, "sha256": intake.sha256}
    ledger.append("administrative", f"intake:{intake.pk}", {**payload, "request": subject.request_id})
    return intake


def waiting_for(meaning: Meaning) -> list[UUID]:
    """Files read and not proposed yet that hold the value a meaning speaks of, for its unit or one below it."""
    within = subtree([meaning.unit_code], timezone.localdate())
    found = IntakeFinding.objects.filter(
        code=UNKNOWN_CODE,
        intake__state=State.READ,
        intake__asked_at=None,
        intake__left_rows=0,
        intake__unit_id__in=within,
    )
    cells = found.values_list("intake_id", "cell").distinct()
    return sorted({intake for intake, cell in cells if fold(cell) == meaning.value})
