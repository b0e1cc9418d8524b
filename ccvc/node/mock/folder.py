"""Where things are in the folder of a mock node (docs/exchange-protocol.md, 17.1)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from ccvc.exchange.domain.enrolment import Anchors
from ccvc.standard.problems import Problem

AGENCY = "G09"
NAME = "NÚT THỬ NGHIỆM — CCVC mock national node"
SCHEME = "TEST — CCVC mock scheme authority"


class Serving(Struct, frozen=True, forbid_unknown_fields=True):
    """What `mock.json` says while the node answers."""

    agency: str
    endpoint: str
    fingerprint: str
    process: int
    format: Literal["ccvc-mock/1"] = "ccvc-mock/1"
    test: bool = True


@dataclass(frozen=True, slots=True)
class MockFolder:
    """The folder of one mock node."""

    root: Path

    @property
    def node(self) -> Path:
        """Home of the national node itself."""
        return self.root / "node"

    @property
    def authority(self) -> Path:
        """The authority of approvers."""
        return self.root / "approvers-authority"

    @property
    def requests(self) -> Path:
        """Where the desk finds what is asked."""
        return self.root / "desk" / "in"

    @property
    def answers(self) -> Path:
        """Where the desk puts its answers."""
        return self.root / "desk" / "out"

    @property
    def keys(self) -> Path:
        """Folders of sample keys the desk made."""
        return self.root / "keys"

    @property
    def packages(self) -> Path:
        """The folder of packages that travel as files."""
        return self.root / "packages"

    @property
    def serving(self) -> Path:
        """Says that the node answers, and where."""
        return self.root / "mock.json"

    def make(self) -> None:
        """Make the folders a vendor writes to or reads from."""
        for folder in (self.requests, self.answers, self.keys, self.packages):
            folder.mkdir(parents=True, exist_ok=True)

    def read_serving(self) -> Serving | None:
        """What the running node says of itself; None where none is."""
        try:
            return msgspec.json.decode(self.serving.read_bytes(), type=Serving)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as error:
            raise Problem("NOD-FILE", where=str(self.serving), reason=str(error)) from error


def write_trust(folder: Path, anchors: Anchors) -> None:
    """The authorities to believe and their revocation lists, as two files."""
    write_whole(folder / "trust.pem", anchors.certificates.encode())
    write_whole(folder / "trust.crl.pem", "".join(anchors.crls).encode())


def write_whole(file: Path, data: bytes) -> None:
    """Whole or not at all: written under a name that begins with a dot, then renamed."""
    new = file.with_name(f".{file.name}.{os.getpid()}")
    new.write_bytes(data)
    new.replace(file)
