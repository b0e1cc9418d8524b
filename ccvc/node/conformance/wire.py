"""The wire between a sender and the mock node: passes everything on, loses, delays or changes what a case asks for."""

from __future__ import annotations

import http.client
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson

from ccvc.exchange.domain.limits import MAX_PACKAGE
from ccvc.exchange.domain.manifest import Manifest, decode_manifest, manifest_digest
from ccvc.exchange.domain.sealing import manifest_payload
from ccvc.standard.problems import Problem

HOST = "127.0.0.1"
PATIENCE = 120.0
PASSED_ON = ("content-type", "authorization")
PASSED_BACK = ("Content-Type", "CCVC-Sequence", "Retry-After")
PACKAGES, MAILBOX = "/exchange/v1/packages", "/exchange/v1/mailbox"


@dataclass(frozen=True)
class Answer:
    """An answer to a request."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """A request of the sender; the names of its headers in lower case, since their case means nothing."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The target without its query."""
        return urlsplit(self.target).path


@dataclass(frozen=True)
class Delivery:
    """A package the sender delivered, and the status of the answer (0: none was given)."""

    data: bytes
    manifest: Manifest | None
    digest: str
    status: int


Forward = Callable[[], Answer]
Trick = Callable[[Forward], Answer | None]


@dataclass
class Wire:
    """What passed, and what is to be done to the next request to a path."""

    endpoint: str
    trust: ssl.SSLContext
    deliveries: list[Delivery] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    tricks: dict[str, list[Trick]] = field(default_factory=dict)
    address: str = ""
    broken: list[BaseException] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def clear(self) -> None:
        """Forget what passed before."""
        self.deliveries, self.requests, self.refusals, self.tricks = [], [], [], {}

    def next(self, path: str, trick: Trick) -> None:
        """What to do to the next request to a path, once."""
        self.tricks.setdefault(path, []).append(trick)

    def check(self) -> None:
        """Raise what broke on the wire itself."""
        if self.broken:
            raise self.broken[0]

    @property
    def taken(self) -> list[Delivery]:
        """Deliveries the node took as new."""
        return [delivery for delivery in self.deliveries if delivery.status == http.client.CREATED]

    def carry(self, request: Request) -> Answer | None:
        """Pass a request on, as the case wants it; None gives no answer."""
        with self._lock:
            self.requests.append(request)
            waiting = self.tricks.get(request.path, [])
            trick = waiting.pop(0) if waiting else None
        reached: list[Answer] = []

        def forward() -> Answer:
            reached.append(self._forward(request))
            return reached[-1]

        answer = trick(forward) if trick else forward()
        if answer is not None and httpx.codes.is_client_error(answer.status):
            self.refusals.append(_code(answer.body))
        if request.path == PACKAGES:
            seen = reached[-1].status if reached else answer.status if answer else 0
            with self._lock:
                self.deliveries.append(_delivery(request.body, seen))
        return answer

    def _forward(self, request: Request) -> Answer:
        host = urlsplit(self.endpoint)
        connection = http.client.HTTPSConnection(
            host.hostname or HOST, host.port, context=self.trust, timeout=PATIENCE
        )
        try:
            headers = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
            connection.request(request.method, request.target, request.body or None, headers)
            got = connection.getresponse()
            kept = {name: value for name in PASSED_BACK if (value := got.getheader(name))}
            return Answer(got.status, got.read(), kept)
        finally:
            connection.close()


def _code(body: bytes) -> str:
    """The code of an error, as the sender was told it."""
    return str(orjson.loads(body).get("code", ""))


def _delivery(data: bytes, status: int) -> Delivery:
    try:
        payload = manifest_payload(data)
        return Delivery(data, decode_manifest(payload), manifest_digest(payload), status)
    except Problem:
        return Delivery(data, None, "", status)


@contextmanager
def open_wire(endpoint: str, trust: ssl.SSLContext, certificate: Path, key: Path) -> Iterator[Wire]:
    """Listen on a free port under the given certificate, and pass on to the endpoint."""
    wire = Wire(endpoint, trust)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = _Server((HOST, 0), _handler(wire))
    server.context, server.broken = context, wire.broken
    wire.address = f"https://{HOST}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield wire
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    context: ssl.SSLContext
    broken: list[BaseException]

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands in the request's own thread, so that a client that does not like us holds up nobody."""
        try:
            with self.context.wrap_socket(request, server_side=True) as secured:
                super().finish_request(secured, client_address)
        except OSError:
            return

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - socketserver's signature
        """A fault of the wire itself, which no case may be blamed for."""
        error = sys.exc_info()[1]
        if error is not None:
            self.broken.append(error)

    def shutdown_request(self, request: Any) -> None:
        """The handshake took the socket over; what is left of it is closed."""
        with suppress(OSError):
            request.shutdown(socket.SHUT_RDWR)
        request.close()


def _handler(wire: Wire) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = PATIENCE

        def log_message(self, *_: Any) -> None:
            """What passes is kept on the wire, not printed."""

        def _carry(self) -> None:
            body = self._body()
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = wire.carry(Request(self.command, self.path, headers, body))
            self.close_connection = True
            if answer is None:
                return
            self.send_response(answer.status)
            for name, value in {**answer.headers, "Connection": "close"}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = _carry  # noqa: N815 - the names are those of http.server

        def _body(self) -> bytes:
            if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
                return b"".join(_chunks(self.rfile))
            return self.rfile.read(min(int(self.headers.get("Content-Length", 0)), MAX_PACKAGE + 1))

    return Handler


def _chunks(stream: Any) -> Iterator[bytes]:
    """The chunks of a body (RFC 9112, 7.1)."""
    while size := int(stream.readline().split(b";")[0], 16):
        yield stream.read(size)
        stream.readline()
    while stream.readline().strip():
        pass


def lose_answer(forward: Forward) -> None:
    """The request arrives, its answer does not."""
    forward()


def lose_request(_forward: Forward) -> None:
    """The request does not arrive."""


def answering(status: int, body: bytes, **headers: str) -> Trick:
    """An answer in the node's place; the request does not arrive."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _forward: Answer(status, body, {"Content-Type": "application/json", **named})
