"""Submitting a decision: numbered, judged, its answers sealed, its changes proposed; and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from ccvc.access.domain import Right, Subject
from ccvc.changes import actions as changes
from ccvc.changes.domain import Proposal
from ccvc.changes.models import PENDING, Change, Origin
from ccvc.decisions import domain, grounds, newcomers, printing
from ccvc.decisions.actions.drafting import strike, told
from ccvc.decisions.grounds import Said, Worked
from ccvc.decisions.models import Decision, DecisionPerson, Moment, State
from ccvc.decisions.scope import locked
from ccvc.decisions.sealing import answers, keep
from ccvc.documents.actions import numbering
from ccvc.documents.domain import symbol_of
from ccvc.standard.problems import Problem

UNFINISHED = "Lần trình lấy số này không hoàn thành"


@newcomers.looks_recorded
def submit(subject: Subject, decision_id: UUID) -> Decision:
    """Number a draft, ask every check, seal the answers, and propose the change of each person.

    Nobody else waits for a number while the paper is laid out: it is given in a transaction of its own, to a draft
    nothing stands against, and stands as struck until the submission it belongs to is done.

    Problem DEC-UNKNOWN, DEC-REACH, DEC-STATE, DEC-PEOPLE, DEC-KNOWN, DEC-TAKEN, DEC-UNSOUND, DEC-BARRED, DEC-UNTOLD,
    DEC-NOTHING, DEC-CONFLICT, DEC-SIGNER, DEC-PAPER, and those of proposing. Locks: the decision, then the register of
    numbers alone; the decision, the dossiers, the ledger.
    """
    with transaction.atomic():
        _worked(subject, locked(subject, decision_id, Right.DECISION_DRAFT))
    given = _take_number(subject, decision_id)
    return _submit(subject, decision_id, given)


def _worked(subject: Subject, row: Decision) -> list[Worked]:
    """A draft worked out, nothing standing against it."""
    domain.require_state(row, State.DRAFT)
    people = list(row.people.order_by("position"))
    domain.refuse_people(len(people))
    newcomers.refuse_named(subject, people)
    said = Said.of(row)
    worked = grounds.work_out(row, people, said)
    refuse(worked, said)
    return worked


@transaction.atomic
def _submit(subject: Subject, decision_id: UUID, given: int) -> Decision:
    """In one transaction, under a number that was given."""
    row = locked(subject, decision_id, Right.DECISION_DRAFT)
    domain.require_state(row, State.DRAFT)
    _number(row, given)
    worked = _worked(subject, row)
    row.round += 1
    sealed = keep(row, Moment.SUBMITTED, answers(row, worked))
    _propose(subject, row, worked)
    printing.issue(subject, row, worked)
    row.state, row.submitted_at = State.SUBMITTED, timezone.now()
    row.returned_reason = row.returned_by = ""
    row.save()
    told(subject, row, "submit", number=str(row), round=row.round, answers=sealed.sha256)
    return row


def refuse(worked: Sequence[Worked], said: Said) -> None:
    """Problem DEC-UNSOUND, DEC-BARRED, DEC-UNTOLD, each naming everybody it is about."""
    domain.refuse_unsound({one.person.full_name: one.faults for one in worked if one.faults})
    barred: dict[str, list[str]] = {}
    untold: dict[str, list[str]] = {}
    for one in worked:
        for condition in one.conditions:
            passed = (one.person.person_key, condition.name) in said.passed
            if domain.stands_against(condition) and not passed:
                where = barred if condition.met == "no" else untold
                where.setdefault(one.person.full_name, []).append(condition.reason.told())
    domain.refuse_barred(barred)
    domain.refuse_untold(untold)


@transaction.atomic
def _take_number(subject: Subject, decision_id: UUID) -> int:
    """The next number of the year's register of decisions, or the one an unfinished submission of today left.

    It is struck from the start, so that it is accounted for whatever stops what follows.
    """
    row = locked(subject, decision_id, Right.DECISION_DRAFT)
    domain.require_state(row, State.DRAFT)
    today = timezone.localdate()
    symbol = symbol_of(domain.SYMBOL, settings.CCVC_DOCUMENT_SYMBOL or settings.CCVC_AGENCY)
    left = row.struck.filter(reason=UNFINISHED, symbol=symbol, at__date=today).first()
    if left is not None:
        return left.pk
    register, numbers = numbering.take(symbol, today, 1)
    row.number, row.symbol, row.year = numbers[0], symbol, register.year
    return strike(subject, row, UNFINISHED)


def _number(row: Decision, given: int) -> None:
    """The number given stands for this submission; the day of decision is the day it was given on."""
    held = row.struck.filter(pk=given, reason=UNFINISHED).first()
    if held is None:  # a submission beside this one used it, and was taken back since
        raise Problem("DEC-STATE", state=str(State(row.state).label))
    row.number, row.symbol, row.year = held.number, held.symbol, held.year
    row.decided_on = timezone.localdate(held.at)
    held.delete()


def _propose(subject: Subject, row: Decision, worked: Sequence[Worked]) -> None:
    reason = f"{domain.spoken(row)}: {row.title}"
    proposals = [
        Proposal(
            person_key=one.person.person_key,
            unit_code=str(one.after.get("employment", {}).get("unit_code") or row.unit_code),
            document=one.after,
            valid_from=one.holds_from,
            reason=reason,
            kind="correct" if one.first else "update",
            corrects=(one.first.version, domain.spoken(row)) if one.first else None,
        )
        for one in worked
    ]
    try:
        with transaction.atomic():
            result = changes.propose_batch(
                subject,
                title=f"{row}: {row.title}"[:300],
                origin=Origin.DECISION,
                source=f"{row.pk}/{row.round}",
                unit_code=row.unit_code,
                proposals=proposals,
            )
    except IntegrityError as error:  # somebody else's request to open one of these dossiers came first
        raise Problem("DEC-CONFLICT", who="…", count=1) from error
    if result.conflicts:
        who = "; ".join(problem.message() for problem in result.conflicts[: domain.MOST_NAMED])
        raise Problem("DEC-CONFLICT", who=who, count=len(result.conflicts))
    made = {change.person_key: change for change in Change.objects.filter(batch=result.batch)}
    if idle := [one.person.full_name for one in worked if one.person.person_key not in made]:
        raise Problem("DEC-NOTHING", who=", ".join(idle[: domain.MOST_NAMED]), count=len(idle))
    for one in worked:
        one.person.change, one.person.day = made[one.person.person_key], one.day
    _keep_changes([one.person for one in worked])
    row.batch = result.batch


def _keep_changes(people: Sequence[DecisionPerson]) -> None:
    """The change and the day of each, in one statement: a CASE with thousands of branches takes seconds."""
    told = [(one.pk, one.change_id, one.day) for one in people]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE decisions_decisionperson AS p SET change_id = given.change, day = given.day
            FROM unnest(%s::bigint[], %s::uuid[], %s::date[]) AS given(person, change, day) WHERE p.id = given.person
            """,
            [list(column) for column in zip(*told, strict=True)],
        )


