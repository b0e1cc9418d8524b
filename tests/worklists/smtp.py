"""A mail server that keeps what it is given: as much of SMTP (RFC 5321) as one sender speaks."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from typing import Any


class Sink(socketserver.ThreadingTCPServer):
    """Takes mail for everyone but those it refuses; `messages` in the order they came."""

    allow_reuse_address, daemon_threads = True, True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.messages: list[Message] = []
        self.refuses = ""

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Session(socketserver.StreamRequestHandler):
    server: Sink

    def handle(self) -> None:
        self._say("220 sink")
        while line := self.rfile.readline():
            if not self._answer(line.decode().strip().upper()):
                return

    def _answer(self, asked: str) -> bool:
        refused = bool(self.server.refuses) and self.server.refuses.upper() in asked
        if asked.startswith("DATA"):
            self._say("354 go on")
            self.server.messages.append(message_from_bytes(self._data()))
        self._say("550 nobody here" if refused else "221 bye" if asked == "QUIT" else "250 ok")
        return asked != "QUIT"

    def _data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def sink(settings: Any) -> Iterator[Sink]:
    """The settings lead to a server that runs until the end."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT = "127.0.0.1", False, 5
    settings.DEFAULT_FROM_EMAIL = "CCVC <ccvc@example.vn>"
    with Sink() as server:
        settings.EMAIL_PORT = server.port
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()
