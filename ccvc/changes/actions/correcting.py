"""Correcting an approved entry: a change that names the version it corrects and by whose authority."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db import transaction

from ccvc import standard
from ccvc.access.domain import Right, Subject
from ccvc.changes import domain
from ccvc.changes.actions.proposing import propose
from ccvc.changes.actions.recording import refusals_recorded
from ccvc.changes.domain import Proposal
from ccvc.changes.models import Change, Correction
from ccvc.dossiers import domain as dossier_domain
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers import spans
from ccvc.dossiers.heads import known_spans
from ccvc.dossiers.models import Dossier, Version
from ccvc.evidence.actions import Received
from ccvc.evidence.domain import Details
from ccvc.standard.problems import Problem


@refusals_recorded("correct")
@transaction.atomic
def correct(
    subject: Subject,
    key: UUID,
    proposal: Proposal,
    *,
    authority: str,
    version: int | None = None,
    papers: Sequence[tuple[Received, Details]] = (),
) -> Change:
    """Propose to correct what a version said: valid from the day it said it of, whatever day the proposal names.

    `authority` is the decision that orders it, or the person authorised. Without `version` it is the one that gave
    the values touched. The version stays as it was approved, and is marked. Problem DOS-UNKNOWN,
    CHG-CORRECT-AUTHORITY, CHG-CORRECT-NOTHING, CHG-CORRECT-SEVERAL, CHG-CORRECT-REPLACED, those of `propose`.
    """
    found = dossiers.dossier(subject, key, right=Right.CHANGE_PROPOSE)
    if not authority.strip():
        raise Problem("CHG-CORRECT-AUTHORITY", where="authority")
    Dossier.objects.select_for_update().get(pk=found.pk)
    given = _given_by(found, proposal)
    number = domain.corrected(given, version)
    day = Version.objects.get(dossier=found, number=number).valid_from
    change = propose(subject, replace(proposal, person_key=key, kind="correct", valid_from=day), papers)
    Correction(change=change, version=number, authority=authority.strip()).save(force_insert=True)
    return change


@transaction.atomic
def correct_past(
    subject: Subject,
    key: UUID,
    proposal: Proposal,
    *,
    authority: str,
    version: int,
    papers: Sequence[tuple[Received, Details]] = (),
) -> Change:
    """Propose to correct what a version said of its day, as `proposal.past` names it.

    Where later versions replaced it, it is corrected until the day they did, and what holds since stays; where it
    still holds, this is `correct`. Problem DOS-UNKNOWN, DOS-NO-VERSION, CHG-CORRECT-AUTHORITY, CHG-CORRECT-NOTHING,
    CHG-CORRECT-REPLACED, CHG-CORRECT-ENDS, CHG-CORRECT-INSIDE, those of `propose`.
    """
    found = dossiers.dossier(subject, key, right=Right.CHANGE_PROPOSE)
    if not authority.strip():
        raise Problem("CHG-CORRECT-AUTHORITY", where="authority")
    Dossier.objects.select_for_update().get(pk=found.pk)
    row = Version.objects.filter(dossier=found, number=version).first()
    if row is None:
        raise Problem("DOS-NO-VERSION", number=version)
    _refuse_given_by_another(found, row, proposal.past)
    until = domain.ending(spans.lasting(known_spans(found), row.valid_from, proposal.past))
    current = dossiers.current_documents([key])[key][1]
    if until is None:
        whole = replace(proposal, document=standard.apply(current, proposal.past), past=())
        return correct(subject, key, whole, authority=authority, papers=papers)
    domain.refuse_inside(difference.path for difference in proposal.past)
    bound = replace(proposal, person_key=key, kind="correct", valid_from=row.valid_from, document=current)
    change = propose(subject, bound, papers)
    Correction(change=change, version=version, authority=authority.strip(), until=until).save(
        force_insert=True
    )
    return change


def _refuse_given_by_another(found: Dossier, named: Version, past: Sequence[standard.Difference]) -> None:
    """Problem CHG-CORRECT-NOTHING, CHG-CORRECT-REPLACED unless the version gave the values held on its day."""
    if not past:
        raise Problem("CHG-NOTHING")
    waiting = [difference.path for difference in past]
    for number, paths in _told_of(found, named.valid_from):
        touched = domain.overlapping(waiting, paths)
        if touched and number != named.number:
            raise Problem("CHG-CORRECT-REPLACED", version=named.number, by=number)
        waiting = [path for path in waiting if path not in touched]
    if len(waiting) == len(past):
        raise Problem("CHG-CORRECT-NOTHING")


def _told_of(found: Dossier, day: date) -> Iterator[tuple[int, list[str]]]:
    """Versions that tell of a day, newest first, with the paths of what each says of it."""
    rows = list(Version.objects.filter(dossier=found).order_by("number"))
    documents = [None, *(dossier_domain.parse(row.document) for row in rows)]
    for row, before, after in reversed(list(zip(rows, documents, documents[1:], strict=False))):
        made = dossier_domain.amendment(row.statement)
        if row.valid_from <= day and (made is None or day < made.until):
            changed = made.differences if made else standard.diff(before, after or {})
            yield row.number, [difference.path for difference in changed]


def moved_value(change: Change, named: Correction) -> str | None:
    """The path of a value a correction of the past starts from, and that another correction has changed since."""
    if change.dossier is None:
        return None
    past = domain.unpack(change.differences)
    try:
        ends = spans.lasting(known_spans(change.dossier), change.valid_from, past)
    except Problem as problem:
        if problem.code != "STD-CONFLICT":
            raise
        return problem.where
    return next((path for path, until in ends.items() if until != named.until), None)


def _given_by(found: Dossier, proposal: Proposal) -> dict[str, int]:
    """The version that last changed each value the proposal changes; 0 for one no version ever gave."""
    versions = Version.objects.filter(dossier=found).order_by("-number")
    rows = versions.values_list("number", "document").iterator(chunk_size=20)
    number, text = next(rows)
    after = dossier_domain.parse(text)
    wanted = [d.path for d in standard.diff(after, proposal.document) if not d.path.endswith("[]")]
    given = dict.fromkeys(wanted, 0)
    for earlier, older in rows:
        before = dossier_domain.parse(older)
        _fill(given, standard.diff(before, after), number)
        number, after = earlier, before
        if all(given.values()):
            return given
    _fill(given, standard.diff(None, after), number)
    return given


def _fill(given: dict[str, int], changed: Sequence[standard.Difference], number: int) -> None:
    """Enter the version for values it changed that no later one did."""
    waiting = [path for path, by in given.items() if not by]
    for path in domain.overlapping(waiting, [difference.path for difference in changed]):
        given[path] = number
