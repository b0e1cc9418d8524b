"""Subjects and what they may do. Pure but for the tree of units asked through `ccvc.access.reach`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from uuid import UUID

from django.utils import timezone

from ccvc.access import reach
from ccvc.access.capacity import NO_CAPACITY, Capacity
from ccvc.access.policy import Policy, Right, Role, policy
from ccvc.access.reach import EVERYWHERE
from ccvc.standard.fields import Field
from ccvc.standard.problems import Problem

__all__ = [
    "EVERYWHERE",
    "SELF",
    "Entrusted",
    "Policy",
    "Right",
    "Role",
    "Scope",
    "Subject",
    "anonymous",
    "denied",
    "policy",
    "readable",
    "require",
    "signs",
    "visible_fields",
]

SIGNING = frozenset(
    {
        Right.CHANGE_CHECK,
        Right.CHANGE_VERIFY,
        Right.CHANGE_APPROVE,
        Right.DOCUMENT_SIGN,
        Right.DECISION_SIGN,
        Right.CLOSING_SIGN,
    }
)
"""Rights whose use is written down with the capacity in which it was used."""
SELF = "person"
SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Entrusted:
    """What makes a scope another's: the delegation, whose right it is, which rights, by which document."""

    delegation: int
    user_id: int
    username: str
    full_name: str
    rights: frozenset[Right]
    document: str


@dataclass(frozen=True, slots=True)
class Scope:
    """A role on a unit and all below it.

    `since` is the day the grant began: its code is read as of that day, for codes are reused (NĐ 27/2026;
    QĐ 20/2020/QĐ-TTg). None reads the code as of the day the subject acts. `capacity` says how its holder signs;
    `entrusted` is None where the role is the subject's own.
    """

    role: str
    unit_code: str
    since: date | None = None
    capacity: Capacity = NO_CAPACITY
    entrusted: Entrusted | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """Who acts: an account with its grants of the day, a job of the node, or nobody."""

    user_id: int | None
    username: str
    full_name: str
    person_key: UUID | None
    grants: tuple[Scope, ...]
    on: date
    request_id: str = ""
    purpose: str = ""

    @classmethod
    def system(cls, name: str, *, on: date | None = None) -> Subject:
        """A job or command of the node itself; it may do everything and is named in every record."""
        grants = (Scope(SYSTEM, EVERYWHERE),)
        return cls(None, f"system:{name}", f"Hệ thống ({name})", None, grants, on or timezone.localdate())

    @classmethod
    def anonymous(cls) -> Subject:
        """Nobody signed in; may do nothing."""
        return cls(None, "", "", None, (), timezone.localdate())

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody is signed in."""
        return not self.username

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles held today, each once, in the order of the policy."""
        held = {scope.role for scope in self.grants} | ({SELF} if self.person_key else set())
        return tuple(role for name, role in policy().roles.items() if name in held)

    def scopes(self, right: Right) -> tuple[Scope, ...]:
        """The grants that give this right over a unit."""
        return tuple(scope for scope in self.grants if _gives(scope, right))

    def roots(self, right: Right) -> frozenset[str]:
        """Codes of the units over which the subject has this right, as granted."""
        return frozenset(scope.unit_code for scope in self.scopes(right))

    def may(self, right: Right) -> bool:
        """Whether the subject has this right over any unit. A right over one's own dossier does not count."""
        return bool(self.scopes(right))

    def may_own(self, right: Right) -> bool:
        """Whether the subject has this right over their own dossier."""
        return self.person_key is not None and right in policy().roles[SELF].rights

    def with_purpose(self, purpose: str) -> Subject:
        """The same subject, saying what for."""
        return replace(self, purpose=purpose)


anonymous = Subject.anonymous


def require(
    subject: Subject, right: Right, unit_code: str | None = None, *, person_key: UUID | None = None
) -> None:
    """Raise Problem ACC-DENIED unless the subject has the right over this unit, or over any if none is named.

    With `person_key`, the person whose dossier it is also passes for what people may do to their own.
    """
    if person_key is not None and person_key == subject.person_key and subject.may_own(right):
        return
    scopes = subject.scopes(right)
    if scopes and (unit_code is None or reach.covers(scopes, unit_code, subject.on)):
        return
    raise denied(right, unit_code or "")


def denied(right: Right, where: str = "") -> Problem:
    """Problem ACC-DENIED, naming the right that is missing."""
    words = policy().labels[right]
    return Problem("ACC-DENIED", where=where, right=words["vi"], right_en=words["en"])


def readable(subject: Subject, *, own: bool, unit_code: str | None = None) -> frozenset[str]:
    """Sensitivities the subject may read: of their own dossier, of one in the unit named, or of any.

    Where no unit is named, only what every reading role of the subject may read: a role on one unit must
    not open a dossier of another.
    """
    if own:
        return policy().roles[SELF].reads if subject.person_key else frozenset()
    scopes = [scope for scope in subject.grants if (role := _unit_role(scope)) and role.reads]
    if unit_code is None:
        reads = [policy().roles[scope.role].reads for scope in scopes]
        return reduce(frozenset.intersection, reads) if reads else frozenset()
    held = [scope for scope in scopes if reach.covers([scope], unit_code, subject.on)]
    return frozenset().union(*(policy().roles[scope.role].reads for scope in held))


def visible_fields(
    subject: Subject,
    own: bool,  # noqa: FBT001 - a question every caller must answer
    *,
    unit_code: str | None = None,
) -> Callable[[Field], bool]:
    """Which fields of a dossier the subject may read, decided by the sensitivity the standard gives each."""
    sensitivities = readable(subject, own=own, unit_code=unit_code)
    return lambda field: field.sensitivity in sensitivities


def signs(role: str) -> bool:
    """Whether a role's holder signs, or stands by name for a step."""
    known = policy().role(role)
    return known is not None and bool(known.rights & SIGNING)


def _unit_role(scope: Scope) -> Role | None:
    role = policy().role(scope.role)
    return role if role is not None and role.scope == "unit" else None


def _gives(scope: Scope, right: Right) -> bool:
    role = _unit_role(scope)
    within = scope.entrusted is None or right in scope.entrusted.rights
    return role is not None and right in role.rights and within
