"""Whose record a proposal speaks of: by number alone, within reach. A name is never enough."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Right, Subject
from ccvc.candidates import sources
from ccvc.dossiers.models import Dossier, Head
from ccvc.organisations.selectors import reach
from ccvc.registry.models import Person
from ccvc.registry.selectors import within

CHECK = Right.PROPOSAL_CHECK
MOST = 100


def by_number(one: Subject, numbers: Sequence[str]) -> dict[str, UUID]:
    """Keys of the people with these numbers, of those within reach."""
    if sources.is_national():
        rows = Person.objects.filter(within(one, CHECK), personal_id__in=numbers)
        return {str(number): key for key, number in rows.values_list("key", "personal_id")}
    units = reach(one, CHECK, timezone.localdate())
    dossiers = Dossier.objects.filter(unit_id__in=units, personal_id__in=numbers)
    return {str(number): key for key, number in dossiers.values_list("key", "personal_id")}


def namesakes(one: Subject, name: str) -> int:
    """How many within reach bear this very name, tone marks aside; a hundred at most."""
    plain = standard.plain(name).strip()
    if not plain:
        return 0
    if sources.is_national():
        rows = Person.objects.filter(within(one, CHECK), name_plain=plain)
        return rows[:MOST].count()
    units = reach(one, CHECK, timezone.localdate())
    return Head.objects.filter(dossier__unit_id__in=units, name_plain=plain)[:MOST].count()
