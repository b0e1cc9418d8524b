"""Every route of the node as the URL resolver knows it, and the addresses to try, with real objects in them.

A new route is tried without anything said here, unless it brings a parameter nobody has a sample for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver, reverse

NODE, EXCHANGE = "ccvc.node.urls", "ccvc.exchange.urls_exchange"
NATIONAL_ROOMS = {"registry", "insight", "quality"}
NATIONAL_ROUTES = {"closings:overview", "closings:agency"}
"""Pages of the national node in rooms both kinds of node have."""
IMPERSONAL_ROOMS = {"web", "accounts", "endpoint"}
"""Rooms whose pages take no question about people: one request each is enough."""
PERSONAL = frozenset(
    {
        "key",
        "number",
        "change_id",
        "batch_id",
        "intake_id",
        "notice",
        "finding",
        "verdict",
        "paper_id",
        "document_id",
        "decision_id",
        "run_id",
        "search_id",
        "saved_id",
        "transfer_id",
        "request_id",
        "proposal_id",
    }
)
"""Parameters that name a planted object: whoever is out of reach is answered as if it did not exist."""


@dataclass(frozen=True)
class Route:
    """One route: its name ("dossiers:detail") or, where it has none, its path; and its parameters."""

    name: str
    urlconf: str
    named: bool
    parameters: tuple[str, ...]

    def __str__(self) -> str:
        return self.name

    @property
    def room(self) -> str:
        return self.name.partition(":")[0] if self.named else "endpoint"

    @property
    def national(self) -> bool:
        """Whether its page is asked for at the national node."""
        return self.room in NATIONAL_ROOMS or self.name in NATIONAL_ROUTES

    @property
    def personal(self) -> bool:
        """Whether its address names an object of the planted people."""
        return self.named and bool(PERSONAL & set(self.parameters))

    def address(self, **values: Any) -> str:
        return reverse(self.name, self.urlconf, kwargs=values) if self.named else f"/{self.name}"


def routes(urlconf: str) -> list[Route]:
    return list(_walk(urlconf, get_resolver(urlconf).url_patterns, "", ""))


def _walk(
    urlconf: str, patterns: Sequence[URLPattern | URLResolver], namespace: str, path: str
) -> Iterator[Route]:
    for found in patterns:
        here = path + str(found.pattern)
        if isinstance(found, URLResolver):
            inner = ":".join(filter(None, (namespace, found.namespace)))
            yield from _walk(urlconf, found.url_patterns, inner, here)
        elif found.name:
            yield Route(f"{namespace}:{found.name}".lstrip(":"), urlconf, True, _parameters(found))
        else:
            yield Route(here, urlconf, False, _parameters(found))


def _parameters(found: URLPattern) -> tuple[str, ...]:
    return tuple(found.pattern.regex.groupindex)


@dataclass
class Samples:
    """Values of the parameters: by name, or for one route by (route, name); and what to ask besides.

    `queries` and `posts` are further addresses and form contents for one route.
    """

    values: Mapping[str | tuple[str, str], Sequence[Any]]
    queries: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)
    posts: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    def __or__(self, more: Samples) -> Samples:
        """These and those of another room, which says nothing of what is said here."""
        for mine, theirs in (
            (self.values, more.values),
            (self.queries, more.queries),
            (self.posts, more.posts),
        ):
            assert not mine.keys() & theirs.keys()
        return Samples(
            {**self.values, **more.values}, {**self.queries, **more.queries}, {**self.posts, **more.posts}
        )

    def of(self, route: Route, parameter: str) -> Sequence[Any]:
        found = self.values.get((route.name, parameter), self.values.get(parameter))
        assert found is not None, (
            f"Route {route} has a parameter {parameter!r} that nobody has a sample for: add one to its room's file "
            "in tests/access/world/rooms/, an object of the planted people of H41, so that the matrix can try it."
        )
        return found

    def addresses(self, route: Route) -> list[str]:
        """Every address to try: the parameters' samples multiplied out."""
        values = [self.of(route, name) for name in route.parameters]
        return [
            route.address(**dict(zip(route.parameters, chosen, strict=True))) for chosen in product(*values)
        ]

    def elsewhere(self, route: Route) -> str:
        """The address of an object that does not exist."""
        return route.address(**{name: _like(self.of(route, name)[0]) for name in route.parameters})

    def asked(self, route: Route) -> Sequence[Mapping[str, str]]:
        """What to ask after the plain address: words and numbers of the planted where a list may answer."""
        if route.room in IMPERSONAL_ROOMS:
            return ()
        listing = () if route.parameters else self.queries.get("", ())
        return (*listing, *self.queries.get(route.name, ()))

    def posted(self, route: Route) -> Sequence[Mapping[str, Any]]:
        """What to post after an empty form."""
        return self.posts.get(route.name, ())


def _like(value: Any) -> Any:
    """A value of the same kind that names nothing; words of the standard stay."""
    return value if isinstance(value, str) else 987_654 if isinstance(value, int) else uuid4()
