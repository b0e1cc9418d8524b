"""Lists and search: the heads and dossiers within a subject's reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeVar, cast

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Right, Subject
from ccvc.dossiers.models import Dossier, Head, SearchColumns, Version
from ccvc.organisations.models import UnitState
from ccvc.organisations.selectors import reach, states, subtree

S = TypeVar("S", bound=SearchColumns)


def heads(subject: Subject, *, right: Right = Right.DOSSIER_LIST) -> QuerySet[Head]:
    """Heads within the subject's reach for this right, by given name in Vietnamese order."""
    within = Head.objects.filter(dossier__unit_id__in=reach(subject, right, timezone.localdate()))
    return within.select_related("dossier").order_by("name_key", "pk")


def coming(today: date) -> QuerySet[Head]:
    """Heads of those who begin only later: no version of theirs is valid by the day."""
    begun = Version.objects.filter(dossier=OuterRef("pk"), valid_from__lte=today)
    return Head.objects.filter(~Exists(begun), changes_on__isnull=False)


def search(subject: Subject, text: str, *, unit: str = "", **equal: str) -> QuerySet[Head]:
    """Heads within reach whose name has every word of the text, tone marks aside, and with equal columns.

    Digits are looked up as the beginning of a personal identification number. `unit` is the code of a unit:
    that unit and all below it. Whoever begins only later is found by name or number, but listed from their day.
    """
    today = timezone.localdate()
    units = subtree([unit], today) if unit else None
    found = narrowed(heads(subject), text, units, equal)
    return found if text.strip() else found.exclude(pk__in=coming(today))


def narrowed(
    rows: QuerySet[S], text: str, units: frozenset[int] | None, equal: Mapping[str, str]
) -> QuerySet[S]:
    """Rows of typed columns with the words or number of the text, in these units, with equal columns."""
    rows = rows.filter(**{column: value for column, value in equal.items() if value})
    if units is not None:
        rows = rows.filter(unit_id__in=units)
    text = text.strip()
    if text.isdigit():
        return rows.filter(personal_id__startswith=text)
    if not text:
        return rows
    wanted = SearchQuery(words(text), config="simple", search_type="raw")
    named = rows.alias(name_words=SearchVector("name_plain", config="simple"))
    return cast("QuerySet[S]", named.filter(name_words=wanted))


def words(text: str) -> str:
    """A full-text query that finds names by the beginnings of their words, tone marks aside."""
    tokens = ["".join(c for c in word if c.isalnum()) for word in standard.plain(text).split()]
    return " & ".join(f"{token}:*" for token in tokens if token)


def by_personal_ids(
    subject: Subject, ids: Sequence[str], *, right: Right = Right.CHANGE_PROPOSE
) -> dict[str, Dossier]:
    """Dossiers within reach by personal identification number."""
    found = _numbered(ids).filter(unit_id__in=reach(subject, right, timezone.localdate()))
    return {d.personal_id: d for d in found if d.personal_id}


def elsewhere(ids: Sequence[str], known: Sequence[str]) -> frozenset[str]:
    """Numbers this node holds outside the caller's reach; only that they are taken may be said, not where."""
    taken = _numbered(ids).values_list("personal_id", flat=True)
    return frozenset(n for n in taken if n) - frozenset(known)


def _numbered(ids: Sequence[str]) -> QuerySet[Dossier]:
    """Dossiers with these numbers, given as one array: a thousand parameters would cost more than the search."""
    return Dossier.objects.extra(
        where=['"dossiers_dossier"."personal_id" = ANY(%s::varchar[])'], params=[list(ids)]
    )


def units(subject: Subject) -> list[UnitState]:
    """Units within reach for listing, by code."""
    today = timezone.localdate()
    return list(states(today).filter(unit_id__in=reach(subject, Right.DOSSIER_LIST, today)).order_by("code"))
