"""Heads of other agencies' logs: what a newer head is beside the one held, and what a node signs of it. Pure.

A node that holds a signed head of another's log takes a newer one only with the proof that it extends what it holds;
so no log can be rewritten, cut or put back without the other agency seeing it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec
import orjson

from ccvc.ledger.domain import HeadStatement, second
from ccvc.signing import merkle

FORMAT = "ccvc-witness/1"

Standing = Literal["first", "same", "older", "extends", "unproved", "forked", "shrunk", "rewritten"]
ALARMING: dict[Standing, str] = {
    "forked": "LED-PEER-FORKED",
    "shrunk": "LED-PEER-SHRUNK",
    "rewritten": "LED-PEER-REWRITTEN",
}
"""What must not be with a log that only grows, and the words for it."""


class WitnessStatement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an agency signs of another's log: that a head of this size and root extends all it held of it before."""

    format: Literal["ccvc-witness/1"]
    agency: str
    of: str
    size: int
    root: str
    at: datetime


def witness_bytes(agency: str, of: str, size: int, root: bytes, at: datetime) -> bytes:
    """The canonical bytes of a witness statement to sign."""
    stated = {
        "agency": agency,
        "at": second(at),
        "format": FORMAT,
        "of": of,
        "root": root.hex(),
        "size": size,
    }
    return orjson.dumps(stated, option=orjson.OPT_SORT_KEYS)


def judge(held: HeadStatement | None, told: HeadStatement, first: int, proof: Sequence[bytes]) -> Standing:
    """What a head told is beside the head held; `proof` leads from the size `first` to it.

    A smaller head signed no later than the one held came late on the way; signed later, the log has shrunk.
    """
    if held is None:
        return "first"
    if told.size == held.size:
        return "same" if told.root == held.root else "forked"
    if told.size < held.size:
        return "shrunk" if told.at > held.at else "older"
    if first != held.size:
        return "unproved"
    roots = bytes.fromhex(held.root), bytes.fromhex(told.root)
    return "extends" if merkle.verify_consistency(held.size, told.size, *roots, proof) else "rewritten"


OwnStanding = Literal["fits", "cut", "rewritten"]
OWN_ALARMS: dict[OwnStanding, str] = {"cut": "LED-OWN-CUT", "rewritten": "LED-OWN-REWRITTEN"}


def judge_own(said: WitnessStatement, size: int, root: bytes | None) -> OwnStanding:
    """What another's witness says of the own log, which has a size, and a root at the size witnessed."""
    if said.size > size:
        return "cut"
    return "fits" if root is not None and root.hex() == said.root else "rewritten"
