"""Every route, tried in every role, with objects of people most of them have no reach over.

The routes come from the URL resolver: one added anywhere is tried here from that day on. A failure names the
route and the role. What is watched: words planted in the dossier of a person of H41 appear for nobody who may
not read them; whoever is out of reach is answered as if there were nothing; what they post changes nothing; and
every page that shows a person has left its look, with a purpose.
"""

from __future__ import annotations

import copy
import io
import json
import os
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import override_settings

from ccvc.access.models import AccessLog
from tests.access import matrix_world as planting
from tests.access.matrix_routes import (
    EXCHANGE,
    IMPERSONAL_ROOMS,
    NODE,
    Route,
    Samples,
    routes,
)
from tests.access.matrix_world import BLIND, OUTSIDE, ROLES, World, fingerprint, undone, writes

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NODE_ROUTES = routes(NODE)
ALL_ROUTES = [*NODE_ROUTES, *routes(EXCHANGE)]
SOME_ROLES = ("anonymous", "stranger", "officer", "owner")
PERSONAL = [route for route in NODE_ROUTES if route.personal]
WITHOUT_OBJECTS = [route for route in NODE_ROUTES if not route.parameters]
WORDS = (*planting.IDENTITIES, *planting.BASIC, *planting.SENSITIVE, planting.UNIT_NAME)
KEPT_ASIDE = {"exchange_quarantine", "documents_check"}
"""Where the endpoint keeps the bytes it refuses, and how often an address asked the public check."""
SOUGHT = {
    "candidates:new": {"candidates_search", "candidates_saved", "ledger_entry", "ledger_head"},
    "proposals:new": {"proposals_proposal", "proposals_proposed", "ledger_entry", "ledger_head"},
    "worklists:wishes": {"worklists_wish", "ledger_entry", "ledger_head"},
}
"""What is one's own to leave: the record of a question about one's own people, how one wants to be told."""
RUNNING = {"clerk", "administrator"}
"""Who runs the exchange may send again."""
PAGE: dict[str, str] = {}
PART, JSON = {"HX-Request": "true"}, {"Accept": "application/json"}
SHAPES = (PAGE, PART, JSON)
WHOLE = "CCVC_MATRIX_WHOLE" in os.environ
"""Whether every role asks every route for every shape. Else each two of the three meet, which takes half as long;
where few roles ask, each asks for all.
"""
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
VARYING = re.compile(r'(?:csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]+"|[0-9a-f-]{36}|\d\d:\d\d')


@dataclass(frozen=True)
class Answer:
    """What came back, and the looks it left."""

    role: str
    asked: str
    status: int
    text: str
    location: str
    looks: list[AccessLog]
    changed: set[str]

    @property
    def without_ids(self) -> str:
        return VARYING.sub("·", self.text).replace("/1/", "/·/").replace("987654", "·")


