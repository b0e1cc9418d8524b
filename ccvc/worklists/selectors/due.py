"""Whose milestones are to be computed: those not yet computed as they stand, on this day, by these rules."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Exists, F, OuterRef

from ccvc.dossiers.models import Version
from ccvc.worklists.models import Computed
from ccvc.worklists.working import Due

COLUMNS = ("dossier__key", "number", "document")


def due(after: UUID, limit: int, today: date, edition: str) -> list[Due]:
    """The next people in order of key who are due, each with the newest approved document."""
    done = Computed.objects.filter(
        person=OuterRef("dossier__key"),
        number=OuterRef("number"),
        computed_on=today,
        edition=edition,
    )
    rows = Version.objects.filter(~Exists(done), number=F("dossier__current_number"), dossier__key__gt=after)
    found = rows.order_by("dossier__key").values_list(*COLUMNS)[:limit]
    return [Due(*row) for row in found]
