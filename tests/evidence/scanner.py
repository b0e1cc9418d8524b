"""A clamd of the tests: speaks INSTREAM over a Unix socket or TCP, and knows one thing that is malware."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.evidence.samples import EICAR


class Daemon:
    """What it was sent, whole; `broken` makes it answer like one whose database is missing."""

    def __init__(self, listening: socket.socket) -> None:
        self.listening = listening
        self.scanned: list[bytes] = []
        self.broken = False

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            with connection:
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        stream = connection.makefile("rb")
        assert stream.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack(">I", stream.read(4))[0]:
            content += stream.read(length)
        self.scanned.append(content)
        if self.broken:
            connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")
        elif EICAR in content:
            connection.sendall(b"stream: Win.Test.EICAR_HDB-1 FOUND\0")
        else:
            connection.sendall(b"stream: OK\0")


@contextmanager
def clamd(address: Path | None) -> Iterator[tuple[Daemon, str]]:
    """The daemon on a Unix socket, or on a free port; and how a node's settings name it."""
    family = socket.AF_UNIX if address else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.bind(str(address) if address else ("127.0.0.1", 0))
    listening.listen()
    daemon = Daemon(listening)
    thread = threading.Thread(target=daemon.serve, daemon=True)
    thread.start()
    name = f"unix:{address}" if address else f"tcp:127.0.0.1:{listening.getsockname()[1]}"
    try:
        yield daemon, name
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)