@pytest.fixture(scope="module")
def bare(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The node before anybody is planted; everything is undone at the end of the module."""
    home = tmp_path_factory.mktemp("home")
    here = override_settings(CCVC_AGENCY="H41", CCVC_HOME=home, CCVC_KIND="component")
    with django_db_blocker.unblock(), here, undone():
        yield planting.found_world(home)


@pytest.fixture(scope="module")
def empty_pages(bare: World) -> dict[tuple[str, str], str]:
    """What those out of reach see of every page while there is nobody."""
    return {
        (role, route.name): ask(bare, role, route, route.address()).without_ids
        for role in OUTSIDE
        for route in WITHOUT_OBJECTS
    }


@pytest.fixture(scope="module")
def world(bare: World, empty_pages: object, tmp_path_factory: pytest.TempPathFactory) -> World:
    planting.plant(bare, tmp_path_factory.mktemp("files"))
    bare.before = set(fingerprint())
    return bare


def ask(
    world: World,
    role: str,
    route: Route,
    address: str,
    *,
    data: Any = None,
    post: bool = False,
    headers: Any = None,
) -> Answer:
    """One request, undone afterwards, cookies and all; what those who may see nobody post is compared."""
    client, cookies = world.clients[role], copy.deepcopy(world.clients[role].cookies)
    kind = "national" if route.national else "component"
    send = client.post if post else client.get
    blind = role in BLIND
    with world.as_kind(kind), _routed(route.urlconf), undone():
        before = writes() if post and blind else None
        response = send(address, data or {}, headers=headers)
        wrote = before is not None and writes() != before
        changed = {table for table, *_ in set(fingerprint()) ^ world.before} if wrote else set()
        request = response.get("X-Request-ID", "?")
        looks = [] if blind else list(AccessLog.objects.filter(request_id=request))
    client.cookies = cookies
    asked = f"{role} {'POST' if post else 'GET'} {address} {data or ''} {headers or ''}"
    location = response.get("Location") or response.get("HX-Redirect", "")
    return Answer(role, asked, response.status_code, text_of(response), location, looks, changed)


def plainly(world: World, role: str, route: Route, address: str) -> Answer:
    """The plain page: to those outside it is asked once for all tests, since nothing that is asked stays."""
    if role not in OUTSIDE:
        return ask(world, role, route, address)
    place = role, address, route.urlconf
    if place not in world.plain:
        world.plain[place] = ask(world, role, route, address)
    found: Answer = world.plain[place]
    return found


def _routed(urlconf: str) -> AbstractContextManager[object]:
    """Requests go to these routes; set only where they are others, since Django then forgets all it knows of them."""
    return nullcontext() if urlconf == settings.ROOT_URLCONF else override_settings(ROOT_URLCONF=urlconf)


def text_of(response: Any) -> str:
    """All there is to read in an answer: pages, JSON with its escapes undone, the sheets of a workbook."""
    content = b"".join(response) if response.streaming else response.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(archive.read(name).decode(errors="replace") for name in archive.namelist())
    text: str = content.decode(errors="replace")
    if "json" in response.get("Content-Type", "") and text:
        return text + json.dumps(json.loads(text), ensure_ascii=False)
    return text


def turn(role: str, route: Route) -> int:
    """Whose turn it is at this route, of as many as there are shapes of an answer."""
    return (ROLES.index(role) + ALL_ROUTES.index(route)) % len(SHAPES)


def answers(world: World, role: str, route: Route) -> Iterator[Answer]:
    """Every address of a route: each question where it answers, each form; the first, in turn, in every shape."""
    for number, address in enumerate(world.samples.addresses(route)):
        yield (plain := plainly(world, role, route, address))
        for query in world.samples.asked(route) if plain.status == 200 else ():
            yield ask(world, role, route, address, data=query)
        asks = WHOLE or route.room in IMPERSONAL_ROOMS or not turn(role, route)
        shaped = not number and plain.status != 405 and asks
        for headers in (PART, JSON) if shaped else ():
            yield ask(world, role, route, address, headers=headers)
        yield (empty := ask(world, role, route, address, post=True))
        if empty.status != 405:
            for data in world.samples.posted(route):
                yield ask(world, role, route, address, data=data, post=True)


def faults(world: World, route: Route, answer: Answer) -> Iterator[str]:
    """What is wrong with one answer."""
    if answer.status >= 500:
        yield "broke"
    allowed = world.readable(answer.role, route.room)
    if shown := [word for word in WORDS if word in answer.text and word not in allowed]:
        yield f"shows {', '.join(shown)}"
    blind = OUTSIDE if route.room == "organisations" else BLIND
    if route.personal and answer.role in blind and not _refused(answer):
        yield f"is not refused, goes to {answer.location!r}"
    runs = route.room == "exchange" and answer.role in RUNNING
    decides = route.name == "closings:decide" and answer.role == "administrator"
    seeks = answer.changed <= SOUGHT.get(route.name, set())
    if answer.changed - KEPT_ASIDE and not (runs or decides or seeks):
        yield f"changes {', '.join(sorted(answer.changed))}"
    if answer.role not in BLIND and any(word in answer.text for word in (planting.NAME, planting.NUMBER)):
        key = world.keys["planted"]
        if not any(key in look.person_keys and look.purpose for look in answer.looks):
            yield "shows the person and left no look"


def _refused(answer: Answer) -> bool:
    to_sign_in = answer.status in {204, 302} and answer.location.startswith("/sign-in?")
    return to_sign_in or answer.status in {401, 403, 404, 405}


@pytest.mark.parametrize("route", ALL_ROUTES, ids=str)
def test_each_role_meets_at_each_route_what_is_theirs(world: World, route: Route) -> None:
    found = [
        f"{answer.asked} answered {answer.status} and {fault}"
        for role in (SOME_ROLES if route.room in IMPERSONAL_ROOMS else ROLES)
        for answer in answers(world, role, route)
        for fault in faults(world, route, answer)
    ]
    assert not found, "\n".join([f"{route}:", *dict.fromkeys(found)])


def in_turn(role: str, route: Route) -> list[tuple[bool, dict[str, str]]]:
    """Whether it is posted, and the shape asked for: one of each for a role, all of them for a route."""
    number = turn(role, route)
    return [(False, SHAPES[number]), (True, SHAPES[number - 1])]


@pytest.mark.parametrize("route", PERSONAL, ids=str)
def test_what_is_out_of_reach_reads_like_what_does_not_exist(world: World, route: Route) -> None:
    there, nowhere = world.samples.addresses(route)[0], world.samples.elsewhere(route)
    blind = OUTSIDE if route.room == "organisations" else BLIND
    for role in (role for role in blind if role != "anonymous"):
        shapes = product((False, True), SHAPES) if WHOLE else in_turn(role, route)
        for post, headers in shapes:
            plain = not (post or headers)
            one = (
                plainly(world, role, route, there)
                if plain
                else ask(world, role, route, there, post=post, headers=headers)
            )
            none = ask(world, role, route, nowhere, post=post, headers=headers)
            assert (one.status, one.without_ids) == (none.status, none.without_ids), f"{route}: {one.asked}"


@pytest.mark.parametrize("name", ["changes:act", "changes:sign"])
def test_what_is_posted_about_them_is_answered_as_about_nobody(world: World, name: str) -> None:
    route = next(route for route in NODE_ROUTES if route.name == name)
    for role, address in product(
        [role for role in BLIND if role != "anonymous"], world.samples.addresses(route)
    ):
        for data in world.samples.posted(route):
            one = ask(world, role, route, address, data=data, post=True)
            none = ask(world, role, route, address, data=_about_nobody(data), post=True)
            assert (one.status, one.without_ids) == (none.status, none.without_ids), f"{route}: {one.asked}"
            assert one.status in {403, 404}, f"{route}: {one.asked}"


def _about_nobody(data: Mapping[str, Any]) -> dict[str, Any]:
    text = ID.sub(lambda _found: str(uuid4()), json.dumps(dict(data)))
    made: dict[str, Any] = json.loads(text)
    return made


@pytest.mark.parametrize("route", WITHOUT_OBJECTS, ids=str)
def test_no_page_tells_that_there_is_somebody(
    world: World, empty_pages: dict[tuple[str, str], str], route: Route
) -> None:
    for role in OUTSIDE:
        if role == "foreign_approver" and route.room == "exchange":
            continue  # who sees the exchange sees how many packages wait, not whose
        answer = plainly(world, role, route, route.address())
        assert answer.without_ids == empty_pages[role, route.name], f"{route}: {answer.asked}"


def test_what_is_written_is_noticed(world: World) -> None:
    with undone():
        before = writes()
        with undone():
            world.agency.users["owner"].save()
        assert writes() == before + 1


def test_what_was_planted_is_there_to_be_seen(world: World) -> None:
    unseen = set(WORDS)
    for route, role in product(PERSONAL, ("steward", "officer", "appraiser")):
        for answer in answers(world, role, route) if unseen else ():
            unseen -= {word for word in unseen if answer.status == 200 and word in answer.text}
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


def test_a_new_parameter_is_asked_for() -> None:
    route = Route("sharing:consent", NODE, named=True, parameters=("consent_id",))
    with pytest.raises(
        AssertionError, match=r"sharing:consent has a parameter 'consent_id'.*matrix_world.py"
    ):
        Samples({}).addresses(route)
