"""What travels between nodes, as its reader meets it: packages, spoilt at each layer, and the lines in them."""

from __future__ import annotations

import base64
import hashlib
from random import Random
from typing import Any

import orjson
import zstandard

from ccvc.catalogues import domain as catalogues
from ccvc.exchange.domain import checking, content, manifest, opening, records
from ccvc.exchange.domain.limits import MIB
from ccvc.node.conformance.samples.draft import Draft, two_changes
from ccvc.signing import revocation
from ccvc.signing.verification import Trust
from ccvc.standard.problems import Problem
from tests.fuzz import hostile, mutating, seeds
from tests.fuzz.target import Input, Target, WrongError

LAYERS = ("file", "envelope", "header", "manifest", "stated", "packed", "content", "lines")
NAMES = (
    *("format", "id", "sender", "receiver", "sequence", "previous", "kind", "standard", "period", "records"),
    *(
        "merkle_root",
        "blob_sha256",
        "blob_size",
        "created_at",
        "alg",
        "kid",
        "x5c",
        "iat",
        "b64",
        "crit",
        "zip",
    ),
    *("typ", "key", "manifest", "payload", "signatures", "x"),
)
SENT = "6ba7b811-9dad-11d1-80b4-00c04fd430c8"
NOW = "2026-11-21T02:00:00Z"


def layered(rng: Random) -> Input:
    """A package spoilt at one of its layers; those outside it are sealed rightly, as a hostile sender would."""
    layer = rng.choice(LAYERS)
    given: Input = {"layer": layer}
    if layer == "stated":
        return {**given, "value": {name(rng): hostile.scalar(rng) for _ in range(rng.randint(1, 2))}}
    if layer in {"envelope", "header"}:
        return {**given, "name": name(rng), "value": hostile.scalar(rng), "edits": mutating.edits(rng, 2)}
    if layer == "lines":
        return {
            **given,
            "lines": [line(rng) for _ in range(rng.randint(1, 3))],
            "kind": rng.choice(("changes", "snapshot", "receipt", "share", "catalogue", "transfer")),
        }
    bomb = rng.random() < 0.02
    return {**given, "edits": mutating.edits(rng), "bomb": bomb}


def name(rng: Random) -> str:
    return rng.choice(NAMES)


def built(given: Input, **more: Any) -> bytes:
    """The package an input describes, sealed with the keys of this process."""
    layer, changes = given["layer"], given.get("edits", [])

    def edit(raw: bytes) -> bytes:
        return mutating.edited(raw, changes)

    if layer == "stated":
        more["stated"] = {**more.get("stated", {}), **given["value"]}
    if layer == "lines":
        more |= {"lines": given["lines"], "stated": {**more.get("stated", {}), "kind": given["kind"]}}
    if layer == "content":
        more["join"] = lambda lines: edit(content.join_lines(lines))
    if layer == "packed":
        more["compress"] = lambda raw: _bomb() if given["bomb"] else edit(content.compress(raw))
    if layer == "manifest":
        more["payload"] = edit
    if layer in {"envelope", "header"}:
        more["envelope"] = lambda envelope: _spoilt(envelope, given)
    try:
        data = Draft(seeds.scheme(), **more).build()
    except (TypeError, UnicodeEncodeError, orjson.JSONEncodeError):  # nothing anybody could sign
        data = Draft(seeds.scheme()).build()
    return edit(data) if layer == "file" else data


def _bomb() -> bytes:
    packer = zstandard.ZstdCompressor(level=1).compressobj()
    block = bytes(MIB)
    return b"".join([packer.compress(block) for _ in range(270)]) + packer.flush()


def _spoilt(envelope: dict[str, Any], given: Input) -> dict[str, Any]:
    signature = envelope["manifest"]["signatures"][0]
    if given["layer"] == "envelope":
        holder = (
            envelope
            if given["name"] in {"key", "manifest", "x"}
            else envelope["manifest"]
            if given["name"] in {"payload", "signatures"}
            else signature
        )
        holder[given["name"]] = encodable(given["value"])
        return envelope
    header = orjson.loads(base64.urlsafe_b64decode(signature["protected"] + "=="))
    signature["protected"] = spoilt_header(header, given)
    return envelope


