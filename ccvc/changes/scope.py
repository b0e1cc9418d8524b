"""Who may touch which change: reach on the unit, and whose field it is."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import SELF, Right, Subject
from ccvc.dossiers.models import Dossier
from ccvc.dossiers.selectors import fields_at, is_own
from ccvc.organisations.selectors import reach, unit_by_code
from ccvc.standard.problems import Problem


def unit_id_of(code: str) -> int:
    """Id of the unit that bears this code today; Problem CHG-UNIT where none does."""
    state = unit_by_code(code, timezone.localdate())
    if state is None:
        raise Problem("CHG-UNIT", where=code, unit=code)
    return state.unit_id


def refuse_out_of_reach(
    subject: Subject, dossier: Dossier | None, unit_code: str, *, right: Right = Right.CHANGE_PROPOSE
) -> None:
    """Problem DOS-UNKNOWN unless it is the subject's own dossier, or both its unit and the new one are within reach."""
    if right is Right.CHANGE_PROPOSE and dossier is not None and is_own(subject, dossier):
        return
    within = reach(subject, right, timezone.localdate())
    if unit_id_of(unit_code) not in within or (dossier is not None and dossier.unit_id not in within):
        raise Problem("DOS-UNKNOWN")


def refuse_foreign_fields(
    subject: Subject, dossier: Dossier | None, differences: Sequence[standard.Difference]
) -> None:
    """Problem CHG-AGENCY-FIELD where a person changes a field of their own file that only the agency declares."""
    if dossier is None or not is_own(subject, dossier) or subject.may(Right.CHANGE_PROPOSE):
        return
    for difference in differences:
        for field in fields_at(difference.path):
            if "person" not in field.declared_by:
                raise Problem("CHG-AGENCY-FIELD", where=field.path, field=field.label_vi)


def role_for(subject: Subject, right: Right) -> str:
    """The role under which the subject uses a right, as it is written into the step."""
    scopes = subject.scopes(right)
    return scopes[0].role if scopes else SELF
