"""Whose data are to be judged: those not yet judged as they stand, on this day, by these rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet

from ccvc.dossiers.models import Version
from ccvc.evidence import selectors as evidence
from ccvc.quality.domain import Due
from ccvc.quality.models import Assessment
from ccvc.registry import models as register
from ccvc.registry.selectors import signed_papers


def due(after: UUID, limit: int, today: date, edition: str) -> list[Due]:
    """The next people in order of key whose data are due, with their last approved version.

    `edition` names the rules that need not be asked again; of none if it is empty.
    """
    source = _of_register if settings.CCVC_KIND == "national" else _of_dossiers
    return [*source(after, limit, Assessment.objects.filter(judged_on=today, edition=edition))]


def _of_dossiers(after: UUID, limit: int, judged: QuerySet[Assessment]) -> Iterator[Due]:
    done = judged.filter(
        person=OuterRef("dossier__key"),
        number=OuterRef("number"),
        unit_id=OuterRef("dossier__unit_id"),
    )
    rows = Version.objects.filter(~Exists(done), number=F("dossier__current_number"), dossier__key__gt=after)
    columns = ("dossier__key", "dossier__agency_code", "dossier__unit_id", "number", "document")
    found = [*rows.order_by("dossier__key").values_list(*columns)[:limit]]
    papers = evidence.proofs(row[0] for row in found)
    for key, agency, unit_id, number, document in found:
        yield Due(key, agency, unit_id, number, document, papers.get(key, ()))


def _of_register(after: UUID, limit: int, judged: QuerySet[Assessment]) -> Iterator[Due]:
    done = judged.filter(
        person=OuterRef("person_id"),
        number=OuterRef("number"),
        agency_code=OuterRef("person__agency_code"),
    )
    rows = register.Version.objects.filter(~Exists(done), number=F("person__number"), person__key__gt=after)
    columns = ("person_id", "person__agency_code", "number", "document")
    found = [*rows.order_by("person__key").values_list(*columns)[:limit]]
    papers = signed_papers(row[0] for row in found)
    for key, agency, number, document in found:
        yield Due(key, agency, 0, number, document, papers.get(key, ()))
