"""The exchange endpoint as another vendor's node meets it: statuses, errors, tokens; and our own client."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest
from django.db import OperationalError
from django.test import Client

from ccvc.exchange import actions, selectors, tasks
from ccvc.exchange.domain.tokens import make_token
from ccvc.exchange.models import Inbound, Outbound, Peer
from ccvc.exchange.transports import https
from ccvc.exchange.transports.https import HttpsTransport, tls_context
from ccvc.signing import certificates, keys, store
from ccvc.signing.verification import Trust
from tests.exchange.nodes import COMPONENT, NATIONAL, SYSTEM, Nodes
from tests.exchange.wire import wired

pytestmark = [pytest.mark.django_db, pytest.mark.urls("ccvc.exchange.urls_exchange")]


class Server:
    """The national node's endpoint, reached through Django's test client."""

    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes
        self.client = Client(enforce_csrf_checks=True)

    def post(self, data: bytes) -> Any:
        with self.nodes.acting_as(NATIONAL):
            return self.client.post(
                "/exchange/v1/packages", data, content_type="application/vnd.ccvc.package"
            )

    def get(self, target: str, *, token: str | None = None, sign: bool = True) -> Any:
        header = token or (self.token(target) if sign else "")
        with self.nodes.acting_as(NATIONAL):
            return self.client.get(target, headers={"Authorization": header})

    def token(self, target: str, **changed: Any) -> str:
        sign = store.node_keys(self.nodes.homes[COMPONENT]).sign
        given = {"sender": COMPONENT, "receiver": NATIONAL, "method": "GET", "target": target}
        return make_token(**{**given, **changed}, key=sign.key, chain=sign.chain)


@pytest.fixture
def server(nodes: Nodes) -> Server:
    return Server(nodes)


@pytest.fixture
def package(nodes: Nodes, approve: Any) -> bytes:
    approve(2)
    with nodes.acting_as(COMPONENT):
        return bytes(actions.build_packages(SYSTEM, NATIONAL)[0].data)


def test_a_package_is_taken_once_and_a_repeat_is_told_the_same(server, package):
    first, again = server.post(package), server.post(package)
    assert (first.status_code, again.status_code) == (201, 200)
    assert (
        first.json()
        == again.json()
        == {
            "status": "stored",
            "sequence": 1,
            "manifest_sha256": Outbound.objects.get().manifest_sha256,
            "receipt": None,
        }
    )
    assert Inbound.objects.count() == 1


def test_a_refusal_says_what_where_and_what_to_do(server, package):
    answer = server.post(package[:-1])
    assert answer.status_code == 400
    body = answer.json()
    assert body["code"] == "EXC-TRUNCATED"
    assert body["expected"] == len(package)
    assert body["got"] == len(package) - 1
    assert {"message", "where", "next"} <= body.keys()


def test_statuses_tell_programs_what_kind_of_refusal_it_is(server, nodes, package, monkeypatch):
    monkeypatch.setattr("ccvc.exchange.domain.container.MAX_PACKAGE", 10)
    assert server.post(package).status_code == 413
    monkeypatch.undo()
    with nodes.acting_as(NATIONAL):
        actions.suspend_peer(SYSTEM, COMPONENT, reason="Thử")
    assert server.post(package).status_code == 403


def test_a_gap_is_a_conflict_with_the_number_expected(server, nodes, approve):
    approve(2)
    with nodes.acting_as(COMPONENT):
        second = actions.build_packages(SYSTEM, NATIONAL, limit=1)[1]
    answer = server.post(bytes(second.data))
    assert (answer.status_code, answer.json()["code"], answer.json()["expected"]) == (409, "EXC-GAP", 1)


def test_the_mailbox_gives_one_package_after_another(server, nodes, package):
    assert server.get("/exchange/v1/mailbox?after=0").status_code == 204
    server.post(package)
    nodes.process()
    answer = server.get("/exchange/v1/mailbox?after=0")
    assert (answer.status_code, answer["CCVC-Sequence"], answer["Content-Type"]) == (
        200,
        "1",
        https.PACKAGE_TYPE,
    )
    assert nodes.take(answer.content, at=COMPONENT).sequence == 1
    assert server.get("/exchange/v1/mailbox?after=1").status_code == 204


@pytest.mark.parametrize("target", ["/exchange/v1/mailbox?after=0", "/exchange/v1/state"])
def test_nothing_is_given_without_a_token_of_the_very_request(server, target):
    assert server.get(target, sign=False).status_code == 401
    assert server.get(target, token=server.token(target + "1")).json()["code"] == "EXC-TOKEN-TARGET"
    assert server.get(target, token=server.token(target, receiver="G12")).status_code == 401
    assert server.get(target, token=server.token(target, sender="H56")).json()["code"] == "EXC-SENDER"


def test_a_suspended_peer_reads_nothing(server, nodes):
    with nodes.acting_as(NATIONAL):
        actions.suspend_peer(SYSTEM, COMPONENT, reason="Thử")
    for target in ("/exchange/v1/mailbox?after=0", "/exchange/v1/state"):
        assert server.get(target).json()["code"] == "EXC-SUSPENDED"


def test_health_says_what_the_node_speaks(server):
    body = server.get("/exchange/v1/health", sign=False).json()
    assert (body["status"], body["agency"], body["formats"]) == ("ok", NATIONAL, ["ccvc-package/1"])


def test_any_other_address_or_method_is_refused_in_json(server):
    assert server.get("/exchange/", sign=False).status_code == 404
    with server.nodes.acting_as(NATIONAL):
        assert server.client.get("/exchange/v1/packages").status_code == 405


def test_a_database_that_is_away_is_said_to_be_busy(server, package, monkeypatch):
    def away(*args: Any) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("ccvc.exchange.views.endpoint.store_inbound", away)
    answer = server.post(package)
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "EXC-BUSY", "30")


def test_our_client_and_our_endpoint_understand_each_other(nodes, approve, monkeypatch):
    wired(nodes, monkeypatch)
    approve(3)
    with nodes.acting_as(COMPONENT):
        sent = tasks.send_all()
        assert (sent.built, sent.changes, sent.delivered) == (1, 3, 1)
    nodes.process()
    with nodes.acting_as(COMPONENT):
        received = tasks.receive_all()
        assert (received.fetched, received.processed) == (1, 1)
        assert selectors.status(SYSTEM).peers[1].accepted == 0
    assert Outbound.objects.get(peer__agency_code=NATIONAL).state == "receipted"


def test_the_client_tells_a_gap_a_refusal_and_trouble_apart(nodes, approve, package, monkeypatch):
    client = wired(nodes, monkeypatch)
    approve(1)
    with nodes.acting_as(COMPONENT):
        second = bytes(actions.build_packages(SYSTEM, NATIONAL)[0].data)
    assert (client.deliver(second).outcome, client.deliver(second).expected) == ("gap", 1)
    assert client.deliver(b"nonsense").outcome == "refused"
    assert client.deliver(package[:-1]).outcome == "retry"
    assert client.deliver(package).outcome == "stored"


@pytest.mark.parametrize(
    ("status", "text", "outcome", "code"),
    [
        (500, "oops", "retry", "EXC-BUSY"),
        (404, "<html>", "retry", "EXC-ANSWER"),
        (429, "", "retry", "EXC-BUSY"),
    ],
)
def test_an_answer_of_something_else_than_a_node_is_tried_again(nodes, status, text, outcome, code):
    home = nodes.homes[COMPONENT]
    mock = httpx.MockTransport(lambda request: httpx.Response(status, text=text))
    client = HttpsTransport("https://x", COMPONENT, NATIONAL, store.node_keys(home), store.trust(home), mock)
    found = client.deliver(b"data")
    assert (found.outcome, found.problem["code"]) == (outcome, code)


def test_an_endless_answer_is_not_read_to_its_end(nodes):
    home = nodes.homes[COMPONENT]
    mock = httpx.MockTransport(
        lambda request: httpx.Response(200, content=(b"x" * 65536 for _ in range(10**9)))
    )
    client = HttpsTransport("https://x", COMPONENT, NATIONAL, store.node_keys(home), store.trust(home), mock)
    assert client.deliver(b"data").problem["code"] == "EXC-ANSWER"


@pytest.mark.parametrize(
    "address", ["https://127.0.0.1:9", "https://[bad", "nonsense", "https://127.0.0.1:99999"]
)
def test_a_receiver_that_is_not_there_is_tried_again(nodes, address):
    home = nodes.homes[COMPONENT]
    client = HttpsTransport(address, COMPONENT, NATIONAL, store.node_keys(home), store.trust(home))
    found = client.deliver(b"data")
    assert (found.outcome, found.problem["code"]) == ("retry", "EXC-UNREACHABLE")


class Silent(HTTPServer):
    def handle_error(self, *args: Any) -> None:
        """A client that hangs up is what the test is about."""


@contextmanager
def tls_server(issuer: certificates.Issuer, folder: Any) -> Iterator[str]:
    """A server on loopback with a certificate of this authority; answers 200 to all."""
    key = keys.generate()
    cert = certificates.issue(
        issuer, key.public_key(), common_name="Nút", agency_code=NATIONAL, use="tls", ip=["127.0.0.1"]
    )
    file = folder / "tls.pem"
    file.write_text(keys.to_pem(key, None) + certificates.to_pem([cert]))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server = Silent(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_only_a_server_certified_by_the_scheme_is_spoken_to(nodes, tmp_path):
    home = nodes.homes[COMPONENT]
    own, trust = store.node_keys(home), store.trust(home)
    with tls_server(nodes.issuer, tmp_path) as address:
        assert HttpsTransport(address, COMPONENT, NATIONAL, own, trust).deliver(b"x").outcome == "stored"
    with tls_server(certificates.create_authority("Kẻ khác"), tmp_path) as address:
        found = HttpsTransport(address, COMPONENT, NATIONAL, own, trust).deliver(b"x")
        assert (found.outcome, found.problem["code"]) == ("retry", "EXC-UNREACHABLE")
    assert tls_context(Trust()).get_ca_certs() == []


def test_newer_revocations_and_certificates_are_taken_up_and_older_ones_are_not(nodes, monkeypatch):
    wired(nodes, monkeypatch)
    component = nodes.homes[COMPONENT]
    peer = Peer.objects.get(agency_code=NATIONAL)
    with nodes.acting_as(COMPONENT):
        assert not actions.refresh_revocations(SYSTEM, peer)
    with nodes.acting_as(NATIONAL):
        actions.revocations.publish_revocations(nodes.issuer, [12345])
    with nodes.acting_as(COMPONENT):
        assert actions.refresh_revocations(SYSTEM, peer)
        assert not actions.refresh_revocations(SYSTEM, peer)
        assert tasks.refresh_trust() is False
    newest = max(store.trust(component).crls, key=lambda crl: len(list(crl)))
    assert newest.get_revoked_certificate_by_serial_number(12345) is not None
