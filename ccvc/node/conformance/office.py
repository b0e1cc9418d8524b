"""The mock node as the run uses it: started as a process of its own, asked by files, its mailbox and state read."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from ccvc.exchange.domain import open_package, statements
from ccvc.exchange.domain.opening import Opened
from ccvc.exchange.domain.reconcile import StateRow
from ccvc.exchange.transports.https import HttpsTransport, tls_context
from ccvc.node.cli.run import stop_all
from ccvc.node.mock.folder import AGENCY, MockFolder, write_whole
from ccvc.node.mock.keys import ACCOUNT, APPROVER, SampleKeys, write_pair
from ccvc.signing import certificates, keys, store
from ccvc.signing.store import KeyPair, NodeKeys
from ccvc.signing.verification import Trust
from ccvc.standard.problems import Problem

START_SECONDS, ANSWER_SECONDS = 120.0, 30.0


@dataclass(frozen=True)
class Office:
    """A running mock node."""

    folder: MockFolder
    endpoint: str

    def ask(self, name: str, asked: dict[str, str]) -> dict[str, Any]:
        """Put a request on the desk and wait for its answer; Problem NOD-MOCK-DESK where it is refused."""
        answer = self.folder.answers / f"{name}.json"
        answer.unlink(missing_ok=True)
        write_whole(self.folder.requests / f"{name}.json", orjson.dumps(asked))
        deadline = time.monotonic() + ANSWER_SECONDS
        while not answer.exists():
            if time.monotonic() > deadline:
                raise Problem("NOD-MOCK-DESK", where=str(answer), words=f"> {ANSWER_SECONDS:.0f} s")
            time.sleep(0.05)
        found: dict[str, Any] = orjson.loads(answer.read_bytes())
        if "code" in found:
            raise Problem("NOD-MOCK-DESK", where=str(answer), words=f"{found['code']}: {found['message']}")
        return found

    def make_keys(self, name: str, agency: str) -> Path:
        """A folder of sample keys, enrolled; the same name again renews it."""
        return Path(self.ask(name, {"format": "ccvc-mock-keys/1", "agency": agency})["folder"])

    def renew_approver(self, name: str, agency: str, folder: Path) -> None:
        """A new key and certificate for the approver of a folder of keys."""
        made = SampleKeys(agency)
        asked = {"agency": agency, "account": ACCOUNT, "name": APPROVER, "csr": made.approver_request()}
        pem = self.ask(name, {"format": "ccvc-mock-approver/1", **asked})["certificate"]
        write_pair(folder, "approver", made.approver, pem)

    def revoke(self, name: str, certificate: Path) -> None:
        """Take a certificate out of force."""
        self.ask(name, {"format": "ccvc-mock-revoke/1", "certificate": certificate.read_text()})

    @property
    def trust(self) -> Trust:
        """Whom to believe, as the node says now."""
        return store.trust_in(self.folder.root)

    @property
    def tls(self) -> tuple[Path, Path]:
        """Certificate and key of the endpoint."""
        return self.folder.node / "keys" / "tls.crt.pem", self.folder.node / "keys" / "tls.key.pem"

    @cached_property
    def context(self) -> Any:
        """A TLS context that believes the mock node."""
        return tls_context(self.trust)

    def mailbox(self, agency: str, folder: Path) -> list[Opened]:
        """Every package for an agency, opened with its sample keys."""
        carrier = self._carrier(agency, folder)
        now, trust = datetime.now(UTC), self.trust
        return [
            open_package(data, decrypt_key=carrier.keys.encrypt.key, trust=trust, receiver=agency, at=now)
            for data in carrier.fetch(0)
        ]

    def people(self, agency: str, folder: Path) -> int:
        """How many people of an agency the node holds."""
        return self._digests(self._carrier(agency, folder)).people

    def rows(self, agency: str, folder: Path) -> list[StateRow]:
        """What the node holds of each person of an agency (section 12)."""
        carrier = self._carrier(agency, folder)
        now, trust = datetime.now(UTC), self.trust
        return [
            row
            for bucket in self._digests(carrier).digests
            for row in statements.read_rows(carrier.state(bucket), peer=AGENCY, trust=trust, at=now)
        ]

    def _digests(self, carrier: HttpsTransport) -> statements.Digests:
        return statements.read_digests(carrier.state(), peer=AGENCY, trust=self.trust, at=datetime.now(UTC))

    def _carrier(self, agency: str, folder: Path) -> HttpsTransport:
        pairs = NodeKeys(_pair(folder, "sign"), _pair(folder, "encrypt"), None)
        return HttpsTransport(self.endpoint, agency, AGENCY, pairs, self.trust)


def _pair(folder: Path, use: str) -> KeyPair:
    key = keys.from_pem((folder / f"{use}.key.pem").read_text())
    return KeyPair(key, certificates.from_pem((folder / f"{use}.crt.pem").read_text()))


def any_port() -> int:
    """A port nobody uses, other than the one another run begun at the same moment would get."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def open_office(root: Path) -> Iterator[Office]:
    """A mock node of its own in a folder, ended afterwards; Problem NOD-PROCESS where it does not start."""
    folder, port = MockFolder(root), any_port()
    root.mkdir(parents=True, exist_ok=True)
    log = root / "mock.log"
    command = [sys.executable, "-m", "ccvc", "exchange", "mock", "--home", str(root), "--port", str(port)]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("CCVC_", "DJANGO_"))}
    with log.open("wb") as words:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            env=environment,
            start_new_session=True,
        )
    try:
        yield Office(folder, _endpoint(folder, process, log))
    finally:
        stop_all([process])


def _endpoint(folder: MockFolder, process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        serving = folder.read_serving()
        if serving is not None:
            return serving.endpoint
        time.sleep(0.1)
    raise Problem("NOD-PROCESS", where=str(log), process="mock")
