"""What stands beside a signature, and what services answer: time stamps, answers on revocation, evidence as JSON."""

from __future__ import annotations

from random import Random

import orjson
from cryptography.hazmat.primitives.serialization import Encoding

from ccvc.signing import answers, revocation, timestamps
from ccvc.signing.approvals import verify_approval
from ccvc.signing.longterm import Evidence
from ccvc.signing.trust import Trust
from tests.fuzz import mutating
from tests.fuzz.target import Input, Target, WrongError
from tests.signing.test_longterm import JOINED, LATER, STAMPED, world

_DER = Encoding.DER
KINDS = ("token", "answer", "list", "evidence")


def _made(rng: Random) -> Input:
    return {"kind": rng.choice(KINDS), "edits": mutating.edits(rng, 3), "within": rng.random() < 0.5}


def _bytes(kind: str) -> bytes:
    if kind == "token":
        return world().evidence().tokens()[0]
    if kind == "answer":
        return world().evidence().known().answers[0].public_bytes(_DER)
    if kind == "list":
        return world().crl(STAMPED).public_bytes(_DER)
    return world().evidence().written().encode()


def _judge(given: Input) -> str:
    """A spoilt piece is refused or proves nothing; a stamp believed is at the time it was made."""
    spoilt = mutating.edited(_bytes(given["kind"]), given["edits"])
    if given["kind"] == "answer":
        answer = answers.read(spoilt)
        return str(answers.genuine(answer, world().root.cert))
    if given["kind"] == "list":
        return str(revocation.number_of(revocation.read_der(spoilt)))
    if given["kind"] == "evidence":
        evidence = Evidence.read(spoilt)
        orjson.loads(evidence.written())
    elif given["within"]:
        evidence = Evidence().with_stamp(spoilt).with_values(world().evidence().known())
    else:
        timestamps.read(spoilt)
        evidence = Evidence().with_stamp(spoilt)
    found = verify_approval(world().jws, JOINED, Trust((world().root.cert,)), evidence=evidence, now=LATER)
    if found.stamp is not None and found.stamp.at != STAMPED:
        raise WrongError("a stamp of another time is believed")
    return found.verdict.code


TARGETS = [Target("evidence", _made, _judge, 40)]
