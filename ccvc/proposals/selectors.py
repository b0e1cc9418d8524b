"""Reads of the proposals room: one's own checks, their records read again as known then, within reach of now."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from ccvc.access.domain import Subject
from ccvc.candidates import sources
from ccvc.candidates.sources import Known
from ccvc.proposals import finding
from ccvc.proposals.actions import checker, day_of
from ccvc.proposals.domain import ACTS, Compared, compare, conditions
from ccvc.proposals.models import Proposal, Proposed
from ccvc.rules.appointments import Check
from ccvc.standard.problems import Problem


@dataclass(frozen=True, slots=True)
class Shown:
    """One person of a proposal; without a record where none is within reach: then nothing of it is known."""

    row: Proposed
    record: Known | None
    compared: list[Compared]
    check: Check | None


def proposals(subject: Subject) -> QuerySet[Proposal]:
    """The subject's own checks, newest first; Problem ACC-DENIED."""
    checker(subject)
    differing = Count("people", filter=Q(people__differing__gt=0) | Q(people__outcome="block"))
    rows = Proposal.objects.filter(account_id=subject.user_id)
    return rows.annotate(number=Count("people"), warned=differing).order_by("-checked_at")


def proposal(subject: Subject, proposal_id: UUID) -> Proposal:
    """One of them; Problem PRO-UNKNOWN, also for another's."""
    row = proposals(subject).filter(pk=proposal_id).first()
    if row is None:
        raise Problem("PRO-UNKNOWN")
    return row


def people(subject: Subject, row: Proposal) -> list[Shown]:
    """Everyone in it, in the order of the document."""
    one = checker(subject)
    rows = list(row.people.order_by("place"))
    keys = [person.person for person in rows if person.person]
    records = sources.known(one, keys, row.checked_at, day_of(row), finding.CHECK)
    return [_shown(row, person, records.get(person.person) if person.person else None) for person in rows]


def _shown(row: Proposal, person: Proposed, record: Known | None) -> Shown:
    if record is None:
        return Shown(person, None, [], None)
    compared = compare(person.said, record.document, day_of(row))
    act = next(one for one in ACTS if one == row.act)
    return Shown(person, record, compared, conditions(record.document, act, row.on, row.position, None))
