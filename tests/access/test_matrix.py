"""Every route, tried in every role, with objects of people most of them have no reach over.

The routes come from the URL resolver: one added anywhere is tried here from that day on. A failure names the
route and the role. What is watched: words planted in the dossier of a person of H41 appear for nobody who may
not read them; whoever is out of reach is answered as if there were nothing; what they post changes nothing; and
every page that shows a person has left its look, with a purpose.

Each run asks of every role the plain page and the empty form of every route (where one of each kind is told there
is no such method, of these alone; in rooms that know no people, of four roles). Every page that needs no object is
asked before and after anybody is there by all who are out of reach, every filled form of an address that names no
person by all who may see nobody. What else there is to ask (questions where the page answers, a part of a page,
JSON, further objects, forms about a person) is asked in turn by one role of each kind of reach
(`tests/access/world/roles.py:KINDS`), a part and JSON by every other kind each. An object out of reach is compared
with one that is not there in every shape, each by a role in turn. So each thing asked meets every route and, over
the routes, every role.

That suffices because reach is decided before a form is read or a shape is chosen: where roles of one kind differ,
the plain page and the empty form show it already. What such a run would not see is a right forgotten for one role
of a kind in one question, shape or further object alone; with CCVC_MATRIX_WHOLE=1 everybody asks everything.

A room's routes are tried by the one file whose ROOMS names it (the others take their tests from here), so that the
files go to several processes; each founds its world once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.access.asking import (
    ALL_ROUTES,
    NO_METHOD,
    NODE_ROUTES,
    SHAPES,
    WHOLE,
    answers,
    ask,
    blind_at,
    faults,
    once,
)
from tests.access.world import World, undone, writes
from tests.access.world.roles import BLIND, KINDS, OUTSIDE, ROLES, dealt
from tests.access.world.routes import NODE, Route, Samples
from tests.access.world.words import WORDS

__all__ = [
    "pytestmark",
    "test_each_role_meets_at_each_route_what_is_theirs",
    "test_no_page_tells_that_there_is_somebody",
    "test_what_is_out_of_reach_reads_like_what_does_not_exist",
]
"""What every file of the matrix holds."""

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROOMS = {"changes", "dossiers"}
FILES = sorted(path.stem for path in Path(__file__).parent.glob("test_matrix*.py"))
COMPARED = 2 * len(SHAPES)
POSTED = ("changes:act", "changes:sign")
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


def test_each_role_meets_at_each_route_what_is_theirs(world: World, route: Route) -> None:
    found = [
        f"{answer.asked} answered {answer.status} and {fault}"
        for answer in answers(world, route)
        for fault in faults(world, route, answer)
    ]
    assert not found, "\n".join([f"{route}:", *dict.fromkeys(found)])


def test_what_is_out_of_reach_reads_like_what_does_not_exist(world: World, personal_route: Route) -> None:
    route = personal_route
    there, nowhere = world.samples.addresses(route)[0], world.samples.elsewhere(route)
    for role, post, headers in compared(world, route):
        one = once(world, role, route, there, post=post, headers=headers)
        none = ask(world, role, route, nowhere, post=post, headers=headers)
        assert (one.status, one.without_ids) == (none.status, none.without_ids), f"{route}: {one.asked}"


def compared(world: World, route: Route) -> Iterator[tuple[str, bool, dict[str, str]]]:
    """Who compares in which shape, posted or not: all shapes, the roles by turns; not where there is no such method."""
    roles = [role for role in blind_at(route) if role != "anonymous"]
    there = world.samples.addresses(route)[0]
    taken = [
        post for post in (False, True) if once(world, roles[0], route, there, post=post).status != NO_METHOD
    ]
    shapes = list(product(taken, SHAPES))
    if WHOLE:
        yield from ((role, *shape) for role, shape in product(roles, shapes))
        return
    begin = ALL_ROUTES.index(route)
    for number in range(COMPARED):
        yield (roles[(begin + number) % len(roles)], *shapes[number % len(shapes)])


@pytest.mark.parametrize("name", POSTED)
def test_what_is_posted_about_them_is_answered_as_about_nobody(world: World, name: str) -> None:
    route = next(route for route in NODE_ROUTES if route.name == name)
    for role, address in product(
        [role for role in BLIND if role != "anonymous"], world.samples.addresses(route)
    ):
        for data in world.samples.posted(route):
            one = once(world, role, route, address, data=data, post=True)
            none = ask(world, role, route, address, data=_about_nobody(data), post=True)
            assert (one.status, one.without_ids) == (none.status, none.without_ids), f"{route}: {one.asked}"
            assert one.status in {403, 404}, f"{route}: {one.asked}"


def _about_nobody(data: Mapping[str, Any]) -> dict[str, Any]:
    text = ID.sub(lambda _found: str(uuid4()), json.dumps(dict(data)))
    made: dict[str, Any] = json.loads(text)
    return made


def test_no_page_tells_that_there_is_somebody(
    world: World, empty_pages: dict[tuple[str, str], str], list_route: Route
) -> None:
    for role in OUTSIDE:
        if role == "foreign_approver" and list_route.room == "exchange":
            continue  # who sees the exchange sees how many packages wait, not whose
        answer = once(world, role, list_route, list_route.address())
        assert answer.without_ids == empty_pages[role, list_route.name], f"{list_route}: {answer.asked}"


def test_what_is_written_is_noticed(world: World) -> None:
    with undone():
        before = writes()
        with undone():
            world.agency.users["owner"].save()
        assert writes() == before + 1


def test_what_was_planted_is_there_to_be_seen(world: World) -> None:
    """By each on a page of their own kind: else no page would have to hide it."""
    unseen = set(WORDS)
    for route, role in product(NODE_ROUTES, ("steward", "officer", "appraiser")):
        if unseen and route.personal:
            pages = [ask(world, role, route, address) for address in world.samples.addresses(route)]
            pages += [
                ask(world, role, route, world.samples.addresses(route)[0], data=query)
                for query in world.samples.asked(route)
            ]
            unseen -= {word for word in unseen for page in pages if page.status == 200 and word in page.text}
    assert not unseen


def test_the_walk_finds_the_routes_of_every_room() -> None:
    rooms = {route.room for route in ALL_ROUTES}
    assert rooms >= {
        "accounts",
        "access",
        "organisations",
        "dossiers",
        "changes",
        "intake",
        "exchange",
        "web",
    }
    assert "endpoint" in rooms
    assert {route.name for route in NODE_ROUTES} >= {"dossiers:version", "changes:act", "intake:corrected"}


def test_each_room_is_tried_by_one_file() -> None:
    files = [import_module(f"{__package__}.{stem}") for stem in FILES]
    claimed = [room for file in files for room in file.ROOMS]
    assert sorted(claimed) == sorted({route.room for route in ALL_ROUTES})
    assert [file.__name__ for file in files for name in __all__ if not hasattr(file, name)] == []


def test_in_turn_everybody_asks_and_every_kind_each_time() -> None:
    assert sorted(role for kind in KINDS for role in kind) == sorted(ROLES)
    for turn in range(len(ALL_ROUTES)):
        assert [role in kind for role, kind in zip(dealt(ROLES, turn), KINDS, strict=True)] == [True] * len(
            KINDS
        )
    assert {role for turn in range(4) for role in dealt(ROLES, turn)} == set(ROLES)
    assert dealt(("owner", "clerk"), 7) == ["clerk", "owner"]


def test_a_new_parameter_is_asked_for() -> None:
    route = Route("sharing:consent", NODE, named=True, parameters=("consent_id",))
    with pytest.raises(AssertionError, match=r"sharing:consent has a parameter 'consent_id'.*world/rooms/"):
        Samples({}).addresses(route)
