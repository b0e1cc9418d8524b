"""Many people of the register as one subject sees them, with as many questions as for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import groupby
from uuid import UUID

from ccvc.access.domain import Right, Subject, visible_fields
from ccvc.dossiers import domain as dossiers
from ccvc.dossiers.selectors import MaySee, redact
from ccvc.registry.models import Person, Version
from ccvc.registry.selectors.people import SeenPerson, within


@dataclass(frozen=True, slots=True)
class Told:
    """A person as seen, and the newest version known then by number and hash; 0 where there was none yet."""

    seen: SeenPerson
    version: int
    version_hash: bytes


def seen_together(
    subject: Subject, keys: Sequence[UUID], right: Right, *, known_at: datetime, valid_on: date
) -> dict[UUID, Told]:
    """Each as `person` would show them, of those the subject may read and has a further right over, by key.

    Who is out of reach is not in the answer, like who does not exist.
    """
    rows = Person.objects.filter(within(subject, Right.REGISTER_READ), within(subject, right), key__in=keys)
    people = {row.key: row for row in rows}
    versions = _needed(list(people), known_at, valid_on)

    @cache
    def eyes(agency: str) -> MaySee:
        return visible_fields(subject, own=False, unit_code=agency)

    result = {}
    for key, row in people.items():
        known = versions.get(key, [])
        view = dossiers.as_of(known, known_at=known_at, valid_on=valid_on)
        may_see = eyes(row.agency_code)
        document, _ = redact(view.document or {}, may_see)
        last = known[-1] if known else None
        seen = SeenPerson(row, document, may_see, view.changes_on)
        result[key] = Told(seen, last.number if last else 0, bytes(last.hash) if last else b"")
    return result


def _needed(keys: Sequence[UUID], known_at: datetime, valid_on: date) -> dict[UUID, list[Version]]:
    """Of each person the versions their fold needs, in order; all where one amends the past, as `person` does."""
    known = Version.objects.filter(person__in=keys, known_at__lte=known_at)
    amended = set(known.filter(statement__contains=dossiers.UNTIL).values_list("person_id", flat=True))
    told = known.order_by("person_id", "number").values_list("person_id", "pk", "valid_from", "known_at")
    wanted = []
    for person, group in groupby(told, key=lambda row: row[0]):
        rows = list(group)
        first = dossiers.first_needed([row[2:] for row in rows], known_at=known_at, valid_on=valid_on)
        wanted += [row[1] for row in rows[0 if person in amended else first :]]
    found: dict[UUID, list[Version]] = {}
    for version in Version.objects.filter(pk__in=wanted).order_by("person_id", "number"):
        found.setdefault(version.person_id, []).append(version)
    return found
