"""Correcting an approved entry: a change that names the version it corrects and by whose authority."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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
