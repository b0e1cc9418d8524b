"""The fixed people, and a place for them in the tree; the world of the matrix, once for each of its files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.test import override_settings

from ccvc.access import reach
from tests.access.asking import ALL_ROUTES, NODE_ROUTES, ask
from tests.access.people import People, settle
from tests.access.world import World, fingerprint, found_world, plant, undone
from tests.access.world.roles import OUTSIDE
from tests.access.world.routes import Route

ROUTES = {
    "route": ALL_ROUTES,
    "personal_route": [route for route in NODE_ROUTES if route.personal],
    "list_route": [route for route in NODE_ROUTES if not route.parameters],
}
"""What a test of the matrix asks for by the name of its argument: of these the routes of its file's rooms."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for name in ROUTES.keys() & set(metafunc.fixturenames):
        metafunc.parametrize(name, claimed(metafunc.module, name), ids=str)


def claimed(module: Any, name: str) -> list[Route]:
    """The routes of the rooms a file of the matrix names."""
    return [route for route in ROUTES[name] if route.room in module.ROOMS]


@pytest.fixture
def people(db: None) -> Iterator[People]:
    """Everybody; the owner and the colleague belong to H41.12.01."""
    found = settle()
    dossiers = {found.key("owner"), found.key("colleague")}

    def units_of(person: UUID, _on: date) -> frozenset[str]:
        return frozenset({"H41.12.01"}) if person in dossiers else frozenset()

    before = list(reach._people)
    reach._people[:] = [units_of]
    yield found
    reach._people[:] = before


@pytest.fixture(scope="module")
def bare(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The node before anybody is planted; everything is undone at the end of the module."""
    home = tmp_path_factory.mktemp("home")
    here = override_settings(CCVC_AGENCY="H41", CCVC_HOME=home, CCVC_KIND="component")
    with django_db_blocker.unblock(), here, undone():
        world = found_world(home)
        with world.as_kind("component"):
            yield world


@pytest.fixture(scope="module")
def empty_pages(bare: World, request: pytest.FixtureRequest) -> dict[tuple[str, str], str]:
    """What those out of reach see of every page of the file's rooms while there is nobody."""
    return {
        (role, route.name): ask(bare, role, route, route.address()).without_ids
        for role in OUTSIDE
        for route in claimed(request.module, "list_route")
    }


@pytest.fixture(scope="module")
def world(bare: World, empty_pages: object, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The node with its planted people."""
    plant(bare, tmp_path_factory.mktemp("files"))
    bare.before = set(fingerprint())
    return bare
