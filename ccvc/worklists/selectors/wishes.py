"""How an account wants to be told."""

from __future__ import annotations

from ccvc.access.domain import Subject
from ccvc.worklists.models import Wish


def wish_of(subject: Subject) -> Wish:
    """The account's wish; an empty one where it said nothing yet."""
    return Wish.objects.filter(user_id=subject.user_id or 0).first() or Wish(user_id=subject.user_id or 0)