@transaction.atomic
def send_back(subject: Subject, decision_id: UUID, reason: str) -> Decision:
    """Return a submitted decision to its drafter with the reason, all of its changes with it; the number is struck.

    Problem DEC-UNKNOWN, DEC-STATE, DEC-REASON, and those of returning changes: whoever takes the step they await may.
    """
    row = _submitted(subject, decision_id, reason)
    changes.send_back(subject, _pending(row), reason)
    return _again_draft(subject, row, "return", reason)


@transaction.atomic
def take_back(subject: Subject, decision_id: UUID, reason: str) -> Decision:
    """Take one's own submitted decision back, or one whose changes were returned one by one. As `send_back`."""
    row = _submitted(subject, decision_id, reason)
    if pending := _pending(row):
        changes.withdraw(subject, pending, reason)
    return _again_draft(subject, row, "take_back", reason)


def _submitted(subject: Subject, decision_id: UUID, reason: str) -> Decision:
    row = locked(subject, decision_id, Right.DECISION_SEE)
    domain.require_state(row, State.SUBMITTED)
    if not reason.strip():
        raise Problem("DEC-REASON", where="reason")
    return row


def _pending(row: Decision) -> list[UUID]:
    found = Change.objects.filter(batch=row.batch, state__in=PENDING)
    return list(found.values_list("pk", flat=True))


def _again_draft(subject: Subject, row: Decision, act: str, reason: str) -> Decision:
    number = str(row)
    strike(subject, row, reason.strip())
    printing.withdraw(subject, row, reason.strip())
    row.people.update(change=None, day=None)
    row.state, row.batch, row.submitted_at = State.DRAFT, None, None
    row.returned_reason, row.returned_by = reason.strip(), subject.full_name
    row.save()
    told(subject, row, act, number=number, reason=reason.strip())
    return row
