"""What those see who watch over the work: procedures, work that is late, notices, refusals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.accounts.models import User
from ccvc.changes.models import PENDING, Change, Notice, Procedure, Refusal, State, Step
from ccvc.changes.procedures import RIGHTS
from ccvc.changes.scope import able
from ccvc.changes.selectors.seeing import SEEING, steps_open_to, within
from ccvc.organisations.selectors import above, reached
from ccvc.rules import time_limits

LATELY = timedelta(days=60)
"""For how long a person who declared nothing yet is called late."""
MOST_UNDECLARED = 200
MOST_CONFLICTS = 5


def procedures(subject: Subject) -> list[Procedure]:
    """Procedures that hold where the subject sets them or takes part in changes, ended ones last: a regulation is read
    by those it binds. Raises ACC-DENIED.
    """
    today, rights = timezone.localdate(), (*SEEING, Right.PROCEDURE_EDIT)
    scopes = tuple({scope for right in rights for scope in subject.scopes(right)})
    if not scopes:
        require(subject, Right.PROCEDURE_EDIT)
    units = reached(scopes, today) | above(scopes, today)
    return sorted(
        Procedure.objects.filter(unit_id__in=units),
        key=lambda row: (bool(row.valid_to and row.valid_to < today), row.unit_code, -row.number),
    )


def late(subject: Subject) -> QuerySet[Change]:
    """Pending changes late by their procedure or by law, within reach of a step of the subject, the latest first.

    Raises ACC-DENIED for who takes part in no step.
    """
    if not steps_open_to(subject):
        require(subject, Right.CHANGE_CHECK)
    today, now = timezone.localdate(), timezone.now()
    units = frozenset().union(*(reached(tuple(able(subject, step)), today) for step in RIGHTS))
    past = Q(due_at__lte=now) | Q(due_by_law__lte=now)
    found = Change.objects.filter(within(units), past, state__in=PENDING)
    return found.select_related("dossier", "procedure").order_by(F("due_at").asc(nulls_last=True), "pk")


def notices(subject: Subject) -> QuerySet[Notice]:
    """What an account was told, newest first."""
    return Notice.objects.filter(user_id=subject.user_id or 0).order_by("-at", "-pk")


def refusals(subject: Subject) -> QuerySet[Refusal]:
    """Refused acts on changes in units where the subject sees the ledger, newest first. Raises ACC-DENIED."""
    require(subject, Right.LEDGER_SEE)
    units = reached(subject.scopes(Right.LEDGER_SEE), timezone.localdate())
    return Refusal.objects.filter(unit_id__in=units).order_by("-last_at", "-pk")


def conflicts(found: Change) -> list[Refusal]:
    """Proposals refused because they touch what this pending change touches, newest first."""
    return list(found.refusals.filter(code="CHG-CONFLICT").order_by("-last_at")[:MOST_CONFLICTS])


@dataclass(frozen=True, slots=True)
class Undeclared:
    """A new dossier whose person has not made their first declaration, and by when they should have."""

    person_key: UUID
    full_name: str
    since: datetime
    due_at: datetime


def undeclared(subject: Subject) -> list[Undeclared]:
    """Dossiers within reach, opened lately, whose person has an account and neither declared nor confirmed in time."""
    now = timezone.now()
    units = reached(tuple(able(subject, "check")), timezone.localdate())
    opened = Change.objects.filter(within(units), kind="create", state=State.APPROVED)
    lately = (
        opened.filter(version__known_at__gte=now - LATELY)
        .select_related("version")
        .order_by("created_at", "pk")
    )
    owner = User.objects.filter(person_key=OuterRef("person_key"), is_active=True)
    acted = Step.objects.filter(step__in=("declare", "confirm"), change__person_key=OuterRef("person_key"))
    acted = acted.filter(
        Exists(User.objects.filter(pk=OuterRef("user_id"), person_key=OuterRef("change__person_key")))
    )
    found = []
    for change in lately.filter(Exists(owner), ~Exists(acted))[:MOST_UNDECLARED]:
        since = change.version.known_at if change.version else change.created_at
        due = time_limits.due("first_declaration", since)
        if due is not None and due <= now:
            found.append(Undeclared(change.person_key, change.full_name, since, due))
    return found
