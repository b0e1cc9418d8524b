"""The program on 127.0.0.1: answers the node's pages it was started for, and shows its own pages to the officer.

Refused before anything is read: another Host than its own address (a name rebound to this machine), another Origin than
those it was started for. A page of an allowed origin must be paired once by the code shown on the program's screen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

from ccvc.signing.certificates import name_of, to_pem
from ccvc.signing.helper import pages
from ccvc.signing.helper.desk import Desk
from ccvc.standard.problems import Problem

HOST, PORT = "127.0.0.1", 14841
MOST_BODY = 32 * 1024 * 1024
MOST_FORM = 4096
FILE = re.compile(r"/confirm/(?P<name>[\w-]+)/(?P<place>\d{1,3})\.pdf", re.ASCII)
STATUS = {"SIG-HELPER-ORIGIN": 403, "SIG-HELPER-PAIR": 401, "SIG-HELPER-CODE": 401, "SIG-HELPER-GONE": 404}


class _Handler(BaseHTTPRequestHandler):
    desk: Desk
    origins: frozenset[str]
    port: int
    timeout = 30
    server_version, sys_version = "ccvc-signer", ""

    @property
    def own(self) -> str:
        return f"http://{HOST}:{self.port}"

    def do_OPTIONS(self) -> None:
        """May a page of this origin ask? Also on behalf of a page from a wider network (Private Network Access)."""
        self._guarded(lambda: self._send(204, b"", "", self._shared()))

    def do_GET(self) -> None:
        self._guarded(self._get)

    def do_POST(self) -> None:
        self._guarded(self._post)

    def _guarded(self, act: Any) -> None:
        """Nothing is done for a name rebound to this machine; every Problem is told."""
        if self.headers.get("Host") != f"{HOST}:{self.port}":
            self._send(421, b"", "text/plain")
            return
        try:
            act()
        except Problem as problem:
            status = STATUS.get(problem.code, 422)
            if not self.path.startswith("/v1/"):
                self._page(
                    status, pages.telling("Không ký được", f"{problem.message()} {problem.next_step()}")
                )
                return
            self._json(status, {"problem": problem.as_json()}, shared=problem.code != "SIG-HELPER-ORIGIN")

    def _get(self) -> None:
        if self.path == "/style.css":
            self._send(200, pages.STYLE.encode(), "text/css; charset=utf-8")
        elif (asked := FILE.fullmatch(self.path)) is not None:
            self._file(asked["name"], int(asked["place"]))
        elif self.path.startswith("/confirm/"):
            self._confirming(self.path.removeprefix("/confirm/"))
        elif self.path == "/v1/certificates":
            self._origin(paired=True)
            self._json(200, {"chain": to_pem(self.desk.chain), "algorithm": self.desk.algorithm})
        elif self.path.startswith("/v1/requests/"):
            origin = self._origin(paired=True)
            self._json(200, self.desk.answer(self.path.removeprefix("/v1/requests/"), origin))
        else:
            self._page(404, pages.telling("Chương trình ký số", "Mở trang ký của hệ thống để bắt đầu."))

    def _post(self) -> None:
        if self.path.startswith("/confirm/"):
            self._confirmed(self.path.removeprefix("/confirm/"))
            return
        origin = self._origin(paired=self.path != "/v1/pair")
        body = self._body()
        if self.path == "/v1/pair":
            self._json(200, {"token": self.desk.pair(str(body.get("code", "")), origin)})
        elif self.path == "/v1/requests":
            name = self.desk.take(body, origin)
            self._json(200, {"id": name, "confirm": f"{self.own}/confirm/{name}"})
        else:
            raise Problem("SIG-HELPER-GONE")

    def _origin(self, *, paired: bool) -> str:
        """Whose page asks; Problem SIG-HELPER-ORIGIN, SIG-HELPER-PAIR."""
        origin = self.headers.get("Origin", "")
        if origin not in self.origins:
            raise Problem("SIG-HELPER-ORIGIN", origin=origin[:200] or "?")
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if paired and not self.desk.knows(token, origin):
            raise Problem("SIG-HELPER-PAIR")
        return origin

    def _body(self) -> dict[str, Any]:
        data = self._bytes(MOST_BODY)
        try:
            found = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise Problem("SIG-HELPER-UNREADABLE", part="JSON") from error
        if not isinstance(found, dict):
            raise Problem("SIG-HELPER-UNREADABLE", part="JSON")
        return found

    def _bytes(self, most: int) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or len(length) > len(str(most)) or int(length) > most:
            self.close_connection = True
            raise Problem("SIG-HELPER-UNREADABLE", part="Content-Length")
        return self.rfile.read(int(length))

    def _confirming(self, name: str, problem: Problem | None = None) -> None:
        waiting = self.desk.waiting(name)
        self._page(
            STATUS.get(problem.code, 422) if problem else 200,
            pages.confirming(name, waiting, name_of(self.desk.chain[0]), problem),
        )

    def _file(self, name: str, place: int) -> None:
        """One document that waits, exactly the bytes whose digest is to be signed."""
        papers = self.desk.waiting(name).read.papers
        if place >= len(papers) or not papers[place].file:
            raise Problem("SIG-HELPER-GONE")
        self._send(200, papers[place].file, "application/pdf", pages.FILE_HEADERS)

    def _confirmed(self, name: str) -> None:
        """The officer's own answer, from the program's own page alone."""
        if self.headers.get("Origin") != self.own:
            raise Problem("SIG-HELPER-ORIGIN", origin=self.headers.get("Origin", "?")[:200])
        given = {
            key: values[0]
            for key, values in parse_qs(self._bytes(MOST_FORM).decode("utf-8", "replace")).items()
        }
        form = given.get("form", "")
        if given.get("act") == "refuse":
            self.desk.refuse(name, form)
            self._confirming(name)
            return
        try:
            self.desk.sign(name, form, given.get("pin", ""))
        except Problem as problem:
            self._confirming(name, problem)
            return
        self._confirming(name)

    def _shared(self) -> dict[str, str]:
        """The headers that let a page of an allowed origin read the answer."""
        origin = self.headers.get("Origin", "")
        if origin not in self.origins:
            raise Problem("SIG-HELPER-ORIGIN", origin=origin[:200] or "?")
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Methods": "GET, POST",
            "Access-Control-Allow-Headers": "Authorization, Content-Type",
            "Access-Control-Allow-Private-Network": "true",
            "Vary": "Origin",
        }

    def _json(self, status: int, answer: dict[str, Any], *, shared: bool = True) -> None:
        self._send(status, json.dumps(answer).encode(), "application/json", self._shared() if shared else {})

    def _page(self, status: int, text: str) -> None:
        self._send(status, text.encode(), "text/html; charset=utf-8", pages.HEADERS)

    def _send(self, status: int, data: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in ({"Content-Type": kind} if kind else {}).items():
            self.send_header(name, value)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing is written down of what is signed."""


def server(desk: Desk, origins: Iterable[str], port: int = PORT) -> ThreadingHTTPServer:
    """The program's server, bound to this machine alone; port 0 for any that is free."""
    known: dict[str, Any] = {"desk": desk, "origins": frozenset(origins)}
    made = ThreadingHTTPServer((HOST, port), type("Handler", (_Handler,), known))
    made.RequestHandlerClass.port = made.server_port  # type: ignore[attr-defined]  # it is the class made above
    return made


@contextmanager
def serving(desk: Desk, origins: Iterable[str], port: int = 0) -> Iterator[str]:
    """The program running beside until the block ends; its address."""
    made = server(desk, origins, port)
    thread = Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{made.server_port}"
    finally:
        made.shutdown()
        made.server_close()
        thread.join()
