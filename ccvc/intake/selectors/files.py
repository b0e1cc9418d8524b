"""Files taken in, what was said of them, and the columns confirmed for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from django.conf import settings
from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from ccvc.access.domain import Right, Subject
from ccvc.catalogues.domain import fold
from ccvc.catalogues.selectors import meant
from ccvc.intake.layout import MAIN
from ccvc.intake.models import ColumnMapping, DatabaseRead, Intake, IntakeFinding, IntakeRow, State
from ccvc.intake.shapes.mapping import Shape
from ccvc.organisations.models import UnitState
from ccvc.organisations.selectors import reach, states
from ccvc.standard.problems import Problem

MOST_MAPPINGS = 10


@dataclass(frozen=True, slots=True)
class FindingKind:
    """How often one kind of finding occurs in a file."""

    code: str
    severity: str
    message: str
    count: int


def intakes(subject: Subject) -> QuerySet[Intake]:
    """Intakes for units within the subject's reach, newest first."""
    return Intake.objects.filter(unit_id__in=_reach(subject)).order_by("-created_at")


def intake(subject: Subject, intake_id: UUID) -> Intake:
    """One intake; Problem INT-UNKNOWN where there is none or it is out of reach."""
    found = intakes(subject).filter(pk=intake_id).first()
    if found is None:
        raise Problem("INT-UNKNOWN")
    return found


def worth_reading_again(intake: Intake) -> bool:
    """Whether a value that went back as unknown has a confirmed meaning by now."""
    if intake.state not in {State.READ, State.PROPOSED} or intake.asked_at is not None or intake.left_rows:
        return False
    read = DatabaseRead.objects.filter(intake=intake).first()
    known = meant(intake.unit_id, read.source if read else "", timezone.localdate())
    values = {value for words in known.values() for value in words}
    cells = IntakeFinding.objects.filter(intake=intake, code="INT-CODE").values_list("cell", flat=True)
    return bool(values) and any(fold(cell) in values for cell in cells.distinct())


def findings(
    subject: Subject, intake_id: UUID, *, severity: str = "", code: str = "", text: str = ""
) -> QuerySet[IntakeFinding]:
    """Findings of one intake in the order of the file; `text`: a row, a column's letters or its label."""
    found = IntakeFinding.objects.filter(intake=intake(subject, intake_id)).order_by(
        "person_row", "sheet", "row", "pk"
    )
    if severity:
        found = found.filter(severity=severity)
    if code:
        found = found.filter(code=code)
    if text.isdigit():
        found = found.filter(row=int(text))
    elif text:
        found = found.filter(label__icontains=text) | found.filter(column__iexact=text)
    return found


def kinds(subject: Subject, intake_id: UUID) -> list[FindingKind]:
    """Kinds of findings of one intake: errors first, the most frequent first, each with a message."""
    found = IntakeFinding.objects.filter(intake=intake(subject, intake_id)).values("code", "severity")
    counted = found.annotate(number=Count("pk"), sample=Min("message")).order_by(
        "severity", "-number", "code"
    )
    return [FindingKind(r["code"], r["severity"], r["sample"], r["number"]) for r in counted]


def rows(subject: Subject, intake_id: UUID, *, verdict: str = "") -> QuerySet[IntakeRow]:
    """Persons' rows of one intake."""
    found = IntakeRow.objects.filter(intake=intake(subject, intake_id), sheet=MAIN).order_by("row")
    return found.filter(verdict=verdict) if verdict else found


def persons_seen(found: list[IntakeFinding]) -> list[UUID]:
    """Keys of the dossiers that these findings speak of."""
    if not found:
        return []
    wanted = {finding.person_row for finding in found if finding.person_row is not None}
    keys = IntakeRow.objects.filter(
        intake=found[0].intake_id, sheet=MAIN, row__in=wanted, person_key__isnull=False
    ).values_list("person_key", flat=True)
    return [key for key in keys if key is not None]


@dataclass(frozen=True, slots=True)
class MappingSeen:
    """One confirmation of columns: by whom, when, for which file, and what it changed of the one before."""

    by: str
    at: datetime
    file: str
    changes: tuple[str, ...]


def mappings_seen(fingerprint: str, labels: Mapping[str, str]) -> list[MappingSeen]:
    """The confirmations for these headings in this agency, newest first."""
    found = ColumnMapping.objects.filter(agency_code=settings.CCVC_AGENCY, fingerprint=fingerprint)
    rows = list(found.order_by("-pk")[: MOST_MAPPINGS + 1])
    shapes = [msgspec.json.decode(row.content, type=Shape) for row in rows]
    older: list[Shape | None] = [*shapes, None][1:]
    return [
        MappingSeen(row.confirmed_by_name, row.confirmed_at, row.file_name, tuple(_changes(new, old, labels)))
        for row, new, old in zip(rows, shapes, older, strict=True)
    ][:MOST_MAPPINGS]


def _changes(new: Shape, old: Shape | None, labels: Mapping[str, str]) -> Iterator[str]:
    before = {use.column: use.paths for use in old.columns} if old else {}
    for use in new.columns if old else ():
        was = before.get(use.column, ())
        if was != use.paths:
            yield f"{use.column}: {_named(was, labels)} → {_named(use.paths, labels)}"


def _named(paths: Sequence[str], labels: Mapping[str, str]) -> str:
    return " + ".join(labels.get(path, path) for path in paths) or "–"


def units(subject: Subject) -> list[UnitState]:
    """Units for which the subject may take files in, by code."""
    today = timezone.localdate()
    return list(states(today).filter(unit_id__in=_reach(subject)).order_by("code"))


def _reach(subject: Subject) -> frozenset[int]:
    return reach(subject, Right.INTAKE_RUN, timezone.localdate())
