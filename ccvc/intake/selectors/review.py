"""Rows without a number, each beside the dossiers it may be of, for whoever says whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from ccvc.access.domain import Subject
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.models import Dossier
from ccvc.intake.identities import BORN_AT, HOME, SHOWN, Compared, compare
from ccvc.intake.layout import MAIN
from ccvc.intake.models import Intake, IntakeRow, Likeness, Match
from ccvc.intake.persons import Document
from ccvc.intake.selectors.files import intake as found_intake
from ccvc.standard.reading import value_at

HELPFUL = frozenset({HOME, BORN_AT, "employment.position_title"})
"""What helps to tell a person even where the file does not say it."""
STATES = {
    "certain": Q(decided_at__isnull=True, likeness=Likeness.CERTAIN),
    "possible": Q(decided_at__isnull=True, likeness=Likeness.POSSIBLE),
    "chosen": Q(decided_at__isnull=False, chosen__isnull=False),
    "none": Q(decided_at__isnull=False, chosen__isnull=True),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A dossier a row may be of; `taken` where it is chosen for this row or, undecided, certainly its own."""

    dossier: Dossier
    document: Document
    compared: Compared
    preselected: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A row that waits or was decided: what it says, and the dossiers within the subject's reach."""

    match: Match
    name: str
    said: Document
    candidates: list[Candidate]
    fields: list[str]


def waiting(intake: Intake) -> dict[str, int]:
    """How many rows stand in each of `STATES`."""
    counted = {f"in_{name}": Count("pk", filter=state) for name, state in STATES.items()}
    found = Match.objects.filter(intake=intake).aggregate(**counted)
    return {name: found[f"in_{name}"] for name in STATES}


def matches(subject: Subject, intake_id: UUID, *, state: str = "") -> QuerySet[Match]:
    """Rows without a number for which a dossier was found, those that still wait first."""
    found = Match.objects.filter(intake=found_intake(subject, intake_id))
    if state in STATES:
        found = found.filter(STATES[state])
    return found.order_by("row")


def asked(subject: Subject, intake: Intake, found: Sequence[Match]) -> list[Asked]:
    """The rows with their candidates side by side; a dossier out of the subject's reach is not shown."""
    keys = {UUID(key) for match in found for key in match.candidates}
    documents = dossiers.current_documents(list(keys))
    ids = [dossier.personal_id for dossier, _ in documents.values() if dossier.personal_id]
    reached = dossiers.by_personal_ids(subject, ids)
    sight = dossiers.sight(subject)
    rows = IntakeRow.objects.filter(intake=intake, sheet=MAIN, row__in=[match.row for match in found])
    names = dict(rows.values_list("row", "full_name"))
    result: list[Asked] = []
    for match in found:
        said = match.said
        candidates = [
            _candidate(
                match, said, dossier, dossiers.redact(document, sight(dossier.key, dossier.unit_id))[0]
            )
            for key in map(UUID, match.candidates)
            if key in documents
            for dossier, document in (documents[key],)
            if dossier.personal_id in reached
        ]
        others = [one.document for one in candidates]
        fields = [
            p
            for p in SHOWN
            if value_at(said, p) is not None or (p in HELPFUL and any(value_at(o, p) for o in others))
        ]
        result.append(Asked(match, names.get(match.row, ""), said, candidates, fields))
    return result


def _candidate(match: Match, said: Document, dossier: Dossier, document: Document) -> Candidate:
    mine = match.chosen == dossier.key if match.decided_at else match.likeness == Likeness.CERTAIN
    compared = compare(said, document, dossier.key)
    return Candidate(dossier, document, compared, mine and (bool(match.decided_at) or compared.same_person))
