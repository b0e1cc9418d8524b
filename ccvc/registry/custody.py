"""Who manages a person: asked under the lock of their row, and passed from one agency to another. Knows no reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone

from ccvc.registry import storing
from ccvc.registry.deriving import folded_rows
from ccvc.registry.models import Conflict, Move, Person


@dataclass(frozen=True, slots=True)
class Managed:
    """Whose a person is, and the last version held of them (hash as hexadecimal digits)."""

    key: UUID
    agency: str
    number: int
    hash: str
    personal_id: str | None
    name: str


def managed(key: UUID) -> Managed | None:
    """Who manages a person; their row stays locked until the transaction ends."""
    return _managed(Person.objects.select_for_update().filter(key=key).first())


def managed_by_number(personal_id: str) -> Managed | None:
    """Who manages the person of a personal identification number."""
    return _managed(Person.objects.filter(personal_id=personal_id).first())


def managed_by_numbers(personal_ids: Sequence[str]) -> list[Managed]:
    """Who manages the people of these numbers, as far as they are in the register."""
    found = map(_managed, Person.objects.filter(personal_id__in=personal_ids))
    return [one for one in found if one is not None]


def _managed(row: Person | None) -> Managed | None:
    if row is None:
        return None
    digest = bytes(row.hash).hex()
    return Managed(row.key, row.agency_code, row.number, digest, row.personal_id, row.full_name)


def pass_on(key: UUID, agency: str, *, on: date, transfer: UUID) -> None:
    """Pass a locked person into an agency's care: from the day on they count as its, and it alone may change them.

    What it had claimed the person by is settled: it has them now.
    """
    number = Person.objects.values_list("number", flat=True).get(key=key)
    Move.objects.create(
        person_id=key,
        after_number=number,
        agency_code=agency,
        valid_from=on,
        known_at=timezone.now(),
        transfer=transfer,
    )
    storing.update_people(folded_rows([key], timezone.localdate()))
    claims = Conflict.objects.filter(holder_person=key, claimant=agency, settled_at=None)
    claims.update(settled_at=timezone.now())
