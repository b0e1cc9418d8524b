"""Our own client speaking to our own endpoint, without a network in between."""

from __future__ import annotations

import httpx
import pytest
from django.test import Client

from ccvc.exchange import carriers
from ccvc.exchange.transports.https import HttpsTransport
from ccvc.signing import store
from tests.exchange.nodes import COMPONENT, NATIONAL, Nodes


class Wire(httpx.BaseTransport):
    """Stands in for the network between our own client and our own endpoint."""

    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes
        self.client = Client(enforce_csrf_checks=True)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        headers = {name: value for name, value in request.headers.items() if name != "host"}
        with self.nodes.acting_as(NATIONAL):
            found = self.client.generic(
                request.method,
                request.url.raw_path.decode(),
                request.read(),
                content_type=headers.get("content-type", ""),
                headers=headers,
            )
        return httpx.Response(found.status_code, headers=dict(found.items()), content=found.content)


def wired(nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> HttpsTransport:
    """Our own client, speaking to our own endpoint without a network."""
    home = nodes.homes[COMPONENT]
    own, trust = store.node_keys(home), store.trust(home)
    found = HttpsTransport("https://testserver", COMPONENT, NATIONAL, own, trust, Wire(nodes))
    monkeypatch.setattr(carriers, "https_to", lambda peer: found)
    return found
