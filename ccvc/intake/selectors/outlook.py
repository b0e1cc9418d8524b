"""What a file would change, row by row, before it is proposed: the dossiers of now against what is given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Subject
from ccvc.dossiers import selectors as dossiers
from ccvc.intake.layout import MAIN
from ccvc.intake.models import TAKEN, Intake, IntakeRow, Verdict
from ccvc.intake.outlook import proposed
from ccvc.intake.selectors.files import intake as found_intake
from ccvc.organisations.selectors import states

KINDS = {
    "new": Q(verdict__in=TAKEN, kind="create", left_out=False),
    "changed": Q(verdict__in=TAKEN, kind="update", left_out=False),
    "unchanged": Q(verdict=Verdict.UNCHANGED),
    "left": Q(left_out=True),
}
SLICE = 500


@dataclass(frozen=True, slots=True)
class Outlook:
    """How many rows would do what, and how often each field or table of existing dossiers changes."""

    new: int
    changed: int
    unchanged: int
    left: int
    review: int
    fields: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row and what it would change, as far as the subject may read it; `elsewhere`: nothing by this file."""

    row: IntakeRow
    key: UUID | None
    differences: list[standard.Difference]
    withheld: int
    elsewhere: bool


def counts(intake: Intake) -> Outlook:
    """The counts, as of when the rows were judged."""
    rows = IntakeRow.objects.filter(intake=intake, sheet=MAIN)
    found = rows.aggregate(**{f"is_{name}": Count("pk", filter=kind) for name, kind in KINDS.items()})
    numbers = {name: found[f"is_{name}"] for name in KINDS}
    return Outlook(**numbers, review=intake.review, fields=_fields(intake))


def _fields(intake: Intake) -> tuple[tuple[str, int], ...]:
    """The most frequent first."""
    sql = (
        "SELECT path, count(*) FROM intake_intakerow, unnest(string_to_array(changed, E'\\n')) AS path"
        " WHERE intake_id = %s AND changed <> '' AND NOT left_out AND verdict = ANY(%s)"
        " GROUP BY path ORDER BY 2 DESC, 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [intake.pk, [str(verdict) for verdict in TAKEN]])
        return tuple(cursor.fetchall())


def lines(
    subject: Subject, intake_id: UUID, *, kind: str = "", field: str = "", text: str = ""
) -> QuerySet[IntakeRow]:
    """Rows that give something, in the order of the file; `text`: a row's number or a part of a name."""
    within = KINDS.get(kind, KINDS["new"] | KINDS["changed"] | KINDS["left"])
    found = IntakeRow.objects.filter(within, intake=found_intake(subject, intake_id), sheet=MAIN)
    if field:
        found = found.filter(changed__regex=rf"(^|\n){_escaped(field)}(\n|$)")
    if text.isdigit():
        found = found.filter(Q(row=int(text)) | Q(personal_id=text))
    elif text:
        found = found.filter(full_name__icontains=text)
    return found.order_by("row")


def _escaped(path: str) -> str:
    return "".join(f"\\{sign}" if not sign.isalnum() and sign != "_" else sign for sign in path)


def outcomes(subject: Subject, intake: Intake, rows: Sequence[IntakeRow]) -> list[Outcome]:
    """What each row would change of the dossiers of now, within the subject's reach and sight."""
    ids = [row.personal_id for row in rows if row.personal_id]
    within = dossiers.by_personal_ids(subject, ids)
    elsewhere = dossiers.elsewhere(ids, list(within))
    documents = dossiers.current_documents([dossier.key for dossier in within.values()])
    units = dict(states(timezone.localdate()).values_list("code", "unit_id"))
    sight = dossiers.sight(subject)
    found: list[Outcome] = []
    for row in rows:
        dossier = within.get(row.personal_id)
        there = documents.get(dossier.key) if dossier else None
        unit = dossier.unit_id if dossier else units.get(row.unit_code, intake.unit_id)
        may_see = sight(dossier.key if dossier else UUID(int=0), unit)
        hidden = row.personal_id in elsewhere
        every = [] if hidden else _differences(intake, row, there[1] if there else None)
        kept = [d for d in every if dossiers.readable(d.path, may_see)]
        found.append(Outcome(row, dossier.key if dossier else None, kept, len(every) - len(kept), hidden))
    return found


def _differences(
    intake: Intake, row: IntakeRow, existing: dict[str, object] | None
) -> list[standard.Difference]:
    if not row.document:
        return []
    every = standard.diff(existing, proposed(intake, row, existing))
    return [d for d in every if dossiers.fields_at(d.path)]


def each(subject: Subject, intake: Intake, rows: QuerySet[IntakeRow]) -> Iterator[Outcome]:
    """The outcomes of many rows, slice by slice."""
    last = -1
    while found := list(rows.filter(row__gt=last)[:SLICE]):
        yield from outcomes(subject, intake, found)
        last = found[-1].row
