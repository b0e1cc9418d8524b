"""Sealing a dossier for one receiver: content as a stream of bytes, cut into parts, each compressed and encrypted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ccvc.exchange.domain.content import NONCE_SIZE, compress, decompress
from ccvc.exchange.domain.limits import MAX_LINE, MIB
from ccvc.signing import merkle
from ccvc.standard.problems import Problem

PART = 4 * MIB
"""Bytes of content in a part: sealed and in base64 it stays well below the longest line."""


@dataclass(slots=True)
class Seal:
    """Seals lines for a hand-over; the leaves of what was sealed so far give the root."""

    transfer: UUID
    key: bytes
    nonces: Iterator[bytes]
    leaves: list[bytes] = field(default_factory=list)
    size: int = 0

    def parts(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """The sealed parts of a content of lines, in order; no more than one is held at a time."""
        waiting = bytearray()
        for line in lines:
            waiting += line + b"\n"
            while len(waiting) >= PART:
                yield self._sealed(bytes(waiting[:PART]))
                del waiting[:PART]
        if waiting or not self.leaves:
            yield self._sealed(bytes(waiting))

    def _sealed(self, content: bytes) -> bytes:
        nonce = next(self.nonces)
        bound = associated(self.transfer, len(self.leaves))
        data = nonce + AESGCM(self.key).encrypt(nonce, compress(content), bound)
        self.leaves.append(merkle.leaf_hash(data))
        self.size += len(data)
        return data

    @property
    def root(self) -> str:
        """The Merkle root over the sealed parts, hexadecimal."""
        return merkle.root(self.leaves).hex()


def associated(transfer: UUID, index: int) -> bytes:
    """What binds a part to its hand-over and place."""
    return f"{transfer}:{index}".encode()


def root_of(parts: Iterable[bytes]) -> str:
    """The Merkle root over sealed parts, hexadecimal."""
    return merkle.root([merkle.leaf_hash(part) for part in parts]).hex()


def opened(transfer: UUID, key: bytes, parts: Iterable[bytes]) -> Iterator[bytes]:
    """The lines inside sealed parts, as a stream. Problem TRF-DAMAGED where a part or a line is not whole."""
    waiting = b""
    for index, part in enumerate(parts):
        *lines, waiting = (waiting + _content(transfer, key, index, part)).split(b"\n")
        yield from lines
        if len(waiting) > MAX_LINE:
            raise Problem("TRF-DAMAGED", where=f"part {index}", reason="line too long")
    if waiting:
        raise Problem("TRF-DAMAGED", where="content", reason="last line has no end")


def _content(transfer: UUID, key: bytes, index: int, part: bytes) -> bytes:
    try:
        plain = AESGCM(key).decrypt(part[:NONCE_SIZE], part[NONCE_SIZE:], associated(transfer, index))
        return decompress(plain, PART)
    except (InvalidTag, ValueError, Problem) as error:
        raise Problem("TRF-DAMAGED", where=f"part {index}", reason=type(error).__name__) from error
