"""Who belongs to units, for the room of units below, which shows whom a reorganisation affects."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db.models import Count

from ccvc.dossiers.models import Dossier, Head


class Belonging:
    """Those with a dossier here (`ccvc.organisations.people.People`)."""

    def count(self) -> Mapping[int, int]:
        """How many belong to each unit that has any."""
        rows = Head.objects.filter(unit_id__isnull=False).order_by().values_list("unit_id")
        return {unit: number for unit, number in rows.annotate(number=Count("*")) if unit is not None}

    def whose(self, numbers: Collection[str]) -> Mapping[str, tuple[UUID, int]]:
        """Key and unit of whoever has each of these personal identification numbers."""
        rows = Dossier.objects.filter(personal_id__in=numbers).values_list("personal_id", "key", "unit_id")
        return {number: (key, unit) for number, key, unit in rows if number}
