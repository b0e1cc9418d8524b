"""Who may touch which change: reach on the unit, and whose field it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import SELF, Right, Subject
from ccvc.dossiers.models import Dossier
from ccvc.dossiers.selectors import fields_at, is_own
from ccvc.organisations.selectors import reach, states
from ccvc.standard.problems import Problem


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where a subject may use a right today, and the ids of the units an act names; read once for the whole act."""

    subject: Subject
    right: Right
    within: frozenset[int]
    unit_ids: Mapping[str, int]

    def unit_id(self, code: str) -> int:
        """Id of the unit that bears this code today; Problem CHG-UNIT where none does."""
        try:
            return self.unit_ids[code]
        except KeyError:
            raise Problem("CHG-UNIT", where=code, unit=code) from None

    def refuse_outside(self, dossier: Dossier | None, unit_code: str) -> None:
        """Problem DOS-UNKNOWN unless it is the subject's own dossier, or its unit and the new one are within reach."""
        if self.right is Right.CHANGE_PROPOSE and dossier is not None and is_own(self.subject, dossier):
            return
        unit_id = self.unit_id(unit_code)
        if unit_id not in self.within or (dossier is not None and dossier.unit_id not in self.within):
            raise Problem("DOS-UNKNOWN")


def bounds(subject: Subject, right: Right, unit_codes: Iterable[str]) -> Bounds:
    """The bounds of an act that names these units."""
    today = timezone.localdate()
    rows = states(today).filter(code__in=set(unit_codes)).values_list("code", "unit_id")
    return Bounds(subject, right, reach(subject, right, today), dict(rows))


def refuse_foreign_fields(
    subject: Subject, dossier: Dossier | None, differences: Sequence[standard.Difference]
) -> None:
    """Problem CHG-AGENCY-FIELD where a person changes a field of their own file that only the agency declares.

    A right to propose elsewhere does not make them the agency of their own file.
    """
    if dossier is None or not is_own(subject, dossier):
        return
    if dossier.unit_id in reach(subject, Right.CHANGE_PROPOSE, timezone.localdate()):
        return
    for difference in differences:
        for field in _touched(difference):
            if "person" not in field.declared_by:
                named = {"field": field.label_vi, "field_en": field.label_en}
                raise Problem("CHG-AGENCY-FIELD", where=field.path, **named)


def _touched(difference: standard.Difference) -> list[standard.Field]:
    """The fields a difference changes; of a whole row those it gives or takes away."""
    fields = fields_at(difference.path)
    rows = [side for side in (difference.old, difference.new) if isinstance(side, dict)]
    if not difference.path.endswith("]") or not rows:
        return list(fields)
    return [field for field in fields if any(field.name in row for row in rows)]


def role_for(subject: Subject, right: Right) -> str:
    """The role under which the subject uses a right, as it is written into the step."""
    scopes = subject.scopes(right)
    return scopes[0].role if scopes else SELF
