"""Reads of grants and of the access log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from ccvc.access import reach
from ccvc.access.domain import Entrusted, Right, Scope, Subject, denied, policy, readable
from ccvc.access.models import AccessLog, Delegation, Grant
from ccvc.access.wording import role_name
from ccvc.accounts.models import User
from ccvc.standard.problems import Problem

PAGE = 50
LATELY = timedelta(days=30)
"""For how long somebody is told of a delegation that has ended."""
NOWHERE = ""
TOLD = (AccessLog.Act.VIEW, AccessLog.Act.EXPORT)
"""Acts whose detail speaks of this person alone; that of a list or a search may name others."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at one person, as it is told to them."""

    id: int
    at: datetime
    who: str
    role: str
    units: str
    act: str
    purpose: str
    detail: str
    own: bool


READING = frozenset({Right.DOSSIER_READ, Right.DOSSIER_READ_SENSITIVE})
"""What a delegate needs beside the steps handed to them: to read what they decide on."""


def standing(on: date, prefix: str = "") -> Q:
    """Grants in force on a day and not withdrawn; `prefix` leads to the grant from another table."""
    begun = Q(**{f"{prefix}valid_from__lte": on, f"{prefix}withdrawn_at__isnull": True})
    return begun & (Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": on}))


def subject_of(user: User, *, request_id: str = "", purpose: str = "", on: date | None = None) -> Subject:
    """The account as a subject, with its grants of the day and what is delegated to it; two queries."""
    day = on or timezone.localdate()
    rows = Grant.objects.filter(standing(day), user_id=user.pk).order_by("valid_from", "pk")
    own = tuple(Scope(row.role, row.unit_code, row.valid_from, row.capacity) for row in rows)
    grants = (*own, *(_entrusted(row) for row in delegated_to(user, day)))
    return Subject(
        user_id=user.pk,
        username=user.username,
        full_name=user.full_name,
        person_key=user.person_key,
        grants=grants if user.is_active else (),
        on=day,
        request_id=request_id,
        purpose=purpose,
    )


def delegated_to(user: User, on: date) -> QuerySet[Delegation]:
    """Delegations to an account in force on a day: none whose giver's own right is gone, or whose giver is."""
    given = standing(on, "grant__") & Q(grant__user__is_active=True)
    rows = Delegation.objects.filter(given, running(on), delegate_id=user.pk)
    return rows.select_related("grant__user").order_by("valid_from", "pk")


def running(on: date) -> Q:
    """Delegations not ended, on one of their days."""
    return Q(valid_from__lte=on, valid_to__gte=on, ended_at__isnull=True)


def _entrusted(row: Delegation) -> Scope:
    giver = row.grant.user
    rights = frozenset(Right(name) for name in row.rights) | READING
    whose = Entrusted(row.pk, giver.pk, giver.username, giver.full_name, rights, str(row))
    return Scope(row.grant.role, row.unit_code, row.valid_from, row.capacity, whose)


def delegations(subject: Subject) -> list[Delegation]:
    """Delegations the subject gave or received, or on units where they give rights or inspect; newest first."""
    rows = Delegation.objects.select_related("grant__user", "delegate").order_by("-valid_from", "-pk")
    scopes = (*subject.scopes(Right.GRANTS_EDIT), *subject.scopes(Right.INSPECTION_TRACE))
    units = {row.grant.unit_code for row in rows}
    within = {unit for unit in units if scopes and reach.covers(scopes, unit, subject.on)}
    return [row for row in rows if is_party(subject, row) or row.grant.unit_code in within]


def delegation(subject: Subject, delegation_id: int) -> Delegation:
    """One of those delegations; else Problem ACC-DELEGATION-UNKNOWN."""
    found = next((row for row in delegations(subject) if row.pk == delegation_id), None)
    if found is None:
        raise Problem("ACC-DELEGATION-UNKNOWN")
    return found


def received(subject: Subject) -> list[tuple[Delegation, str]]:
    """What was entrusted to the subject and runs, will run or ended lately, each with how it stands; newest first."""
    since = subject.on - LATELY
    rows = Delegation.objects.filter(delegate_id=subject.user_id or 0, valid_to__gte=since)
    return [
        (row, standing_of(row, subject.on))
        for row in rows.select_related("grant__user").order_by("-valid_to", "-pk")
    ]


def standing_of(row: Delegation, on: date) -> str:
    """How a delegation stands on a day, as pages call it."""
    if row.ended_at is not None:
        return "closed"
    if row.valid_from > on:
        return "future"
    return "effective" if row.valid_to >= on else "expired"


def is_party(subject: Subject, row: Delegation) -> bool:
    """Whether the subject gave or received a delegation."""
    return subject.user_id is not None and subject.user_id in {row.grant.user_id, row.delegate_id}


def may_end(subject: Subject, row: Delegation) -> bool:
    """Whether it is theirs to end: its giver, its receiver, and who gives rights on that unit."""
    scopes = subject.scopes(Right.GRANTS_EDIT)
    return is_party(subject, row) or reach.covers(scopes, row.grant.unit_code, subject.on)


def lendable(subject: Subject) -> list[Grant]:
    """Grants whose steps of changes the subject may hand on: their own, and those where they give rights."""
    steps = {Right.CHANGE_CHECK, Right.CHANGE_VERIFY, Right.CHANGE_APPROVE}
    roles = [name for name, role in policy().roles.items() if role.rights & steps]
    rows = list(
        Grant.objects.filter(standing(subject.on), role__in=roles).select_related("user").order_by("pk")
    )
    scopes = subject.scopes(Right.GRANTS_EDIT)
    if not scopes:
        return [row for row in rows if subject.user_id is not None and row.user_id == subject.user_id]
    within = {unit for unit in {row.unit_code for row in rows} if reach.covers(scopes, unit, subject.on)}
    return [row for row in rows if row.unit_code in within or row.user_id == subject.user_id]


def own_grants(subject: Subject) -> QuerySet[Grant]:
    """The subject's grants in force, with the decision each rests on."""
    return Grant.objects.filter(standing(subject.on), user_id=subject.user_id or 0).order_by(
        "valid_from", "pk"
    )


def grants(subject: Subject) -> list[Grant]:
    """Grants in force on units where the subject may give and withdraw rights, by account."""
    scopes = subject.scopes(Right.GRANTS_EDIT)
    rows = Grant.objects.filter(standing(subject.on)).select_related("user").order_by("user__username", "pk")
    units = {row.unit_code for row in rows}
    within = {unit for unit in units if reach.covers(scopes, unit, subject.on)}
    return [row for row in rows if row.unit_code in within]


def grant(subject: Subject, grant_id: int) -> Grant:
    """A grant in force where the subject gives rights; else Problem ACC-GRANT-UNKNOWN."""
    row = Grant.objects.filter(standing(subject.on), pk=grant_id).select_related("user").first()
    if row is None or not reach.covers(subject.scopes(Right.GRANTS_EDIT), row.unit_code, subject.on):
        raise Problem("ACC-GRANT-UNKNOWN")
    return row


def grant_of(user: User, role: str, unit_code: str) -> Grant:
    """The grant in force of an account by its role and unit; else Problem ACC-GRANT-UNKNOWN."""
    rows = Grant.objects.filter(standing(timezone.localdate()), user=user, role=role, unit_code=unit_code)
    if (found := rows.order_by("pk").first()) is None:
        raise Problem("ACC-GRANT-UNKNOWN")
    return found


def looks_at(
    subject: Subject,
    person_key: UUID,
    *,
    own_looks: bool = False,
    before: int | None = None,
    limit: int = PAGE,
) -> list[Look]:
    """Who looked at a person, newest first, for the person themself or an inspector whose reach holds them.

    `own_looks` adds the person's looks at their own dossier; `before` is the id after which to go on.
    Raises ACC-DENIED, alike for a person out of reach and one who does not exist.
    """
    if person_key != subject.person_key:
        _require_reach(subject, person_key)
    rows = AccessLog.objects.filter(person_keys__contains=[person_key]).order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    if not own_looks and (owner := User.objects.filter(person_key=person_key).first()):
        rows = rows.exclude(actor_id=owner.pk, actor_role="person")
    return [_look(row, subject) for row in rows[:limit]]


def _require_reach(subject: Subject, person_key: UUID) -> None:
    """Tracing looks needs the log, and the right to read the person looked at: not an administrator's."""
    scopes = subject.scopes(Right.LEDGER_SEE)
    units = reach.units_of(person_key, subject.on) or {NOWHERE}
    if not any(
        reach.covers(scopes, unit, subject.on) and readable(subject, own=False, unit_code=unit)
        for unit in units
    ):
        raise denied(Right.LEDGER_SEE)


def _look(row: AccessLog, subject: Subject) -> Look:
    return Look(
        id=row.pk,
        at=row.at,
        who=row.actor_name,
        role=", ".join(role_name(name) for name in row.actor_role.split(", ")),
        units=row.actor_units,
        act=str(AccessLog.Act(row.act).label),
        purpose=row.purpose,
        detail=row.detail if row.act in TOLD else "",
        own=row.actor_id is not None and row.actor_id == subject.user_id,
    )
