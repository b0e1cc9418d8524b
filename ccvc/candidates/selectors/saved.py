"""Definitions kept under a name: one's own, and those shared with one."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from ccvc.access.domain import Subject
from ccvc.candidates import sources
from ccvc.candidates.domain import Definition
from ccvc.candidates.models import Saved
from ccvc.candidates.selectors.results import search
from ccvc.standard.problems import Problem


def _shown(subject: Subject) -> QuerySet[Saved]:
    sources.seeker(subject)
    whose = Q(owner_id=subject.user_id) | Q(shares__account_id=subject.user_id)
    return Saved.objects.filter(whose, removed_at=None).distinct().select_related("owner")


def saved_of(subject: Subject) -> QuerySet[Saved]:
    """One's own, newest first; Problem ACC-DENIED."""
    return _shown(subject).filter(owner_id=subject.user_id).order_by("-saved_at")


def shared(subject: Subject) -> QuerySet[Saved]:
    """Those others share with one."""
    return _shown(subject).exclude(owner_id=subject.user_id).order_by("-saved_at")


def saved(subject: Subject, saved_id: UUID) -> Saved:
    """One of either; Problem CAN-UNKNOWN."""
    row = _shown(subject).filter(pk=saved_id).first()
    if row is None:
        raise Problem("CAN-UNKNOWN")
    return row


def definition(subject: Subject, saved_id: UUID | None, search_id: UUID | None) -> Definition:
    """What a form begins with: a saved definition, that of an earlier search, or nothing."""
    if saved_id:
        return saved(subject, saved_id).asked
    return search(subject, search_id).asked if search_id else Definition()
