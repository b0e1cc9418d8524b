"""Packages refused whole: one for each code a sender can cause."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson
import zstandard

from ccvc.exchange.domain.limits import MAX_CONTENT, MAX_PACKAGE, MIB
from ccvc.node.conformance.samples.draft import Draft, Envelope
from ccvc.node.conformance.samples.sample import Maker, Sample
from ccvc.node.conformance.samples.scheme import OTHER, SENDER, STRANGER, Scheme

NOWHERE = UUID(int=0)


def valid(scheme: Scheme) -> Sample:
    """A package without fault."""
    return Sample(Draft(scheme).build())


def bytes_of(spoil: Callable[[bytes], bytes]) -> Callable[[Scheme], bytes]:
    """A package spoilt after it was made."""
    return lambda scheme: spoil(Draft(scheme).build())


def drafted(**given: Any) -> Callable[[Scheme], bytes]:
    """A package made otherwise than it should be."""
    return lambda scheme: Draft(scheme, **given).build()


def stating(**stated: Any) -> Callable[[Scheme], bytes]:
    """A package whose manifest says something else."""
    return drafted(stated=stated)


def signed_by(how: Callable[[Scheme], Any]) -> Callable[[Scheme], bytes]:
    """A package under another signature."""
    return lambda scheme: Draft(scheme, signer=how(scheme)).build()


def other_algorithm(envelope: Envelope) -> Envelope:
    """The header names an algorithm that is not on the list."""
    member = envelope["manifest"]["signatures"][0]
    header = orjson.loads(base64.urlsafe_b64decode(member["protected"] + "=="))
    changed = orjson.dumps({**header, "alg": "RS512"})
    member["protected"] = base64.urlsafe_b64encode(changed).decode().rstrip("=")
    return envelope


def other_payload(envelope: Envelope) -> Envelope:
    """The manifest was changed after it was signed."""
    signed = envelope["manifest"]
    raw = base64.urlsafe_b64decode(signed["payload"] + "==").replace(b'"sequence":1', b'"sequence":2')
    signed["payload"] = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    return envelope


def signed_twice(envelope: Envelope) -> Envelope:
    """The node's signature stands where an approver's may."""
    members = envelope["manifest"]["signatures"]
    return {**envelope, "manifest": {**envelope["manifest"], "signatures": [*members, *members]}}


def too_much(_content: bytes) -> bytes:
    """Little that becomes more than a receiver takes."""
    packer = zstandard.ZstdCompressor(level=1).compressobj()
    block = bytes(MIB)
    parts = [packer.compress(block) for _ in range(MAX_CONTENT // MIB + 1)]
    return b"".join((*parts, packer.flush()))


def spaced(payload: bytes) -> bytes:
    """The same manifest, not canonical."""
    return payload.replace(b",", b", ", 1)


def without_kind(payload: bytes) -> bytes:
    """A manifest that lacks a member."""
    return payload.replace(b'"kind":"changes",', b"")


def flipped(place: int) -> Callable[[bytes], bytes]:
    """One bit is another."""

    def spoil(data: bytes) -> bytes:
        return data[:place] + bytes([data[place] ^ 1]) + data[len(data) + place + 1 :]

    return spoil


MAKERS: dict[str, Callable[[Scheme], bytes]] = {
    "EXC-EMPTY": lambda _scheme: b"",
    "EXC-MAGIC": bytes_of(lambda data: b"PK\x03\x04\x00\x00" + data[6:]),
    "EXC-VERSION": bytes_of(lambda data: b"CCVC2\n" + data[6:]),
    "EXC-TRUNCATED": bytes_of(lambda data: data[:-10]),
    "EXC-TRAILING": bytes_of(lambda data: data + b"\r\n"),
    "EXC-ENVELOPE-SIZE": bytes_of(lambda data: data[:6] + data[6:10][::-1] + data[10:]),
    "EXC-ENVELOPE": bytes_of(lambda data: data.replace(b'"manifest"', b'"manifset"', 1)),
    "EXC-ALGORITHM": drafted(envelope=other_algorithm),
    "EXC-SIGNATURE": drafted(envelope=other_payload),
    "EXC-CERT-EXPIRED": signed_by(lambda scheme: scheme.issue(SENDER, "sign", start=-30, days=20)),
    "EXC-CERT-NOT-YET": signed_by(lambda scheme: scheme.issue(SENDER, "sign", start=3000, days=20)),
    "EXC-CERT-REVOKED": signed_by(lambda scheme: scheme.revoked),
    "EXC-CERT-UNKNOWN": signed_by(lambda scheme: scheme.issue(SENDER, "sign", by=scheme.stranger, days=300)),
    "EXC-CERT-USE": signed_by(lambda scheme: scheme.pair(SENDER, "approve")),
    "EXC-APPROVER": drafted(stated={"kind": "snapshot"}, envelope=signed_twice),
    "EXC-MANIFEST": drafted(payload=without_kind),
    "EXC-MANIFEST-CANONICAL": drafted(payload=spaced),
    "EXC-SENDER": stating(sender=OTHER),
    "EXC-RECEIVER": stating(receiver=STRANGER),
    "EXC-PEER": drafted(sender=STRANGER),
    "EXC-GAP": stating(sequence=3, previous="0" * 64),
    "EXC-KIND": stating(kind="catalogue"),
    "EXC-BLOB-DIGEST": bytes_of(flipped(-1)),
    "EXC-KEY": lambda scheme: Draft(scheme, recipient=scheme.pair(SENDER, "encrypt")).build(),
    "EXC-DECRYPT": drafted(bound_to=NOWHERE),
    "EXC-COMPRESSION": drafted(compress=lambda content: content),
    "EXC-CONTENT-SIZE": drafted(compress=too_much),
    "EXC-LINES": drafted(join=b"\n".join),
    "EXC-COUNT": stating(records=2),
    "EXC-ROOT": stating(merkle_root="0" * 64),
}


def refused(code: str, make: Callable[[Scheme], bytes]) -> Maker:
    """The sample of a code."""
    return lambda scheme: Sample(make(scheme), code=code)


def too_large(scheme: Scheme) -> Sample:
    """A package followed by more zeros than a receiver reads."""
    return Sample(Draft(scheme).build(), code="EXC-SIZE", padding=MAX_PACKAGE)


def fork(scheme: Scheme) -> Sample:
    """Another package under a number that was taken."""
    return Sample(Draft(scheme).build(), [Draft(scheme).build()], "EXC-FORK")


def other_chain(scheme: Scheme) -> Sample:
    """The next number, continuing another history."""
    after = Draft(scheme, stated={"sequence": 2, "previous": "0" * 64})
    return Sample(after.build(), [Draft(scheme).build()], "EXC-CHAIN")


SAMPLES: dict[str, Maker] = {
    "valid": valid,
    **{code: refused(code, make) for code, make in MAKERS.items()},
    "EXC-SIZE": too_large,
    "EXC-FORK": fork,
    "EXC-CHAIN": other_chain,
}
