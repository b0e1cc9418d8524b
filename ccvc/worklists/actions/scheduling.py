"""What a private calendar tells: each event with how often it changed, and those cancelled that come no more.

A program that subscribes keeps what it once read; without a word an event of somebody no longer due would stay there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ccvc.worklists.ics import Event
from ccvc.worklists.models import Told, Wish
from ccvc.worklists.selectors.calendars import BACK

BEGUN = date(2026, 1, 1)
"""Sequences are at least the days since then, so that whatever is told later counts as the later one anywhere."""
KEPT = timedelta(days=60)
"""For how long a cancelled event is told."""
CHANGING = ["day", "summary", "digest", "sequence", "at", "cancelled"]


def sequence_of(moment: datetime) -> int:
    """The least sequence of what is told at a moment."""
    return (timezone.localdate(moment) - BEGUN).days


@transaction.atomic
def tell_calendar(user_id: int, events: Iterable[Event], at: datetime) -> list[Event]:
    """The events an account's calendar tells now, those gone since it was last read among them. Lock: its wish."""
    Wish.objects.select_for_update().get(user_id=user_id)
    _forget(user_id, at)
    known = {row.uid: row for row in Told.objects.filter(user_id=user_id)}
    told = [(event, _told(user_id, event, known.pop(event.uid, None), at)) for event in events]
    gone = [_cancelled(row, at) for row in known.values()]
    Told.objects.bulk_update([row for row in gone if row.at == at], CHANGING)
    Told.objects.bulk_create(
        [row for _event, row in told if row.at == at],
        update_conflicts=True,
        unique_fields=["user", "uid"],
        update_fields=CHANGING,
    )
    standing = [replace(event, sequence=row.sequence, since=row.at) for event, row in told]
    return standing + [
        Event(row.uid, row.day, row.summary, "", "", row.sequence, row.at, cancelled=True) for row in gone
    ]


def _forget(user_id: int, at: datetime) -> None:
    """What was cancelled long ago is told no more; what lies too far back left the calendar without a word."""
    past = Q(day__lt=timezone.localdate(at) - BACK) | Q(cancelled=True, at__lte=at - KEPT)
    Told.objects.filter(past, user_id=user_id).delete()


def _told(user_id: int, event: Event, before: Told | None, at: datetime) -> Told:
    words = f"{event.day}\n{event.summary}\n{event.text}\n{event.url}"
    digest = hashlib.sha256(words.encode()).hexdigest()
    if before is not None and before.digest == digest and not before.cancelled:
        return before
    sequence = max(sequence_of(at), before.sequence + 1 if before else 0)
    kept = {"uid": event.uid, "day": event.day, "summary": event.summary[:300], "digest": digest}
    return Told(user_id=user_id, sequence=sequence, at=at, cancelled=False, **kept)


def _cancelled(row: Told, at: datetime) -> Told:
    if not row.cancelled:
        row.sequence = max(sequence_of(at), row.sequence + 1)
        row.at, row.cancelled = at, True
    return row
