"""The people every room's samples speak of, and what waits to be changed in their dossiers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from ccvc.dossiers.domain import parse
from ccvc.dossiers.models import Version
from tests import people
from tests.access.world.words import NEW_NAME, NEW_NUMBER, SENSITIVE, having, planted, someone
from tests.people import OTHER_UNIT, Agency


@dataclass(frozen=True)
class Planted:
    """The planted person's newest version, another person, and changes: one's own, one ready to sign, a transfer."""

    agency: Agency
    folder: Path
    version: Version
    other: UUID
    changes: list[UUID]

    @property
    def key(self) -> UUID:
        return self.version.dossier.key


def people_of(agency: Agency, folder: Path) -> Planted:
    """Two people of the agency; the first has two versions and is the owner of an account."""
    first = people.kept(agency, planted())
    key = first.dossier.key
    agency.users["owner"].person_key = key
    agency.users["owner"].save()
    second = people.kept(agency, parse(first.document) | {"health": {"height_cm": 161}}, key=key)
    whole = parse(second.document)
    mine = people.propose(agency, having(whole, "identity", phone="0903111333"), by="owner", key=key)
    land = having(whole, "assets", business_land=f"{SENSITIVE[3]} và 8")
    ready = people.propose(agency, land, key=key)
    people.pass_steps(agency, [ready.pk])
    other = people.kept(agency, someone(NEW_NAME, NEW_NUMBER)).dossier.key
    moved = having(someone(NEW_NAME, NEW_NUMBER), "employment", unit_code=OTHER_UNIT)
    transfer = people.propose(agency, moved, key=other, unit_code=OTHER_UNIT)
    return Planted(agency, folder, second, other, [mine.pk, ready.pk, transfer.pk])
