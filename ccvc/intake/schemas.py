"""What a programme is told of an intake."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import orjson
from django.db.models import Count

from ccvc.intake.models import Intake, IntakeFinding
from ccvc.intake.selectors import counts
from ccvc.standard.problems import Problem


@dataclass(frozen=True, slots=True)
class IntakeSummary:
    """An intake in numbers: rows by what became of them, changes proposed, findings by code.

    `taken_in` + `refused` + `unchanged` + `duplicate` + `review` + `left_out` = `rows`; `review` wait for somebody
    to say whose they are, `strays` are rows of tables of nobody here. `changes` counts what would be proposed:
    {"new", "changed", "unchanged", "fields": {path: dossiers}}.
    """

    id: str
    file: str
    unit: str
    state: str
    rows: int
    taken_in: int
    warning: int
    refused: int
    unchanged: int
    duplicate: int
    review: int
    left_out: int
    strays: int
    proposed: int
    conflicts: int
    batch: str | None
    findings: dict[str, int]
    changes: dict[str, Any]
    problem: dict[str, str] | None = None

    def as_json(self) -> dict[str, Any]:
        """The summary as plain JSON."""
        return asdict(self)


def summary(intake: Intake) -> IntakeSummary:
    """The summary of an intake as it stands."""
    counted = (
        IntakeFinding.objects.filter(intake=intake)
        .values("code")
        .annotate(number=Count("pk"))
        .order_by("code")
    )
    problem = problem_of(intake)
    return IntakeSummary(
        id=str(intake.pk),
        file=intake.file_name,
        unit=intake.unit_code,
        state=intake.state,
        rows=intake.total,
        taken_in=intake.taken,
        warning=intake.warning,
        refused=intake.refused,
        unchanged=intake.unchanged,
        duplicate=intake.duplicate,
        review=intake.review,
        left_out=intake.left_rows,
        strays=intake.strays,
        proposed=intake.proposed,
        conflicts=intake.conflicts,
        batch=str(intake.batch_id) if intake.batch_id else None,
        findings={row["code"]: row["number"] for row in counted},
        changes=_changes(intake),
        problem=problem.as_json() if problem else None,
    )


def _changes(intake: Intake) -> dict[str, Any]:
    found = counts(intake)
    changes = {"new": found.new, "changed": found.changed, "unchanged": found.unchanged}
    return {**changes, "fields": dict(found.fields)}


def problem_of(intake: Intake) -> Problem | None:
    """Why the file could not be read."""
    if not intake.problem:
        return None
    kept = orjson.loads(intake.problem)
    return Problem(kept["code"], where=kept["where"], **kept["params"])
