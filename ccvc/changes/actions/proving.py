"""Papers of a change: attached and taken back until somebody has checked it."""

from __future__ import annotations

import uuid

from django.db import transaction

from ccvc.access.domain import Right, Subject
from ccvc.changes import domain
from ccvc.changes.actions.recording import refusals_recorded
from ccvc.changes.models import Change
from ccvc.changes.scope import bounds
from ccvc.changes.selectors import is_declarer, known
from ccvc.evidence import actions as evidence
from ccvc.evidence.actions import Received
from ccvc.evidence.domain import Details
from ccvc.evidence.models import Attachment
from ccvc.standard.problems import Problem


@refusals_recorded("prove")
@transaction.atomic
def prove(subject: Subject, change_id: uuid.UUID, received: Received, details: Details) -> Attachment:
    """Attach a received file to a change nobody has checked yet.

    Problem CHG-UNKNOWN, DOS-UNKNOWN, CHG-NOT-YOUR-PAPERS, CHG-STATE, EVI-PATH where the change does not touch the
    entry, and those of `attach_to_change`.
    """
    change = _open(subject, change_id)
    touched = [difference.path for difference in domain.unpack(change.differences)]
    if details.path not in domain.provable(change.kind, touched):
        raise Problem("EVI-PATH", where=details.path[:200])
    return evidence.attach_to_change(subject, change.pk, change.person_key, received, details)


@refusals_recorded("unprove")
@transaction.atomic
def unprove(subject: Subject, change_id: uuid.UUID, paper_id: uuid.UUID) -> Attachment:
    """Take a paper back from a change nobody has checked yet. Problem as for `prove`, EVI-UNKNOWN."""
    change = _open(subject, change_id)
    return evidence.take_back_from_change(subject, change.pk, paper_id)


def _open(subject: Subject, change_id: uuid.UUID) -> Change:
    """The change, locked, if it is the subject's and still awaits its check: papers are part of what is declared.

    Else whoever checks could bring the papers they check against.
    """
    known(subject, [change_id])
    change = (
        Change.objects.select_for_update(of=("self",))
        .select_related("dossier", "procedure")
        .get(pk=change_id)
    )
    limits = bounds(subject, Right.CHANGE_PROPOSE, [change.unit_code])
    limits.refuse_outside(change.dossier, change.unit_code)
    if not is_declarer(subject, change):
        raise Problem("CHG-NOT-YOUR-PAPERS")
    domain.refuse_wrong_state(change.terms.after(None), change.state, change.get_state_display())
    return change
