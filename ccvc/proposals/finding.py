"""Whose record a proposal speaks of: by number alone, within reach. A name is never enough."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Right, Subject
from ccvc.candidates import sources
from ccvc.dossiers.models import Dossier, Head
from ccvc.organisations.selectors import reach
from ccvc.registry.models import Person
from ccvc.registry.selectors import within

CHECK = Right.PROPOSAL_CHECK


def by_number(one: Subject, numbers: Sequence[str]) -> dict[str, UUID]:
    """Keys of the people with these numbers, of those within reach."""
    if sources.is_national():
        rows = Person.objects.filter(within(one, CHECK), personal_id__in=numbers)
        return {str(number): key for key, number in rows.values_list("key", "personal_id")}
    units = reach(one, CHECK, timezone.localdate())
    dossiers = Dossier.objects.filter(unit_id__in=units, personal_id__in=numbers)
    return {str(number): key for key, number in dossiers.values_list("key", "personal_id")}


def namesakes(one: Subject, names: Collection[str]) -> dict[str, int]:
    """How many within reach bear each of these very names, tone marks aside; asked once for all, by plain name."""
    plain = {plain_of(name) for name in names} - {""}
    rows: QuerySet[Any]
    if sources.is_national():
        rows = Person.objects.filter(within(one, CHECK), name_plain__in=plain)
    else:
        units = reach(one, CHECK, timezone.localdate())
        rows = Head.objects.filter(dossier__unit_id__in=units, name_plain__in=plain)
    return dict(rows.values("name_plain").annotate(number=Count("pk")).values_list("name_plain", "number"))


def plain_of(name: str) -> str:
    """A name as lists compare it."""
    return standard.plain(name).strip()
