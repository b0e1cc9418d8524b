"""Asking a route in a role, and what is wrong with the answer."""

from __future__ import annotations

import copy
import io
import json
import os
import re
import zipfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.test import override_settings

from ccvc.access.models import AccessLog
from tests.access.world import World, fingerprint, undone, writes
from tests.access.world.roles import BLIND, OUTSIDE, ROLES, dealt, readable
from tests.access.world.routes import EXCHANGE, IMPERSONAL_ROOMS, NODE, Route, routes
from tests.access.world.words import NAME, NUMBER, WORDS

NODE_ROUTES = routes(NODE)
ALL_ROUTES = [*NODE_ROUTES, *routes(EXCHANGE)]
SOME_ROLES = ("anonymous", "stranger", "officer", "owner")
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
NO_METHOD = 405
PAGE: dict[str, str] = {}
PART, JSON = {"HX-Request": "true"}, {"Accept": "application/json"}
SHAPES = (PAGE, PART, JSON)
WHOLE = "CCVC_MATRIX_WHOLE" in os.environ
"""Whether every role asks for everything; else what tests/access/test_matrix.py says at its head."""
VARYING = re.compile(r'(?:csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]+"|[0-9a-f-]{36}|\d\d:\d\d')


@dataclass(frozen=True)
class Answer:
    """What came back; the looks it left, where it shows the planted person; the tables it changed."""

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

    @property
    def shows_person(self) -> bool:
        return _shows_person(self.text)


def _shows_person(text: str) -> bool:
    return NAME in text or NUMBER in text


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
        text, request = text_of(response), response.get("X-Request-ID", "?")
        looks = list(AccessLog.objects.filter(request_id=request)) if _shows_person(text) else []
    client.cookies = cookies
    asked = f"{role} {'POST' if post else 'GET'} {address} {data or ''} {headers or ''}"
    location = response.get("Location") or response.get("HX-Redirect", "")
    return Answer(role, asked, response.status_code, text, location, looks, changed)


def once(world: World, role: str, route: Route, address: str, **how: Any) -> Answer:
    """The same for those who may see nobody: asked once for all tests, since nothing that is asked stays."""
    if role not in BLIND:
        return ask(world, role, route, address, **how)
    place = role, address, route.urlconf, repr(sorted((name, value) for name, value in how.items() if value))
    if place not in world.told:
        world.told[place] = ask(world, role, route, address, **how)
    found: Answer = world.told[place]
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


def answers(world: World, route: Route) -> Iterator[Answer]:
    """A route as every role meets it: the plain page and the empty form; then, by turns, all there is to ask."""
    roles = SOME_ROLES if route.room in IMPERSONAL_ROOMS else ROLES
    first, *further = world.samples.addresses(route)
    turns = Turns(ALL_ROUTES.index(route))
    plain = met(world, route, first, roles, turns)
    empty = met(world, route, first, roles, turns, post=True)
    yield from (*plain, *empty)
    reached = [answer.role for answer in plain if answer.status == 200]
    for query in world.samples.asked(route):
        for role in turns.of(reached):
            yield ask(world, role, route, first, data=query)
    shown = [answer.role for answer in plain if answer.status != NO_METHOD]
    for headers, asking in zip((PART, JSON), turns.halves(shown), strict=True):
        for role in asking:
            yield once(world, role, route, first, headers=headers)
    taken = [answer.role for answer in empty if answer.status != NO_METHOD]
    for data in world.samples.posted(route):
        for role in turns.of(taken, or_all_of=() if route.personal else BLIND):
            yield once(world, role, route, first, data=data, post=True)
    writing = not route.personal and world.samples.posted(route)
    for address in further:
        for role in turns.of(roles, or_all_of=BLIND if writing else ()):
            yield from _further(world, role, route, address, shown=role in shown, taken=role in taken)


def met(
    world: World, route: Route, address: str, roles: Sequence[str], turns: Turns, *, post: bool = False
) -> list[Answer]:
    """What each role is answered; where one of each kind is told there is no such method, the rest is not asked."""
    first = [*dict.fromkeys(("anonymous", *turns.of(roles)))]
    found = [once(world, role, route, address, post=post) for role in first]
    if any(answer.status != NO_METHOD for answer in found[1:]):
        found += [once(world, role, route, address, post=post) for role in roles if role not in first]
    return found


def _further(
    world: World, role: str, route: Route, address: str, *, shown: bool, taken: bool
) -> Iterator[Answer]:
    """A further address of a route in one role: the page, each question where it answers, each form."""
    if shown:
        yield (plain := once(world, role, route, address))
        for query in world.samples.asked(route) if plain.status == 200 else ():
            yield ask(world, role, route, address, data=query)
    for data in (None, *world.samples.posted(route)) if taken else ():
        yield once(world, role, route, address, data=data, post=True)


class Turns:
    """Whose turn it is with each next thing asked of a route: one role of each kind, or all in a whole run."""

    def __init__(self, begin: int) -> None:
        self.next = begin

    def of(self, roles: Collection[str], or_all_of: Collection[str] = ()) -> list[str]:
        """The roles, of those given, whose turn it is now, and some whose turn it is always."""
        self.next += 1
        chosen = dealt(roles, self.next)
        return [role for role in roles if WHOLE or role in chosen or role in or_all_of]

    def halves(self, roles: Collection[str]) -> tuple[list[str], list[str]]:
        """The roles whose turn it is, for two things asked: every other kind the one, the rest the other."""
        chosen = self.of(roles)
        if WHOLE or len(chosen) == 1:
            return chosen, chosen
        begin = self.next // 2 % 2
        return chosen[begin::2], chosen[1 - begin :: 2]


def faults(world: World, route: Route, answer: Answer) -> Iterator[str]:
    """What is wrong with one answer."""
    if answer.status >= 500:
        yield "broke"
    allowed = readable(answer.role, route.room)
    if shown := [word for word in WORDS if word in answer.text and word not in allowed]:
        yield f"shows {', '.join(shown)}"
    if route.personal and answer.role in blind_at(route) and not _refused(answer):
        yield f"is not refused, goes to {answer.location!r}"
    runs = route.room == "exchange" and answer.role in RUNNING
    decides = route.name == "closings:decide" and answer.role == "administrator"
    seeks = answer.changed <= SOUGHT.get(route.name, set())
    if answer.changed - KEPT_ASIDE and not (runs or decides or seeks):
        yield f"changes {', '.join(sorted(answer.changed))}"
    if answer.role not in BLIND and answer.shows_person:
        key = world.keys["planted"]
        if not any(key in look.person_keys and look.purpose for look in answer.looks):
            yield "shows the person and left no look"


def blind_at(route: Route) -> tuple[str, ...]:
    """Who must be refused where an address names an object of the planted people; units are seen by all within."""
    return OUTSIDE if route.room == "organisations" else BLIND


def _refused(answer: Answer) -> bool:
    to_sign_in = answer.status in {204, 302} and answer.location.startswith("/sign-in?")
    return to_sign_in or answer.status in {401, 403, 404, NO_METHOD}
