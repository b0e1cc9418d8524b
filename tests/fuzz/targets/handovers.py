"""A dossier handed over, as its receiver opens it: spoilt before it was sealed, or approved anew, or in its parts."""

from __future__ import annotations

import hashlib
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

import orjson

from ccvc import standard
from ccvc.dossiers import domain as dossiers
from ccvc.exchange.domain import open_approval
from ccvc.exchange.domain.content import new_key
from ccvc.exchange.domain.records import Approval, ApprovalLine, decode_line
from ccvc.node.conformance.samples.handovers import BY, offer, transfer, withdraw
from ccvc.node.conformance.samples.scheme import SENDER, Change, approval_line, person
from ccvc.node.conformance.samples.scheme import Approval as By
from ccvc.node.conformance.samples.sealed import inside, nonces, versions
from ccvc.node.conformance.samples.sealed import sealed as come
from ccvc.signing.approvals import stated_in
from ccvc.signing.verification import Trust
from ccvc.standard.problems import Problem
from ccvc.transfers.domain import contents
from ccvc.transfers.domain.contents import Expected, version_line
from ccvc.transfers.domain.lines import DeclineLine, EndedLine, decode, decode_receipt, line_bytes
from ccvc.transfers.domain.sealing import Seal, opened
from tests.fuzz import mutating, seeds
from tests.fuzz.target import Input, Target, WrongError
from tests.fuzz.targets.packages import revoked

LAYERS = ("line", "bytes", "order", "approved", "part", "content")
KEY = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")


@cache
def good() -> tuple[bytes, ...]:
    return tuple(inside(seeds.scheme()))


def spoilt(rng: Random) -> Input:
    """What is inside, spoilt at one layer."""
    layer = rng.choice(LAYERS)
    lines = list(good())
    place = rng.randrange(len(lines))
    if layer == "line":
        lines[place] = mutating.json_bytes(rng, orjson.loads(lines[place])).replace(b"\n", b" ")
    if layer == "bytes":
        lines[place] = mutating.edited(lines[place], mutating.edits(rng)).replace(b"\n", b" ")
    if layer == "order":
        lines = rng.choices(lines, k=rng.randint(0, len(lines) + 2))
    if layer == "approved":
        first, second = versions()
        made = approved(rng, first, None)
        return {"layer": layer, "changed": [made, approved(rng, second, Change(*made).hash)]}
    return {"layer": layer, "lines": lines, "edits": mutating.edits(rng)}


def approved(rng: Random, one: Change, base: str | None) -> list[bytes]:
    """A version as a hostile giver's own approver would sign it: anything may stand in it, and fit."""
    statement, document = orjson.loads(one.statement), orjson.loads(one.document)
    raw = one.document if rng.random() < 0.4 else mutating.json_bytes(rng, document)
    told = {
        "base": base,
        "document_sha256": hashlib.sha256(raw).hexdigest(),
        "national_sha256": national(raw),
    }
    statement |= told
    if rng.random() < 0.3:
        statement = mutating.changed(rng, statement)
    return [_dumped(statement), raw]


def national(raw: bytes) -> str:
    """The digest of the national part, where a document has any."""
    try:
        return standard.digest(dossiers.national(raw.decode()))
    except Exception:  # noqa: BLE001 - whatever cannot be read has none
        return hashlib.sha256(raw).hexdigest()


def _dumped(value: Any) -> bytes:
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (TypeError, orjson.JSONEncodeError):  # nothing anybody could sign
        return b"{}"


def lines_of(given: Input) -> list[bytes]:
    """The lines an input describes, those approved anew under a signature of this process."""
    if given["layer"] != "approved":
        return list(given["lines"])
    scheme, made = seeds.scheme(), [Change(*one) for one in given["changed"]]
    approval = approval_line(made, By(scheme.pair(SENDER, "approve")), scheme.at)
    rows = [
        version_line(
            approval=0, leaf=leaf, statement=one.statement, document=one.document, known_at=scheme.at
        )
        for leaf, one in enumerate(made)
    ]
    return [approval, *(row.replace(b"\n", b" ") for row in rows)]


def _approve(line: ApprovalLine) -> Approval:
    """The approval, verified; the sound one once a process, for it stands in most inputs."""
    known, approval = _sound()
    return approval if line == known else _verified(line)


@cache
def _sound() -> tuple[ApprovalLine, Approval]:
    line = decode_line(good()[0])
    assert isinstance(line, ApprovalLine)
    return line, _verified(line)


def _verified(line: ApprovalLine) -> Approval:
    scheme = seeds.scheme()
    sender = stated_in(line.jws).agency.partition(".")[0]
    return open_approval(
        line, trust=Trust((scheme.issuer.cert,), (), (revoked(),)), at=scheme.at, sender=sender
    )


def _open(given: Input) -> str:
    """The receiver proves it whole, or says what is wrong; what it takes ends with the version announced."""
    which, key = transfer(1), new_key()
    seal = Seal(which, key, nonces())
    parts = list(seal.parts(lines_of(given)))
    if given["layer"] == "part":
        parts = [mutating.edited(part, given["edits"]) for part in parts]
    elif given["layer"] == "content":
        raw = mutating.edited(b"".join(line + b"\n" for line in given["lines"]), given["edits"])
        parts = list(Seal(which, key, nonces()).parts([raw.removesuffix(b"\n")]))
    expected = Expected(str(person(1)), 2, versions()[1].hash)
    if given["layer"] == "approved":  # the giver announces what it sends
        expected = Expected(str(person(1)), 2, Change(*given["changed"][1]).hash)
    found = contents.read(opened(which, key, parts), expected, _approve)
    orjson.dumps(found.facts())
    if found.versions[-1].hash.hex() != expected.version:
        raise WrongError("taken, though it ends otherwise")
    return "opened"


def _line(rng: Random) -> Input:
    scheme = seeds.scheme()
    made = [
        *(orjson.loads(line) for line in come(None)(scheme).lines),
        orjson.loads(offer()(scheme)),
        orjson.loads(withdraw()(scheme)),
        orjson.loads(line_bytes(EndedLine(KEY, "refused", "Chưa có vị trí", scheme.at))),
        orjson.loads(line_bytes(DeclineLine(KEY, "Chưa có quyết định"))),
        {"account": BY.account, "agency": "G09", "format": "ccvc-transfer/1"},
    ]
    return {"raw": mutating.json_bytes(rng, rng.choice(made))}


def _read_line(given: Input) -> str:
    """A node reads a line, or a receipt, or says that it cannot."""
    said = []
    for read in (decode, decode_receipt):
        try:
            line_bytes(read(given["raw"]))
            said.append("taken")
        except Problem as problem:
            orjson.dumps(problem.as_json())
    return "taken" if said else "refused"


TARGETS = [
    Target("handover", spoilt, _open, 24),
    Target("handover line", _line, _read_line, 12),
]
