"""Proposing what a file gives: changes for the rows that passed, slice by slice, none twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localtime

from ccvc import standard
from ccvc.access.domain import Right, Subject, require
from ccvc.changes import actions as changes
from ccvc.changes.domain import Proposal, pack
from ccvc.changes.models import PENDING, Change, Origin
from ccvc.dossiers import selectors as dossiers
from ccvc.intake import limits
from ccvc.intake.actions.reading import FINDING, Progress, in_unit, packed, stored
from ccvc.intake.copying import copy_in
from ccvc.intake.findings import Finding, Severity, of_problem
from ccvc.intake.layout import MAIN, MAIN_TITLE, PERSON
from ccvc.intake.models import TAKEN, Intake, IntakeFinding, IntakeRow, State
from ccvc.intake.outlook import broken_by_leaving, proposed
from ccvc.intake.persons import Document
from ccvc.intake.selectors import intake as found_intake
from ccvc.intake.shapes.parts import shown
from ccvc.ledger import actions as ledger
from ccvc.standard.problems import Problem


@dataclass(slots=True)
class Outcome:
    """What became of one slice of proposals."""

    created: int
    unchanged: int
    conflicts: list[tuple[IntakeRow, Problem]]
    waiting: list[tuple[IntakeRow, Problem]]
    batch: UUID | None = None


@changes.refusals_recorded("propose")
def propose(subject: Subject, intake_id: UUID, progress: Progress | None = None) -> Intake:
    """Propose a change for each row that passed, against the dossiers of now; a repeat makes nothing twice.

    A row in conflict with a pending change becomes a finding and holds back no other. Raises INT-UNKNOWN,
    INT-NOT-READ, INT-MATCH-WAITING, ACC-DENIED and the problems of `changes`.
    """
    intake = _ready(subject, intake_id)
    while intake.state == State.READ:
        intake = _propose_slice(subject, intake_id)
        if progress:
            progress(intake.proposed + intake.proposed_unchanged + intake.conflicts, intake.taken)
    return intake


def _ready(subject: Subject, intake_id: UUID) -> Intake:
    """The intake, if this person may propose what it gives and it has been read."""
    intake = found_intake(subject, intake_id)
    require(subject, Right.CHANGE_PROPOSE, intake.unit_code)
    if intake.state not in {State.READ, State.PROPOSED}:
        raise Problem("INT-NOT-READ", where=intake.file_name)
    if intake.review:
        raise Problem("INT-MATCH-WAITING", where=intake.file_name, count=intake.review)
    return intake


@transaction.atomic
def ask_to_propose(subject: Subject, intake_id: UUID) -> Intake:
    """Note that proposing was asked for, so that pages say so until it is done. Raises as `propose`."""
    intake = _ready(subject, intake_id)
    if intake.state == State.READ:
        intake.asked_at, intake.problem = timezone.now(), ""
        intake.save(update_fields=["asked_at", "problem"])
    return intake


def give_up(intake_id: UUID, problem: Problem) -> None:
    """Note why what was asked for could not be done."""
    Intake.objects.filter(pk=intake_id).update(asked_at=None, problem=packed(problem))


@transaction.atomic
def _propose_slice(subject: Subject, intake_id: UUID) -> Intake:
    """Propose the next rows and move on, in one transaction."""
    intake = Intake.objects.select_for_update().get(pk=intake_id)
    waiting = IntakeRow.objects.filter(
        intake=intake, sheet=MAIN, verdict__in=TAKEN, left_out=False, row__gt=intake.proposed_to
    )
    rows = list(waiting.order_by("row")[: limits.SLICE_ROWS])
    if not rows:
        return _finish(subject, intake)
    outcome = _propose_rows(subject, intake, rows)
    copy_in(IntakeFinding, FINDING, (stored(intake, finding, row) for finding, row in _findings(outcome)))
    intake.proposed += outcome.created
    intake.proposed_unchanged += outcome.unchanged + len(outcome.waiting)
    intake.conflicts += len(outcome.conflicts)
    intake.batch_id = outcome.batch or intake.batch_id
    intake.proposed_to = rows[-1].row
    intake.save()
    return intake


def _finish(subject: Subject, intake: Intake) -> Intake:
    intake.state, intake.proposed_at, intake.asked_at = State.PROPOSED, timezone.now(), None
    intake.save()
    payload = {
        "act": "intake-propose",
        "by": subject.username,
        "sha256": intake.sha256,
        "unit": intake.unit_code,
        "proposed": intake.proposed,
        "request": subject.request_id,
    }
    ledger.append("administrative", f"intake:{intake.pk}", payload)
    return intake


def _propose_rows(subject: Subject, intake: Intake, rows: Sequence[IntakeRow]) -> Outcome:
    """Merge each row with the dossier of now, and hand over what differs from it."""
    ids = [row.personal_id for row in rows]
    within = dossiers.by_personal_ids(in_unit(intake), ids)
    elsewhere = dossiers.elsewhere(ids, list(within))
    documents = dossiers.current_documents([dossier.key for dossier in within.values()])
    conflicts = [
        (row, Problem("INT-ELSEWHERE", value=row.personal_id)) for row in rows if row.personal_id in elsewhere
    ]
    proposals: dict[str, tuple[IntakeRow, Proposal]] = {}
    pending = _pending(ids)
    outcome = Outcome(0, 0, conflicts, [])
    for row in rows:
        if row.personal_id in elsewhere:
            continue
        key = within[row.personal_id].key if row.personal_id in within else None
        existing = documents[key][1] if key in documents else None
        proposal = _proposal(intake, row, key, existing)
        if proposal is None:
            outcome.unchanged += 1
        elif broken := broken_by_leaving(intake, existing, proposal.document):
            outcome.conflicts.append((row, broken))
        elif since := pending.get((row.personal_id, _digest(existing, proposal))):
            outcome.waiting.append((row, Problem("INT-WAITING", since=since)))
        else:
            proposals[row.personal_id] = (row, proposal)
    _hand_over(subject, intake, proposals, outcome)
    return outcome


def _pending(ids: Sequence[str]) -> dict[tuple[str, str], str]:
    """Changes that wait to be decided: {(personal number, digest of the differences): day of the proposal}."""
    found = Change.objects.filter(personal_id__in=ids, state__in=PENDING)
    return {(c.personal_id or "", c.digest): f"{localtime(c.created_at):%d/%m/%Y}" for c in found}


def _digest(existing: Document | None, proposal: Proposal) -> str:
    """The digest that a change of this proposal would have."""
    differences = standard.diff(existing, proposal.document)
    return standard.digest(pack(differences).encode())


def _proposal(intake: Intake, row: IntakeRow, key: UUID | None, existing: Document | None) -> Proposal | None:
    """The whole document proposed; None where the dossier says all of it already."""
    document = proposed(intake, row, existing)
    if document == existing:
        return None
    return Proposal(
        person_key=key,
        unit_code=row.unit_code,
        document=document,
        valid_from=intake.valid_from,
        reason=f"Tiếp nhận dữ liệu từ tệp {intake.file_name}, dòng {shown(row.row)}",
        kind="update" if existing is not None else "create",
    )


def _hand_over(
    subject: Subject, intake: Intake, proposals: dict[str, tuple[IntakeRow, Proposal]], outcome: Outcome
) -> None:
    """Make the changes; what `changes` would not take is named row by row."""
    if not proposals:
        return
    result = changes.propose_batch(
        subject,
        title=f"Tiếp nhận tệp {intake.file_name}",
        origin=Origin.INTAKE,
        source=str(intake.pk),
        unit_code=intake.unit_code,
        proposals=[proposal for _, proposal in proposals.values()],
    )
    made = Change.objects.filter(batch=result.batch, personal_id__in=list(proposals)).values_list(
        "personal_id", flat=True
    )
    left = [row for number, (row, _) in proposals.items() if number not in set(made)]
    outcome.created += result.created
    outcome.unchanged += result.unchanged
    outcome.conflicts += zip(left, result.conflicts, strict=False)
    outcome.batch = result.batch.pk


def _findings(outcome: Outcome) -> Iterator[tuple[Finding, int]]:
    """What to say of rows not proposed, with the row: an error of a conflict, a warning of what waits already."""
    weights: tuple[tuple[Severity, list[tuple[IntakeRow, Problem]]], ...]
    weights = (("error", outcome.conflicts), ("warning", outcome.waiting))
    for severity, found in weights:
        for row, problem in found:
            place = {"sheet": MAIN_TITLE, "row": shown(row.row), "path": PERSON, "cell": row.personal_id}
            yield of_problem(problem, severity, label=standard.label(PERSON), **place), row.row
