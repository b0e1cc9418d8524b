"""Who belongs to units, for the room of units below, which shows whom a reorganisation affects."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.db.models import Count

from ccvc.access.domain import Subject
from ccvc.dossiers.models import Dossier, Head
from ccvc.dossiers.selectors.finding import heads
from ccvc.organisations.people import Affected


class Belonging:
    """Those with a dossier here (`ccvc.organisations.people.People`)."""

    def count(self) -> Mapping[int, int]:
        """How many belong to each unit that has any."""
        rows = Head.objects.filter(unit_id__isnull=False).order_by().values_list("unit_id")
        return {unit: number for unit, number in rows.annotate(number=Count("*")) if unit is not None}

    def page(self, subject: Subject, units: Collection[int], first: int, most: int) -> Sequence[Affected]:
        """People of these units whom the subject may list, by name."""
        rows = heads(subject).filter(unit_id__in=units)[first : first + most]
        return [Affected(row.dossier.key, row.full_name, row.unit_id or 0) for row in rows]

    def whose(self, numbers: Collection[str]) -> Mapping[str, tuple[UUID, int]]:
        """Key and unit of whoever has each of these personal identification numbers."""
        rows = Dossier.objects.filter(personal_id__in=numbers).values_list("personal_id", "key", "unit_id")
        return {number: (key, unit) for number, key, unit in rows if number}
