"""Confirming which column of a file is what; remembered for the next file with the same headings."""

from __future__ import annotations

from uuid import UUID

import msgspec
import orjson
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.intake import reading, storage
from ccvc.intake.layout import MAIN
from ccvc.intake.models import TAKEN, ColumnMapping, Intake, IntakeFinding, IntakeRow, State
from ccvc.intake.selectors import intake as found_intake
from ccvc.intake.shapes.checking import check, check_together
from ccvc.intake.shapes.mapping import Mapping, Shape
from ccvc.intake.survey import Survey, survey
from ccvc.ledger import actions as ledger
from ccvc.standard.problems import Problem

_COUNTED = (
    *("cursor", "done", "total", "ok", "warning", "refused", "unchanged", "duplicate"),
    *("review", "left_rows", "strays"),
)


def packed(mapping: Mapping | Shape) -> str:
    """A mapping as it is kept (JSON)."""
    return msgspec.json.encode(mapping).decode()


def mapping_of(intake: Intake) -> Mapping:
    """The columns confirmed for a file."""
    return msgspec.json.decode(intake.mapping, type=Mapping) if intake.mapping else Mapping()


def remembered(fingerprint: str) -> Shape | None:
    """What was last confirmed for these headings in this agency."""
    found = ColumnMapping.objects.filter(agency_code=settings.CCVC_AGENCY, fingerprint=fingerprint)
    newest = found.order_by("-pk").first()
    return msgspec.json.decode(newest.content, type=Shape) if newest else None


def looked_at(intake: Intake) -> Survey:
    """The stored file as it shows itself, with what was confirmed for it or remembered of its headings."""
    own = mapping_of(intake)
    with reading.opened(storage.original(intake), intake.file_name) as source:
        return survey(
            source, intake.file_name, intake.judged_on, lambda mark: own.of(mark) or remembered(mark)
        )


def confirm_mapping(subject: Subject, intake_id: UUID, mapping: Mapping) -> Intake:
    """Take these columns for those of the file, to be read by `read`; a file read before is read anew.

    Raises INT-UNKNOWN, ACC-DENIED, INT-MAPPING-…; then nothing is changed.
    """
    intake = found_intake(subject, intake_id)
    require(subject, Right.INTAKE_RUN, intake.unit_code)
    confirmed = _confirmed(intake, looked_at(intake), mapping)
    with transaction.atomic():
        locked = Intake.objects.select_for_update().get(pk=intake.pk)
        if mapping_of(locked) == confirmed and locked.state != State.MAPPING:
            return locked
        _refuse_closed(locked)
        for shape in confirmed.shapes:
            _remember(subject, locked, shape)
        _begin_again(locked, confirmed)
        _audit(subject, locked, confirmed)
    return locked


def _confirmed(intake: Intake, looked: Survey, mapping: Mapping) -> Mapping:
    """A confirmed shape for each shape of the file."""
    shapes: list[Shape] = []
    for told in looked.told:
        shape = mapping.of(told.shape.fingerprint)
        if shape is None:
            sheet = ", ".join(told.shape.titles)
            raise Problem("INT-MAPPING-OTHER", where=intake.file_name, name=intake.file_name, sheet=sheet)
        check(shape, told.sheet)
        uses = [msgspec.structs.replace(use, confidence="sure") for use in shape.columns]
        shapes.append(
            msgspec.structs.replace(
                shape, sheet=told.sheet.key, columns=uses, titles=told.shape.titles, confirmed=True
            )
        )
    check_together(shapes)
    return Mapping(shapes)


def _refuse_closed(intake: Intake) -> None:
    """Rows being read, or proposed, stand by the columns they were read by."""
    unread = intake.state in {State.MAPPING, State.FAILED}
    if not unread and (intake.state != State.READ or intake.batch_id or intake.asked_at):
        raise Problem("INT-MAPPING-CLOSED")


def _remember(subject: Subject, intake: Intake, shape: Shape) -> None:
    before = remembered(shape.fingerprint)
    if before is not None and (before.columns, before.constants) == (shape.columns, shape.constants):
        return
    ColumnMapping.objects.create(
        agency_code=settings.CCVC_AGENCY,
        fingerprint=shape.fingerprint,
        content=packed(shape),
        file_name=intake.file_name,
        confirmed_by=subject.user_id,
        confirmed_by_name=subject.full_name,
        confirmed_at=timezone.now(),
    )


def _begin_again(intake: Intake, mapping: Mapping) -> None:
    left = IntakeRow.objects.filter(intake=intake, sheet=MAIN, left_out=True)
    if intake.left_rows:
        intake.left_before = orjson.dumps([*left.values_list("row", "personal_id", "full_name")]).decode()
    IntakeRow.objects.filter(intake=intake).delete()
    IntakeFinding.objects.filter(intake=intake).delete()
    storage.scratch(intake).unlink(missing_ok=True)
    for name in _COUNTED:
        setattr(intake, name, 0)
    intake.state, intake.problem, intake.mapping = State.READING, "", packed(mapping)
    intake.judged_on = timezone.localdate()
    intake.save(update_fields=["state", "problem", "mapping", "judged_on", "left_before", *_COUNTED])


def leave_again(intake: Intake) -> None:
    """Leave out what was left out before the file was read anew, where the row is still of the same person."""
    before = {row: tuple(person) for row, *person in orjson.loads(intake.left_before or "[]")}
    found = IntakeRow.objects.filter(intake=intake, sheet=MAIN, row__in=before, verdict__in=TAKEN)
    same = [
        row.pk
        for row in found.only("row", "personal_id", "full_name")
        if (row.personal_id and row.personal_id == before[row.row][0]) or row.full_name == before[row.row][1]
    ]
    left = IntakeRow.objects.filter(pk__in=same).update(left_out=True)
    Intake.objects.filter(pk=intake.pk).update(left_rows=left, left_before="")


def _audit(subject: Subject, intake: Intake, mapping: Mapping) -> None:
    payload = {
        "act": "intake-mapping",
        "by": subject.username,
        "file": intake.file_name,
        "columns": {
            shape.sheet: {use.column: use.path for use in shape.columns if use.path}
            for shape in mapping.shapes
        },
        "request": subject.request_id,
    }
    ledger.append("administrative", f"intake:{intake.pk}", payload)
