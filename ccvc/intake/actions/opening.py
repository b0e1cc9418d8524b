"""Opening a file: looked at, kept, given an intake; the same file for the same unit is the same intake."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.intake import reading, storage
from ccvc.intake.actions.mapping import confirm_mapping, packed, remembered
from ccvc.intake.limits import most_bytes
from ccvc.intake.models import Intake, State
from ccvc.intake.shapes.mapping import Mapping
from ccvc.intake.storage import Arrived
from ccvc.intake.survey import Survey, survey
from ccvc.ledger import actions as ledger
from ccvc.organisations.models import UnitState
from ccvc.organisations.selectors import unit_by_code
from ccvc.standard.names import visible
from ccvc.standard.problems import Problem

LONGEST_NAME = 255


def open_intake(
    subject: Subject,
    file: Path | bytes,
    name: str,
    unit_code: str,
    *,
    valid_from: date | None = None,
    mapping: Mapping | None = None,
) -> Intake:
    """Take a file in for a unit, to be read by `read`. The same bytes for the same unit are the same intake.

    `valid_from` is the day from which what the file says holds (default today). `mapping` says which column is
    what; without one, and where neither the headings nor what was confirmed for them tell every column, the
    intake waits for `confirm_mapping`. Raises ACC-DENIED,
    INT-UNIT-UNKNOWN and what is wrong with the file (INT-EMPTY-FILE, INT-NOT-SPREADSHEET, INT-PASSWORD,
    INT-DAMAGED, INT-TOO-LARGE, INT-ENCODING, INT-NO-HEADER, INT-MISSING-COLUMNS); then nothing is kept.
    """
    unit = unit_by_code(unit_code, timezone.localdate())
    if unit is None:
        raise Problem("INT-UNIT-UNKNOWN", where=unit_code, unit=unit_code)
    require(subject, Right.INTAKE_RUN, unit.code)
    name = visible(Path(name).name)[-LONGEST_NAME:]
    arrived = storage.receive(file, name)
    try:
        looked = _look_at(arrived, name)
        opened = _open(subject, arrived, name, unit, valid_from or timezone.localdate(), looked)
    finally:
        storage.discard(arrived)
    return confirm_mapping(subject, opened.pk, mapping) if mapping else opened


def _look_at(arrived: Arrived, name: str) -> Survey:
    """Refuse at once what could not be read later."""
    if arrived.size > most_bytes():
        size, limit = arrived.size >> 20, most_bytes() >> 20
        raise Problem("INT-TOO-LARGE", where=name, name=name, size=size, limit=limit)
    with reading.opened(arrived.path, name) as source:
        return survey(source, name, timezone.localdate(), remembered)


@transaction.atomic
def _open(
    subject: Subject, arrived: Arrived, name: str, unit: UnitState, valid_from: date, looked: Survey
) -> Intake:
    intake, made = Intake.objects.select_for_update().get_or_create(
        agency_code=settings.CCVC_AGENCY,
        unit_code=unit.code,
        sha256=arrived.sha256,
        defaults={
            "file_name": name,
            "size": arrived.size,
            "unit_id": unit.unit_id,
            "valid_from": valid_from,
            "judged_on": timezone.localdate(),
            "created_by": subject.user_id,
            "created_by_name": subject.full_name,
            "created_at": timezone.now(),
            **_columns(looked),
        },
    )
    storage.keep(arrived, intake.file_name)
    if made:
        _audit(subject, intake)
    elif intake.state == State.FAILED:
        _begin_again(intake, looked)
    elif intake.state == State.MAPPING and looked.certain:
        Intake.objects.filter(pk=intake.pk).update(**_columns(looked))
        intake.refresh_from_db()
    return intake


def _columns(looked: Survey) -> dict[str, str]:
    """Whether the file can be read, and by which confirmed columns."""
    confirmed = Mapping([shape for shape in looked.shapes if shape.confirmed])
    state = State.READING if looked.certain else State.MAPPING
    return {"state": state, "mapping": packed(confirmed) if confirmed.shapes else ""}


def _begin_again(intake: Intake, looked: Survey) -> None:
    """A file that could not be read is tried anew: people or the standard may have changed since."""
    facts = {**_columns(looked), "problem": "", "judged_on": timezone.localdate()}
    Intake.objects.filter(pk=intake.pk).update(**facts)
    intake.refresh_from_db()


def _audit(subject: Subject, intake: Intake) -> None:
    payload = {
        "act": "intake-open",
        "by": subject.username,
        "file": intake.file_name,
        "sha256": intake.sha256,
        "unit": intake.unit_code,
        "request": subject.request_id,
    }
    ledger.append("administrative", f"intake:{intake.pk}", payload)