def spoilt_header(header: dict[str, Any], given: Input) -> str:
    """A protected header with a member changed; a spoilt certificate gets the name it then has."""
    if given["name"] == "x5c" or not given["edits"][0][1] % 2:
        der = mutating.edited(base64.b64decode(header["x5c"][0]), given["edits"])
        header |= {"x5c": [base64.b64encode(der).decode()], "kid": hashlib.sha256(der).hexdigest()}
    else:
        header[given["name"]] = encodable(given["value"])
    return base64.urlsafe_b64encode(orjson.dumps(header)).decode().rstrip("=")


def encodable(value: Any) -> Any:
    """The value, or a word in its place where JSON has none for it."""
    try:
        orjson.dumps(value)
    except (TypeError, orjson.JSONEncodeError):
        return "?"
    return value


def line(rng: Random) -> bytes:
    """A spoilt line of any kind."""
    good = orjson.loads(rng.choice(good_lines()))
    return mutating.json_bytes(rng, good).replace(b"\n", b" ")


def good_lines() -> list[bytes]:
    """A line of each kind: approval and changes, then summary, verdict, conflict, finding, change set."""
    person, digest = SENT, "0" * 64
    said = {"person": person, "code": "REG-CLAIMED", "message": "Trùng số", "next": "Xem lại", "at": NOW}
    made: list[dict[str, Any]] = [
        {
            "type": "summary",
            "package": person,
            "manifest_sha256": digest,
            "accepted": 1,
            "refused": 1,
            "pending": 0,
            "register_root": digest,
            "problem": {"code": "EXC-GAP", "message": "Thiếu", "where": "", "next": "Gửi lại"},
        },
        {
            "type": "verdict",
            "record": 1,
            "person": person,
            "number": 1,
            "verdict": "refused",
            "code": "STD-DATE",
            "path": "identity.birth_date",
            "message": "Sai",
            "next": "Sửa",
        },
        {"type": "conflict", "personal_id": "040085000001", "holder": "H41", "claimant": "H56", **said},
        {"type": "quality", "path": "identity.full_name", **said},
        {
            "type": "catalogue",
            "number": 1,
            "list": "ethnic_groups",
            "basis": "TT 1",
            "at": NOW,
            "by": {"account": "an", "name": "An"},
            "rows": [
                {
                    "code": "99",
                    "label_vi": "Thử",
                    "valid_from": "2026-07-01",
                    "synonyms": ["thu"],
                    "extra": {},
                }
            ],
        },
    ]
    return [*two_changes(seeds.scheme()), *map(orjson.dumps, made)]


def _open(given: Input) -> str:
    """A receiver takes it whole or refuses it; the check reports and never raises; `read_manifest` is as strict."""
    data = built(given)
    scheme = seeds.scheme()
    trust = Trust((scheme.issuer.cert,), (), (revoked(),))
    key = scheme.pair("G09", "encrypt").key
    report = checking.check_bytes(data, key=key, trust=trust, receiver="G09", at=scheme.at)
    orjson.dumps(report.as_json())
    report.as_text().encode()
    orjson.dumps(checking.check_bytes(data).as_json())
    opened = opening.open_package(data, decrypt_key=key, trust=trust, receiver="G09", at=scheme.at)
    if given["layer"] in {"file", "packed"} and opened.lines and not report.ok:
        raise WrongError("taken, though the check finds fault")
    return "opened"


def revoked() -> Any:
    """The authority's revocation list."""
    return revocation.read(seeds.scheme().crl)


def _line(rng: Random) -> Input:
    return {"raw": line(rng)}


def _read_line(given: Input) -> str:
    """Each reader of lines takes or refuses a line of any kind."""
    raw, codes = given["raw"], []
    readers = (
        records.decode_line,
        records.decode_notice,
        lambda one: records.decode_receipt([one]),
        records.decode_statement,
        catalogues.decode,
        manifest.decode_manifest,
        manifest.decode_envelope,
    )
    records.is_canonical(raw)
    for read in readers:
        try:
            read(raw)
            codes.append("taken")
        except Problem as problem:
            orjson.dumps(problem.as_json())
    return "taken" if codes else "refused"


TARGETS = [
    Target("package", layered, _open, 40),
    Target("line", _line, _read_line, 32),
]
