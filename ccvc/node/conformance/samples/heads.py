"""Messages on heads of logs, each with what the receiver must hold, witness and raise an alarm about afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import orjson

from ccvc.exchange.domain import heads
from ccvc.ledger.domain import head_bytes
from ccvc.ledger.witnessing import witness_bytes
from ccvc.node.conformance.samples.scheme import OTHER, RECEIVER, SENDER, Scheme
from ccvc.signing import jws, merkle
from ccvc.signing.store import KeyPair

SMALL, LARGE = 3, 7
NEVER_THERE = 10**6


@dataclass(frozen=True)
class Shown:
    """A message, and those shown before it; the code that refuses it; the size witnessed afterwards, and the alarm."""

    data: bytes
    before: Sequence[bytes] = ()
    code: str | None = None
    witnessed: int | None = None
    alarm: str | None = None


Maker = Callable[[Scheme], Shown]


@dataclass(frozen=True)
class Told:
    """How a message is made; a sample spoils one part of it. `first` is the size proved from, `late` seconds."""

    size: int
    first: int = 0
    late: int = 0
    agency: str = SENDER
    word: str = "x"
    signer: KeyPair | None = None
    proof: Sequence[bytes] | None = None
    witness: dict[str, Any] | None = None

    def message(self, scheme: Scheme) -> bytes:
        """The bytes shown."""
        leaves = log(self.size, self.word)
        proof = self.proof
        if proof is None:
            proof = merkle.consistency_proof(leaves, self.first) if self.first else []
        shown = heads.Heads(
            heads.FORMAT, self._head(scheme, leaves), self.first, [one.hex() for one in proof], self.witness
        )
        return heads.encode(shown)

    def _head(self, scheme: Scheme, leaves: Sequence[bytes]) -> dict[str, Any]:
        at, by = scheme.at + timedelta(seconds=self.late), self.signer or scheme.pair(SENDER, "sign")
        return jws.sign(
            head_bytes(self.agency, len(leaves), merkle.root(leaves), at), by.key, by.chain, at=at
        )


def log(size: int, word: str = "x") -> list[bytes]:
    """Leaf hashes of a log; another word makes another log."""
    return [merkle.leaf_hash(f"{word}{number}".encode()) for number in range(size)]


HELD = Told(SMALL)
NEXT = Told(LARGE, SMALL, late=1)


def after(told: Told, size: int, alarm: str | None = None) -> Maker:
    """Shown to a receiver that holds the head of three entries."""
    return lambda scheme: Shown(told.message(scheme), [HELD.message(scheme)], None, size, alarm)


def refused(code: str, told: Callable[[Scheme], Told]) -> Maker:
    """Refused with a code; the receiver goes on holding the head of three entries."""
    return lambda scheme: Shown(told(scheme).message(scheme), [HELD.message(scheme)], code, SMALL)


def came_late(scheme: Scheme) -> Shown:
    """The smaller head, signed before the larger one that is held."""
    return Shown(HELD.message(scheme), [HELD.message(scheme), NEXT.message(scheme)], None, LARGE)


def reworded(scheme: Scheme) -> Shown:
    """One more entry is claimed than was signed for."""
    shown = orjson.loads(NEXT.message(scheme))
    shown["head"]["payload"] = Told(LARGE + 1, late=1)._head(scheme, log(LARGE + 1))["payload"]  # noqa: SLF001 - the head alone
    return Shown(
        orjson.dumps(shown, option=orjson.OPT_SORT_KEYS), [HELD.message(scheme)], "SIG-MISMATCH", SMALL
    )


def misshapen(scheme: Scheme) -> Shown:
    """A member that is none of the message."""
    shown = orjson.loads(NEXT.message(scheme)) | {"count": LARGE}
    return Shown(orjson.dumps(shown, option=orjson.OPT_SORT_KEYS), [HELD.message(scheme)], "EXC-HEADS", SMALL)


def lied_to(scheme: Scheme) -> Shown:
    """The witness says the receiver's log once had a million entries."""
    by = scheme.pair(SENDER, "sign")
    payload = witness_bytes(SENDER, RECEIVER, NEVER_THERE, bytes(merkle.SIZE), scheme.at)
    told = replace(NEXT, witness=jws.sign(payload, by.key, by.chain, at=scheme.at))
    return Shown(told.message(scheme), [HELD.message(scheme)], None, LARGE, "LED-OWN-CUT")


SAMPLES: dict[str, Maker] = {
    "first": lambda scheme: Shown(HELD.message(scheme), witnessed=SMALL),
    "extends": after(NEXT, LARGE),
    "same": after(replace(HELD, late=1), SMALL),
    "late": came_late,
    "gap": after(replace(NEXT, first=SMALL + 1), SMALL),
    "rewritten": after(replace(NEXT, word="y"), SMALL, "LED-PEER-REWRITTEN"),
    "other-proof": after(replace(NEXT, proof=log(2)), SMALL, "LED-PEER-REWRITTEN"),
    "fork": after(replace(HELD, word="y", late=1), SMALL, "LED-PEER-FORKED"),
    "shrunk": after(Told(SMALL - 1, late=1), SMALL, "LED-PEER-SHRUNK"),
    "count": reworded,
    "other-agency": refused("LED-HEAD-FORM", lambda _scheme: replace(NEXT, agency=OTHER)),
    "stranger": refused(
        "SIG-ISSUER",
        lambda scheme: replace(NEXT, signer=scheme.issue(SENDER, "sign", by=scheme.stranger, days=300)),
    ),
    "revoked": refused("SIG-REVOKED", lambda scheme: replace(NEXT, signer=scheme.revoked)),
    "approver": refused("SIG-USE", lambda scheme: replace(NEXT, signer=scheme.pair(SENDER, "approve"))),
    "shape": misshapen,
    "witness": lied_to,
}
