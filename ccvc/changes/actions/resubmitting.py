"""Sending a returned or withdrawn change again, as it was."""

from __future__ import annotations

import uuid
from typing import cast

from ccvc import standard
from ccvc.access.domain import Subject
from ccvc.changes import domain
from ccvc.changes.actions.correcting import correct_past
from ccvc.changes.actions.proposing import propose
from ccvc.changes.actions.recording import refusals_recorded
from ccvc.changes.domain import Kind, Proposal
from ccvc.changes.models import Change
from ccvc.changes.selectors import change as seen_change
from ccvc.changes.selectors import is_declarer
from ccvc.dossiers import selectors as dossiers
from ccvc.standard.problems import Problem


@refusals_recorded("again")
def resubmit(subject: Subject, change_id: uuid.UUID, reason: str, *, confirmed: bool = False) -> Change:
    """Propose a returned or withdrawn change once more against the dossier of now; the new one follows it.

    Problem CHG-UNKNOWN, CHG-NOT-YOURS, CHG-DECISION, CHG-REASON, CHG-STALE where the dossier moved on, those of
    `propose`.
    """
    found = seen_change(subject, change_id)
    if not is_declarer(subject, found):
        raise Problem("CHG-NOT-YOURS")
    domain.refuse_decided([found.pk] if found.decided else [])
    if not reason.strip():
        raise Problem("CHG-REASON")
    named = getattr(found, "correction", None)
    past = domain.unpack(found.differences) if named else []
    proposal = Proposal(
        person_key=found.person_key if found.dossier else None,
        unit_code=found.unit_code,
        document={} if named else _document(found),
        valid_from=found.valid_from,
        reason=reason,
        kind=cast("Kind", found.kind),
        confirmed=confirmed,
        follows=found.pk,
        past=past,
    )
    if named is None:
        return propose(subject, proposal)
    try:
        return correct_past(
            subject, found.person_key, proposal, authority=named.authority, version=named.version
        )
    except Problem as problem:
        _say_stale(found, problem)
        raise


def _document(found: Change) -> dict[str, object]:
    base = dossiers.current_documents([found.person_key]).get(found.person_key)
    try:
        return standard.apply(base[1] if base else None, domain.unpack(found.differences))
    except Problem as problem:
        _say_stale(found, problem)
        raise


def _say_stale(found: Change, problem: Problem) -> None:
    """Problem CHG-STALE in the place of one that says only which value moved."""
    if problem.code == "STD-CONFLICT":
        domain.refuse_stale([domain.Stale(found.pk, found.full_name, problem.where)])
