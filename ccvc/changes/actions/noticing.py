"""Marking notices as read."""

from __future__ import annotations

from django.utils import timezone

from ccvc.access.domain import Subject
from ccvc.changes.models import Notice


def read_all(subject: Subject) -> int:
    """Mark all that an account was told as read; how many."""
    unread = Notice.objects.filter(user_id=subject.user_id or 0, read_at=None)
    return unread.update(read_at=timezone.now())
