"""Who belongs to units, for the room of units below, which shows whom a reorganisation affects."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils import timezone

from ccvc.dossiers.models import Dossier, Head
from ccvc.dossiers.selectors.finding import coming
from ccvc.dossiers.selectors.past import Moment, standing
from ccvc.organisations.people import Holders
from ccvc.standard.reading import serving


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

    def holders(self, units: Collection[int], on: date, known: datetime | None = None) -> Holders:
        """How many who serve hold each position code, by the unit they belonged to on a day, as known at a moment."""
        today = timezone.localdate()
        rows: QuerySet[Any]
        if known is None and on == today:
            rows = Head.objects.exclude(pk__in=coming(today))
        else:
            rows = standing(Moment(known or timezone.now(), on))
        rows = rows.filter(
            unit_id__in=units, job_position_code__isnull=False, status__in=serving()
        ).order_by()
        counted = rows.values_list("unit_id", "job_position_code").annotate(number=Count("*"))
        return {(unit, code): number for unit, code, number in counted}
