"""Who may touch which change: reach on the unit, the role its procedure asks for, and whose field it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import SELF, Right, Scope, Subject, policy
from ccvc.changes.domain import STEP_LABELS, Taken, earlier_hand, refuse_same_person
from ccvc.changes.models import Change
from ccvc.changes.procedures import RIGHTS, SYSTEM
from ccvc.dossiers.domain import Acting
from ccvc.dossiers.models import Dossier
from ccvc.dossiers.selectors import fields_at, is_own
from ccvc.organisations.selectors import reach, reached, states
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


@dataclass(frozen=True, slots=True)
class Hand:
    """As what somebody acts on a change: by which of their scopes; None where it is about their own dossier.

    `before`: the steps others took on it, against which the hand was judged free.
    """

    subject: Subject
    scope: Scope | None = None
    before: tuple[Taken, ...] = ()

    @property
    def role(self) -> str:
        """The role, as it is written into the step."""
        return self.scope.role if self.scope else SELF

    @property
    def accounts(self) -> frozenset[int]:
        """Accounts that have a hand in what is done: the subject's, and that of whoever entrusted it to them."""
        giver = self.scope.entrusted.user_id if self.scope and self.scope.entrusted else None
        return frozenset(one for one in (self.subject.user_id, giver) if one is not None)

    def acting(self) -> Acting:
        """Role, capacity and written delegation, as statements name them."""
        if self.scope is None:
            return Acting(role=SELF)
        capacity, entrusted = self.scope.capacity, self.scope.entrusted
        return Acting(
            role=self.role,
            mode=capacity.mode,
            for_title=capacity.for_title,
            title=capacity.title,
            on_behalf=entrusted.username if entrusted else "",
            document=entrusted.document if entrusted else "",
        )


def hand_for(subject: Subject, right: Right) -> Hand:
    """As what the subject uses a right anywhere: their first scope, or as the person whose dossier it is."""
    return Hand(subject, next(iter(subject.scopes(right)), None))


def able(subject: Subject, step: str) -> list[Scope]:
    """Scopes that could serve for a step under some procedure: roles that take part, delegated for this step."""
    right = RIGHTS[step]
    return [
        scope
        for scope in subject.grants
        if scope.role in taking_part() and (scope.entrusted is None or right in scope.entrusted.rights)
    ]


@cache
def taking_part() -> frozenset[str]:
    """Roles that have a step of changes."""
    steps = set(RIGHTS.values())
    return frozenset(name for name, role in policy().roles.items() if role.rights & steps)


class Powers:
    """Where, and in which roles, a subject may take a step today; read once for a whole act."""

    def __init__(self, subject: Subject, step: str) -> None:
        self.subject, self.step = subject, step
        today = timezone.localdate()
        self.scopes = [(scope, reached((scope,), today)) for scope in able(subject, step)]

    def hands(self, change: Change) -> list[Hand]:
        """As what the subject may take the step on this change.

        Problem CHG-UNKNOWN out of reach, CHG-OWN-DOSSIER, CHG-ROLE where the procedure asks for another role.
        """
        if self.subject.person_key is not None and change.person_key == self.subject.person_key:
            raise Problem("CHG-OWN-DOSSIER", step=str(STEP_LABELS[self.step]))
        reaching = [scope for scope, units in self.scopes if _reaches(units, change)]
        if not reaching:
            raise Problem("CHG-UNKNOWN")
        rule = change.terms.rule(self.step)
        roles = {*rule.roles, SYSTEM} if rule else {SYSTEM}
        fitting = [Hand(self.subject, scope) for scope in reaching if scope.role in roles]
        if not fitting:
            raise _wrong_role(change, self.step, rule.roles if rule else ())
        return fitting

    def hand(self, change: Change, taken: Iterable[Taken]) -> Hand:
        """As what the subject takes the step, with no hand in an earlier one. Problem CHG-SAME-PERSON."""
        fitting, before = self.hands(change), tuple(taken)
        free = next((hand for hand in fitting if not earlier_hand(hand.accounts, before)), None)
        if free is None:
            refuse_same_person(self.step, fitting[0].accounts, before)
        return replace(free or fitting[0], before=before)


def _reaches(units: frozenset[int], change: Change) -> bool:
    return change.unit_id in units and (change.dossier is None or change.dossier.unit_id in units)


def _wrong_role(change: Change, step: str, roles: Sequence[str]) -> Problem:
    known = [policy().roles[name] for name in roles]
    named = {
        "roles": ", ".join(role.label() for role in known) or "—",
        "roles_en": ", ".join(role.label("en") for role in known) or "—",
    }
    return Problem("CHG-ROLE", procedure=change.procedure_name, step=str(STEP_LABELS[step]), **named)
