"""Bundles whose evidence proves nothing, or too little, and what a verifier must say of each."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import orjson
from cryptography import x509
from django.utils import timezone

from ccvc.signing import certificates, jws, revocation
from ccvc.signing.longterm import Evidence, Known
from tests.people import Agency
from tests.signing.proving import Prover

Told = tuple[str, list[str]]


def cases(node: Agency, text: str) -> dict[str, tuple[str, Told]]:
    """Bundles by what is the matter with the evidence of their second approval, each with its verdict and faults."""
    assert node.issuer is not None
    prover, stranger = Prover(node.issuer), Prover(certificates.create_authority("Không ai tin"))
    signed = json.loads(text)["approvals"][1]
    member, payload = signed["signatures"][0], signed["payload"]
    now = timezone.now().replace(microsecond=0)
    good, signer = prover.evidence(signed), jws.chain_of(signed)[0]
    again = good.with_stamp(prover.token(good.covered(member, payload, 1), now))
    whole = again.with_values(Known(prover.stamper.chain, (), (prover.answer(prover.stamper.chain[0], now),)))
    elsewhere = Evidence().with_stamp(prover.token(b"another signature", now))
    by_stranger = stranger.evidence(signed)
    silent = Evidence().with_stamp(prover.token(member["signature"].encode(), now))
    other = silent.with_values(Known((), (), (stranger.answer(signer, now),)))
    stolen = revocation.Revocation(
        signer.serial_number, now + timedelta(minutes=1), x509.ReasonFlags.key_compromise
    )
    late = prover.evidence(signed, now + timedelta(hours=1))
    return {
        "stamped again": (put(text, whole), ("valid", [])),
        "of another signature": (put(text, elsewhere), ("invalid", ["STAMP"])),
        "by a stranger": (put(text, by_stranger), ("invalid", ["STATUS", "STATUS"])),
        "the answer of a stranger": (put(text, other), ("invalid", ["STATUS"])),
        "nobody told of the stamper": (put(text, silent, listed=False), ("unknown", [])),
        "taken after the stamp": (put(taken(node, text, stolen), good), ("invalid", ["TIME", "TIME"])),
        "stamped after it was taken": (put(taken(node, text, stolen), late), ("invalid", ["TIME"] * 3)),
    }


def put(text: str, evidence: Evidence, *, listed: bool = True) -> str:
    """The bundle with this evidence beside its second approval; without lists, if told so."""
    found: dict[str, Any] = json.loads(text)
    found["evidence"][1] = orjson.loads(evidence.written())
    if not listed:
        found["trust"]["crls"] = []
    return json.dumps(found, ensure_ascii=False)


def taken(node: Agency, text: str, gone: revocation.Revocation) -> str:
    """The bundle with the authority's next list, which says that the approver's key was taken."""
    assert node.issuer is not None
    found: dict[str, Any] = json.loads(text)
    pem = revocation.crl(node.issuer, [gone], number=900)
    found["trust"]["crls"] = [pem]
    return json.dumps(found, ensure_ascii=False)
