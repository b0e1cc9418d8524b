"""A province with people who carry unusual words in every kind of field, and accounts in every role around them."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.test import Client, override_settings

from ccvc.access.actions import grant_role
from ccvc.organisations.models import UnitState
from ccvc.registry import purposes
from ccvc.signing import certificates, keys, store
from tests import people
from tests.access.world import rooms
from tests.access.world.planted import people_of
from tests.access.world.roles import ROLES
from tests.access.world.routes import Samples
from tests.access.world.words import NATIONAL, UNIT_NAME
from tests.people import AGENCY, FOREIGN, SYSTEM, UNIT, Agency


@dataclass
class World:
    """The node with its accounts; after `plant` with its people."""

    agency: Agency
    home: Path
    clients: dict[str, Client] = field(default_factory=dict)
    keys: dict[str, UUID] = field(default_factory=dict)
    samples: Samples = field(default_factory=lambda: Samples({}))
    before: set[tuple[str, int, str]] = field(default_factory=set)
    told: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    def as_kind(self, kind: str) -> AbstractContextManager[object]:
        """The settings of a kind of node; where they are in force already nothing is done, since that takes a while."""
        code = NATIONAL if kind == "national" else AGENCY
        given: dict[str, Any] = {"CCVC_KIND": kind, "CCVC_AGENCY": code, "CCVC_NATIONAL_AGENCY": NATIONAL}
        given |= {"CCVC_HOME": self.home, "CCVC_NAME": "Nút thử"}
        there = all(getattr(settings, name, None) == value for name, value in given.items())
        return nullcontext() if there else override_settings(**given)


def found_world(home: Path) -> World:
    """The agency, its accounts and a browser for each; nobody planted yet."""
    world = World(people.found_agency(home), home)
    day = date(2025, 7, 1)
    for name, code in (
        ("clerk", AGENCY),
        ("analyst", AGENCY),
        ("cataloguer", AGENCY),
        ("appraiser", AGENCY),
        ("steward", AGENCY),
        ("foreign_appraiser", FOREIGN),
    ):
        user = people.User.objects.create(username=name, full_name=f"Người {name}")
        world.agency.users[name] = user
        role = name.removeprefix("foreign_")
        grant_role(SYSTEM, user=user, role=role, unit_code=code, valid_from=day, basis="QĐ 1/QĐ-TEST")
    world.agency.users["owner"].full_name = "Chủ tài khoản"
    world.agency.users["owner"].save()
    UnitState.objects.filter(code=UNIT).update(name=UNIT_NAME)
    _give_node_keys(world)
    for role in ROLES:
        world.clients[role] = Client(raise_request_exception=False)
        if role != "anonymous":
            _sign_in(world.clients[role], world.agency.users[role])
    return world


def _sign_in(client: Client, user: people.User) -> None:
    """Signed in, having said what for as the national node asks before it shows a person."""
    client.force_login(user)
    session = client.session
    purposes.keep(session, "Thẩm định nhân sự: Công văn 12/SNV")
    session.save()


def _give_node_keys(world: World) -> None:
    assert world.agency.issuer is not None
    for use in ("sign", "encrypt"):
        key = keys.generate()
        cert = certificates.issue(
            world.agency.issuer, key.public_key(), common_name="Nút thử", agency_code=AGENCY, use=use
        )
        store.save_node_key(world.home, use, key, [cert])


def plant(world: World, folder: Path) -> None:
    """People and all that speaks of them, room by room, with the samples each room gives for its pages."""
    here = people_of(world.agency, folder)
    world.keys = {"planted": here.key}
    world.samples = Samples({})
    for room in rooms.IN_ORDER:
        world.samples |= room.plant(here)
