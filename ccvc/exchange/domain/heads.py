"""Heads of logs exchanged (docs/exchange-protocol.md, section 12.1): exact shape, bounded, canonical bytes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from ccvc.exchange.domain.manifest import Digest
from ccvc.standard.documents import UNREADABLE
from ccvc.standard.problems import Problem

FORMAT: Literal["ccvc-heads/1"] = "ccvc-heads/1"
MAX_MESSAGE = 256 * 1024
MAX_PROOF = 130  # two hashes for each level of the tallest log


class Heads(Struct, frozen=True, forbid_unknown_fields=True):
    """The sender's newest signed head, the proof from the size `first`, and its witness of the receiver's log.

    `first` is the size the receiver is known to hold, 0 where it holds none; `witness` is null where the sender holds
    none of the receiver's. Every part is signed by itself or proved by what is.
    """

    format: Literal["ccvc-heads/1"]
    head: dict[str, Any]
    first: Annotated[int, Meta(ge=0, le=2**53 - 1)]
    proof: Annotated[list[Digest], Meta(max_length=MAX_PROOF)]
    witness: dict[str, Any] | None

    @property
    def hashes(self) -> list[bytes]:
        """The proof as bytes."""
        return [bytes.fromhex(one) for one in self.proof]


_decoder = msgspec.json.Decoder(Heads)
_encoder = msgspec.json.Encoder(order="sorted")


def encode(message: Heads) -> bytes:
    """Canonical bytes of a message."""
    return _encoder.encode(message)


def decode(raw: bytes) -> Heads:
    """A message as it came; Problem EXC-HEADS."""
    if len(raw) > MAX_MESSAGE:
        raise Problem("EXC-HEADS", where="heads", reason=f"{len(raw)} > {MAX_MESSAGE} bytes")
    try:
        return _decoder.decode(raw)
    except UNREADABLE as error:
        raise Problem("EXC-HEADS", where="heads", reason=str(error)) from error
