"""Looking for malware with a scanner of the agency's: clamd on this machine, or any command.

`evidence_scanner` of the node's settings names it: `unix:/run/clamav/clamd.ctl`, `tcp:127.0.0.1:3310`, or
`command:` and a command that is given the path of a file behind its own arguments and ends with 0 (clean) or
1 (infected), as clamscan does. Anything else it does means that it could not tell.
"""

from __future__ import annotations

import os
import re
import shlex
import socket
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal, Protocol

from django.conf import settings

CHUNK = 64 * 1024
PATIENCE = 60.0
LONGEST_ANSWER = 4096
FOUND = re.compile(r"(?:^|: )(?P<name>[^:]+) FOUND$", re.MULTILINE)
INFECTED = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a scanner says of a file; `unknown` where it could not be asked or could not tell."""

    status: Literal["clean", "infected", "unknown"]
    detail: str = ""


class Scanner(Protocol):
    """Something that tells files with malware from those without."""

    def scan(self, content: bytes) -> Verdict:
        """Judge a file; never raises for what is wrong with the scanner."""


@dataclass(frozen=True, slots=True)
class Clamd:
    """The clamd daemon, spoken to by its own protocol (INSTREAM) over a Unix socket or TCP of this machine."""

    address: str | tuple[str, int]

    def scan(self, content: bytes) -> Verdict:
        """Send the file in chunks and read the verdict."""
        try:
            with self._connected() as connection:
                connection.sendall(b"zINSTREAM\0")
                for start in range(0, len(content), CHUNK):
                    part = content[start : start + CHUNK]
                    connection.sendall(struct.pack(">I", len(part)) + part)
                connection.sendall(struct.pack(">I", 0))
                return _verdict(_answer(connection))
        except OSError as error:
            return Verdict("unknown", str(error))

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        family = socket.AF_UNIX if isinstance(self.address, str) else _family(self.address[0])
        with socket.socket(family, socket.SOCK_STREAM) as connection:
            connection.settimeout(PATIENCE)
            connection.connect(self.address)
            yield connection


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ip_address(host).version == 6 else socket.AF_INET  # noqa: PLR2004 - IPv6


def _answer(connection: socket.socket) -> str:
    """What clamd says, up to its closing zero."""
    received = b""
    while not received.endswith(b"\0") and len(received) < LONGEST_ANSWER:
        part = connection.recv(LONGEST_ANSWER)
        if not part:
            break
        received += part
    return received.rstrip(b"\0\n").decode(errors="replace")


def _verdict(answer: str) -> Verdict:
    if found := FOUND.search(answer):
        return Verdict("infected", found["name"].strip())
    return Verdict("clean") if answer.endswith(": OK") else Verdict("unknown", answer or "no answer")


@dataclass(frozen=True, slots=True)
class Command:
    """A command that is given the path of a file, without a shell."""

    arguments: tuple[str, ...]

    def scan(self, content: bytes) -> Verdict:
        """Run it on a file of its own, readable by the node alone."""
        with tempfile.NamedTemporaryFile(prefix="ccvc-scan-") as file:
            file.write(content)
            file.flush()
            return self._run(file.name)

    def _run(self, name: str) -> Verdict:
        command = [*self.arguments, name]
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, timeout=PATIENCE, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return Verdict("unknown", str(error))
        said = done.stdout.decode(errors="replace")
        if done.returncode == INFECTED:
            found = FOUND.search(said)
            return Verdict("infected", found["name"].strip() if found else said.strip()[:200])
        return Verdict("clean") if done.returncode == 0 else Verdict("unknown", f"exit {done.returncode}")


def scanner_of(text: str) -> Scanner | None:
    """The scanner a setting names; None where it is empty. ValueError where it names none, or another machine."""
    kind, _, rest = text.strip().partition(":")
    if not text.strip():
        return None
    if kind == "unix" and rest.startswith("/"):
        return Clamd(rest)
    if kind == "tcp":
        host, _, port = rest.rpartition(":")
        if not ip_address(host.strip("[]")).is_loopback:
            raise ValueError("evidence_scanner: files are sent unencrypted, so only to this machine")
        return Clamd((host.strip("[]"), int(port)))
    if kind == "command" and (arguments := shlex.split(rest)):
        return Command(tuple(arguments))
    raise ValueError("evidence_scanner: unix:/path, tcp:127.0.0.1:port or command:program")


def scanner() -> Scanner | None:
    """The scanner of this node, if it has one."""
    return scanner_of(settings.CCVC_EVIDENCE_SCANNER)
