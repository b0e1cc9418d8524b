"""The national register: the planted person there, with a refusal and a conflict."""

from __future__ import annotations

from uuid import uuid4

from django.utils import timezone

from ccvc.dossiers.domain import columns, parse
from ccvc.registry import models as register
from tests.access.world.planted import Planted
from tests.access.world.rooms.dossiers import EARLIER, today
from tests.access.world.routes import Samples
from tests.access.world.words import NUMBER
from tests.people import AGENCY


def plant(here: Planted) -> Samples:
    version = here.version
    facts = {"number": version.number, "hash": version.hash, "agency_code": AGENCY}
    person = register.Person.objects.create(
        key=here.key,
        accepted_at=timezone.now(),
        valid_from=version.valid_from,
        known_from=version.known_at,
        **facts,
        **columns(parse(version.document)),
    )
    register.Version.objects.create(
        person=person,
        statement=version.statement,
        document=version.document,
        valid_from=version.valid_from,
        known_at=version.known_at,
        package=1,
        record=1,
        signature=version.signature,
        leaf=version.leaf,
        **facts,
    )
    claim = {"personal_id": NUMBER, "holder": AGENCY, "claimant": "H38", "package": 1, "record": 2}
    register.Conflict.objects.create(
        holder_person=person.key, claimant_person=uuid4(), found_at=timezone.now(), **claim
    )
    return Samples(
        values={},
        queries={
            "registry:people": [{"q": "zuyp", **today()}],
            "registry:history": [{"group": "family"}],
            "registry:difference": [EARLIER],
            "insight:statistics": [today()],
        },
    )
