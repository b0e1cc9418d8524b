"""What proves who wrote something: signatures, wrapped keys, certificates, lists of revocations, enrolment."""

from __future__ import annotations

import base64
from random import Random
from typing import Any

import orjson

from ccvc.exchange.domain import enrolment, records, statements, tokens
from ccvc.exchange.domain.approvals import open_approval
from ccvc.signing import approvals, certificates, jwe, jws, revocation, verification
from ccvc.signing.certificates import Use
from ccvc.signing.verification import Trust
from tests.fuzz import hostile, mutating, seeds
from tests.fuzz.target import Input, Target
from tests.fuzz.targets.packages import encodable, name, revoked, spoilt_header

USES: tuple[Use, ...] = ("sign", "approve")


def _signed(rng: Random) -> Input:
    kind = rng.choice(("token", "state", "approval"))
    return {
        "kind": kind,
        "name": name(rng),
        "value": hostile.scalar(rng),
        "edits": mutating.edits(rng, 2),
        "payload": mutating.edits(rng, 1) if rng.random() < 0.5 else [],
        "outside": rng.random() < 0.3,
    }


def _verify(given: Input) -> str:
    """Tokens, statements of state and approvals under a spoilt signature, or a good one over spoilt bytes."""
    scheme = seeds.scheme()
    pair = scheme.pair("H41", "approve" if given["kind"] == "approval" else "sign")
    payload = mutating.edited(_payload(given["kind"]), given["payload"])
    signed = jws.sign(payload, pair.key, pair.chain, at=scheme.at)
    if given["outside"]:
        member = signed["signatures"][0]
        header = orjson.loads(base64.urlsafe_b64decode(member["protected"] + "=="))
        member["protected"] = spoilt_header(header, given)
    trust = Trust((scheme.issuer.cert,), (), (revoked(),))
    if given["kind"] == "approval":
        raw = records.approval_line(0, signed, b"\x00" * 32)
        if given["outside"]:
            raw = mutating.edited(raw, given["edits"])
        approval = records.decode_line(raw)
        assert isinstance(approval, records.ApprovalLine)

        open_approval(approval, trust=trust, at=scheme.at, sender="H41")
        return "approved"
    compact = tokens.compact(signed)
    if given["outside"]:
        compact = mutating.edited(compact.encode(), given["edits"]).decode("latin-1")
    if given["kind"] == "token":
        return tokens.check_token(
            tokens.SCHEME + compact, receiver="G09", method="GET", target="/x", trust=trust, at=scheme.at
        )
    return str(
        statements.read_digests(
            compact.encode("latin-1", "replace"), peer="H41", trust=trust, at=scheme.at
        ).people
    )


def _payload(kind: str) -> bytes:
    at = f"{seeds.scheme().at:%Y-%m-%dT%H:%M:%SZ}"
    made = {
        "token": {
            "format": tokens.FORMAT,
            "sender": "H41",
            "receiver": "G09",
            "method": "GET",
            "target": "/x",
            "at": at,
        },
        "state": {
            "format": statements.FORMAT,
            "agency": "H41",
            "of": "H41",
            "at": at,
            "people": 1,
            "digests": {"00": "0" * 64},
        },
        "approval": {
            "format": approvals.FORMAT,
            "agency": "H41",
            "purpose": "phê duyệt",
            "merkle_root": "0" * 64,
            "count": 1,
            "at": at,
            "approver": {"account": "approver.H41", "name": "Người duyệt H41 (THỬ NGHIỆM)"},
        },
    }
    return orjson.dumps(made[kind], option=orjson.OPT_SORT_KEYS)


def _wrapped(rng: Random) -> Input:
    return {
        "name": rng.choice(("alg", "enc", "kid", "zip", "epk", "crit", "p2c", "apu", "x")),
        "value": hostile.scalar(rng) if rng.random() < 0.7 else rng.choice(_KEYS),
        "edits": mutating.edits(rng, 2) if rng.random() < 0.5 else [],
    }


