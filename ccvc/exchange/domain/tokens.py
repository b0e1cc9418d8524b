"""Request tokens: a node asking over HTTPS proves who it is with a short-lived signature over the request.

The token is a JWS in compact serialization (RFC 7515, 7.1) with the same protected header as a manifest's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from cryptography import x509
from msgspec import Struct

from ccvc.exchange.domain.limits import MAX_TOKEN
from ccvc.exchange.domain.manifest import AgencyCode
from ccvc.exchange.domain.opening import certificate_problem
from ccvc.signing import jws
from ccvc.signing.certificates import agency_of
from ccvc.signing.keys import PrivateKey
from ccvc.signing.verification import Trust
from ccvc.standard.documents import UNREADABLE
from ccvc.standard.problems import Problem

FORMAT: Literal["ccvc-request/1"] = "ccvc-request/1"
LIFETIME = 300
SCHEME = "CCVC "


class RequestToken(Struct, frozen=True, forbid_unknown_fields=True):
    """What is signed: who asks whom for what, and when. `target` is path and query as sent."""

    format: Literal["ccvc-request/1"]
    sender: AgencyCode
    receiver: AgencyCode
    method: str
    target: str
    at: datetime


_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(RequestToken)


def make_token(
    *,
    sender: str,
    receiver: str,
    method: str,
    target: str,
    key: PrivateKey,
    chain: Sequence[x509.Certificate],
) -> str:
    """The value of the Authorization header for one request, good for five minutes."""
    now = datetime.now(UTC).replace(microsecond=0)
    payload = _encoder.encode(RequestToken(FORMAT, sender, receiver, method, target, now))
    return SCHEME + compact(jws.sign(payload, key, chain))


def check_token(header: str, *, receiver: str, method: str, target: str, trust: Trust, at: datetime) -> str:
    """Agency code of the node that signed the token; Problem EXC-TOKEN, its kinds, or EXC-CERT."""
    if not header.startswith(SCHEME) or len(header) > MAX_TOKEN:
        raise Problem("EXC-TOKEN", where="Authorization", reason="Authorization: CCVC …")
    token, certificate = _verified(header.removeprefix(SCHEME).strip(), trust, at)
    if agency_of(certificate) != token.sender:
        raise Problem(
            "EXC-SENDER", where="Authorization", got=token.sender, expected=agency_of(certificate) or "?"
        )
    drift = abs((at - token.at).total_seconds())
    if drift > LIFETIME:
        raise Problem("EXC-TOKEN-TIME", where="Authorization", got=int(drift), limit=LIFETIME)
    expected, got = (receiver, method, target), (token.receiver, token.method, token.target)
    if expected != got:
        raise Problem(
            "EXC-TOKEN-TARGET", where="Authorization", expected=" ".join(expected), got=" ".join(got)
        )
    return token.sender


def _verified(token: str, trust: Trust, at: datetime) -> tuple[RequestToken, x509.Certificate]:
    try:
        found = jws.verify(general(token), trust, at, "sign")[0]
    except Problem as problem:
        raise Problem("EXC-TOKEN", where="Authorization", reason=problem.message()) from problem
    if not found.verdict.ok or found.certificate is None:
        raise certificate_problem(found.verdict, "Authorization")
    try:
        decoded = _decoder.decode(found.payload)
    except UNREADABLE as error:
        raise Problem("EXC-TOKEN", where="Authorization", reason=str(error)) from error
    if decoded.at.tzinfo is None:
        raise Problem("EXC-TOKEN", where="Authorization", reason="at: UTC")
    return decoded, found.certificate


def compact(signed: dict[str, Any]) -> str:
    """A JWS with one signature in compact serialization."""
    member = signed["signatures"][0]
    return f"{member['protected']}.{signed['payload']}.{member['signature']}"


def general(token: str) -> dict[str, Any]:
    """A compact JWS in general serialization; Problem EXC-TOKEN where it has not three parts."""
    parts = token.split(".")
    if len(parts) != 3:  # noqa: PLR2004 - RFC 7515, 7.1
        raise Problem("EXC-TOKEN", where="token", reason="header.payload.signature")
    protected, payload, signature = parts
    return {"payload": payload, "signatures": [{"protected": protected, "signature": signature}]}
