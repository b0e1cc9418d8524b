"""Stand-ins for an authority's services over HTTP on 127.0.0.1: time stamps, OCSP answers, revocation lists.

`python -m ccvc.simulation.services FOLDER` serves the demonstration's authority of a folder until SIGTERM. A file
mood.json in it ({"tsa": "down"}) tells a service to fail, to be slow or to answer wrongly, from the next request on.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import orjson
from cryptography.hazmat.primitives.serialization import Encoding

from ccvc.signing import revocation
from ccvc.simulation.authority import DemoAuthority
from ccvc.simulation.responding import Responder
from ccvc.simulation.stamping import Stamper

HOST = "127.0.0.1"
MOODS = "mood.json"
TYPES = {
    "tsa": "application/timestamp-reply",
    "ocsp": "application/ocsp-response",
    "crl": "application/pkix-crl",
}
_MOST_ASKED = 64 * 1024
_SLOW = 30.0
_HUGE = 4 * 1024 * 1024


class Services(ThreadingHTTPServer):
    """The three services of one authority, by path: /tsa, /ocsp and /crl."""

    daemon_threads = True

    def __init__(self, authority: DemoAuthority, port: int = 0) -> None:
        super().__init__((HOST, port), _Handler)
        self.authority = authority
        authority.serve_at(self.server_port)
        self.stamper = Stamper(*authority.stamping)
        self.responder = Responder(*authority.responding)
        self.asked: list[str] = []
        self.acts: dict[str, Callable[[bytes, str], bytes]] = {
            "tsa": self._stamp,
            "ocsp": self._state,
            "crl": self._list,
        }

    def url(self, service: str) -> str:
        """Where a service answers."""
        return f"http://{HOST}:{self.server_port}/{service}"

    def mood(self, service: str) -> str:
        """How a service was told to behave; empty: rightly."""
        file = self.authority.folder / MOODS
        return str(orjson.loads(file.read_bytes()).get(service, "")) if file.exists() else ""

    def tell(self, **moods: str) -> None:
        """Tell services how to behave; those not named behave rightly again."""
        (self.authority.folder / MOODS).write_bytes(orjson.dumps(moods))

    def _stamp(self, asked: bytes, mood: str) -> bytes:
        return self.stamper.answer(asked, mood=mood)

    def _list(self, _asked: bytes, _mood: str) -> bytes:
        return revocation.read(self.authority.recent_crl()).public_bytes(Encoding.DER)

    def _state(self, asked: bytes, mood: str) -> bytes:
        return self.responder.answer(asked, revocation.read(self.authority.recent_crl()), mood=mood)


class _Handler(BaseHTTPRequestHandler):
    server: Services

    def do_POST(self) -> None:
        """A question in the body."""
        size = int(self.headers.get("Content-Length", "0"))
        self._answer(self.rfile.read(min(size, _MOST_ASKED)))

    def do_GET(self) -> None:
        """The revocation list."""
        self._answer(b"")

    def _answer(self, asked: bytes) -> None:
        service = self.path.strip("/")
        act, mood = self.server.acts.get(service), self.server.mood(service)
        self.server.asked.append(service)
        if act is None:
            return self.send_error(HTTPStatus.NOT_FOUND)
        if mood == "down":
            return self.send_error(HTTPStatus.SERVICE_UNAVAILABLE)
        if mood == "slow":
            return self._drip()
        body = {"huge": b"0" * _HUGE, "garbage": b"\x30\x03abc"}.get(mood) or act(asked, mood)
        return self._send(TYPES[service], body)

    def _send(self, kind: str, body: bytes) -> None:
        """Whoever asked may have gone: they take only so much."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        with suppress(OSError):
            self.end_headers()
            self.wfile.write(body)

    def _drip(self) -> None:
        """A byte now and then, so that no single read times out."""
        self.send_response(HTTPStatus.OK)
        self.end_headers()
        until = time.monotonic() + _SLOW
        try:
            while time.monotonic() < until:
                self.wfile.write(b"0")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Say nothing: tests and the demonstration have logs of their own."""


@contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[Services]:
    """The services of a folder's authority, in a thread of this process; certificates made inside name them."""
    server = Services(DemoAuthority.open(folder), port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main() -> None:
    """Serve on the port the authority's certificates name, until SIGTERM or SIGINT."""
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stop.set())
    folder = Path(sys.argv[1])
    with serving(folder, DemoAuthority.open(folder).port or 0):
        stop.wait()


if __name__ == "__main__":
    main()
