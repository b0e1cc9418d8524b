"""How everyone stood, as known on T and valid on V: the same lists and searches, asked of another moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from ccvc.access.domain import Right, Subject
from ccvc.dossiers.models import Standing, Told
from ccvc.dossiers.selectors.finding import narrowed
from ccvc.organisations.selectors import reach, subtree

T = TypeVar("T", bound=Told)
_SETTLED = """
SELECT least(clock_timestamp(), min(xact_start)) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"""


@dataclass(frozen=True, slots=True)
class Moment:
    """Two times to ask as of: what was known then, and what held on the day."""

    known_at: datetime
    valid_on: date


@dataclass(frozen=True)
class Question:
    """A list: words or a number, the code of a unit, columns with equal values."""

    text: str = ""
    unit: str = ""
    equal: Mapping[str, str] = field(default_factory=dict)


def settled() -> datetime:
    """The newest moment whose knowledge is complete: no act still under way can be dated before it."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED)
        moment: datetime = cursor.fetchone()[0]
    return moment.astimezone(timezone.get_current_timezone())


def known_by(moment: datetime) -> Q:
    """Rows known at a moment."""
    return Q(known_from__lte=moment) & (Q(known_to__isnull=True) | Q(known_to__gt=moment))


def standing(moment: Moment) -> QuerySet[Standing]:
    """Everyone as they stood, one row a dossier that had begun; knows no reach."""
    return standing_of(Standing.objects.all(), "dossier", moment)


def standing_of(rows: QuerySet[T], whose: str, moment: Moment) -> QuerySet[T]:
    """Of spans, known at a moment and begun by a day, the last of each person."""
    told = rows.filter(known_by(moment.known_at), valid_from__lte=moment.valid_on)
    later = told.filter(**{whose: OuterRef(whose), "valid_from__gt": OuterRef("valid_from")})
    return told.filter(~Exists(later))


def within(subject: Subject, rows: QuerySet[Standing], right: Right) -> QuerySet[Standing]:
    """Those within the subject's reach of today, by the unit they belonged to then and by the one of now.

    Whoever was handed over since counts by the unit whose drawer they lie in: the past stays what it was.
    """
    units = reach(subject, right, timezone.localdate())
    now = Q(dossier__unit_id__in=units) | Q(dossier__drawer_unit_id__in=units)
    return rows.filter(now, unit_id__in=units)


def search_as_of(subject: Subject, asked: Question, moment: Moment) -> QuerySet[Standing]:
    """A list as it was, in the order of today's: by given name in Vietnamese order.

    The tree of units is that of the day as known then; rights and reach are those of today.
    """
    rows = within(subject, standing(moment), Right.DOSSIER_LIST)
    units = subtree([asked.unit], moment.valid_on, moment.known_at) if asked.unit else None
    found = narrowed(rows, asked.text, units, asked.equal)
    return found.select_related("dossier").order_by("name_key", F("dossier_id"))