_KEYS: tuple[Any, ...] = (
    "none",
    "dir",
    "A128KW",
    "RSA1_5",
    "PBES2-HS256+A128KW",
    "A128CBC-HS256",
    "DEF",
    {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
    {"kty": "EC", "crv": "P-521", "x": "A" * 90, "y": ""},
    {"kty": "oct", "k": "AA"},
    {"kty": "OKP", "crv": "X25519", "x": "AA"},
    {"kty": "EC"},
    {"kty": 1},
    ["exp"],
    10**9,
)


def _unwrap(given: Input) -> None:
    scheme = seeds.scheme()
    to = scheme.pair("G09", "encrypt")
    head, *rest = jwe.wrap(b"k" * 32, to.cert).split(".")
    header = orjson.loads(base64.urlsafe_b64decode(head + "==")) | {given["name"]: encodable(given["value"])}
    head = base64.urlsafe_b64encode(orjson.dumps(header)).decode().rstrip("=")
    token = mutating.edited(".".join([head, *rest]).encode(), given["edits"]).decode("latin-1")
    jwe.unwrap(token, to.key)


def _enrolment(rng: Random) -> Input:
    kind = rng.choice(("request", "answer"))
    good = getattr(seeds, kind)()
    if rng.random() < 0.5:
        return {"kind": kind, "raw": mutating.json_bytes(rng, good)}
    return {"kind": kind, "raw": orjson.dumps(_pem_spoilt(rng, good))}


def _pem_spoilt(rng: Random, value: Any) -> Any:
    """One of the PEM texts in it, with its DER changed."""
    found = [
        path
        for path in mutating.places(value)
        if isinstance(text := at(value, path), str) and text.startswith("-----")
    ]
    path = rng.choice(found)
    pem = at(value, path)
    made = orjson.loads(orjson.dumps(value))
    at(made, path[:-1])[path[-1]] = spoilt_pem(rng, pem)
    return made


def at(value: Any, path: tuple[Any, ...]) -> Any:
    """The value at a path."""
    for key in path:
        value = value[key]
    return value


def spoilt_pem(rng: Random, pem: str) -> str:
    """A PEM text whose DER was changed, cut or lengthened."""
    first, *body, last = pem.strip().split("\n")
    end = body.index(first.replace("BEGIN", "END")) if first.replace("BEGIN", "END") in body else len(body)
    der = mutating.edited(
        base64.b64decode("".join(body[:end])), [[e[0], e[1], e[2][:80]] for e in mutating.edits(rng, 3)]
    )
    return "\n".join([first, base64.b64encode(der).decode(), last, ""])


def _read_enrolment(given: Input) -> str:
    if given["kind"] == "request":
        request = enrolment.read_request(given["raw"])
        return str(len(enrolment.checked_requests(request)))
    found = enrolment.read_answer(given["raw"])
    enrolment.fingerprint(found.trust)
    return "answered"


def _certificate(rng: Random) -> Input:
    scheme = seeds.scheme()
    pair = scheme.pair("H41", rng.choice(("sign", "encrypt", "approve")))
    kind = rng.choice(("certificate", "crl", "request"))

    pem = {
        "certificate": certificates.to_pem([pair.cert]),
        "crl": scheme.crl,
        "request": seeds.request()["csr"]["sign"],
    }[kind]
    return {
        "kind": kind,
        "pem": spoilt_pem(rng, pem)
        if rng.random() < 0.85
        else mutating.spoiled(rng, pem.encode()).decode("latin-1"),
    }


def _read_certificate(given: Input) -> str:
    """Read, and asked everything the program asks of it."""

    if given["kind"] == "request":
        return certificates.read_request(given["pem"]).common_name[:0] or "request"
    scheme = seeds.scheme()
    trust = Trust((scheme.issuer.cert,), (), (revoked(),))
    if given["kind"] == "crl":
        for crl in revocation.read_all(given["pem"]):
            revocation.number_of(crl)
            enrolment.genuine_crl(enrolment.crl_pem(crl), trust)
        leaf = scheme.pair("H41", "sign").cert
        more = Trust(trust.anchors, (), (*trust.crls, *revocation.read_all(given["pem"])))
        return verification.verify_certificate(leaf, more, scheme.at, "sign", "H41").code
    codes: list[str] = []
    for cert in certificates.from_pem(given["pem"]):
        codes += [verification.verify_certificate(cert, trust, scheme.at, use, "H41").code for use in USES]
        certificates.use_of(cert), certificates.name_of(cert), certificates.agency_of(cert)
        certificates.account_of(cert), certificates.serial_of(cert), verification.key_of(cert)
        orjson.dumps([certificates.name_of(cert), certificates.agency_of(cert)])
    return codes[0] if codes else "none"


TARGETS = [
    Target("signature", _signed, _verify, 48),
    Target("wrapped key", _wrapped, _unwrap, 30),
    Target("enrolment", _enrolment, _read_enrolment, 30),
    Target("certificate", _certificate, _read_certificate, 48),
]
