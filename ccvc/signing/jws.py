"""Signatures over messages: the general JSON serialization of RFC 7515, with X.509 certificates in x5c.

Protected header: alg, kid (SHA-256 of the signer's certificate, hexadecimal), x5c (that certificate first,
the anchor left out), iat (seconds since 1970). Nothing else is taken, and nothing unprotected.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc import jws as jose
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from joserfc.registry import HeaderParameter

from ccvc.signing import algorithms
from ccvc.signing.certificates import SKEW, Use, fingerprint, name_of, readable, use_of
from ccvc.signing.keys import PrivateKey
from ccvc.signing.keys import name_of as key_name
from ccvc.signing.signers import Signer, SoftwareSigner
from ccvc.signing.unreadable import UNREADABLE
from ccvc.signing.verification import Trust, Verdict, check, verdict, verify_certificate
from ccvc.standard.problems import Problem

_RSA = ("PS256", "RS256")
ALGORITHMS_OF = {
    "secp256r1": ("ES256",),
    "secp384r1": ("ES384",),
    "rsa2048": _RSA,
    "rsa3072": _RSA,
    "rsa4096": _RSA,
}
"""What a key may sign with: a name in the header counts only where it fits the key. Its order is of preference."""

MOST_SIGNATURES = 8
MOST_CERTIFICATES = 4
MOST_PAYLOAD = 4 * 1024 * 1024
MOST_HEADER = 32 * 1024

_LATEST_IAT = 253_370_764_799  # the last second of the year 9998, which every clock can tell


@dataclass(frozen=True)
class Verified:
    """One signature of a message: what it covers, who made it, when they say, and the verdict on it.

    The payload may be believed only where the verdict is valid.
    """

    payload: bytes
    certificate: x509.Certificate | None
    verdict: Verdict
    signed_at: datetime | None = None

    @property
    def use(self) -> Use | None:
        """What the signer's certificate was issued for."""
        return use_of(self.certificate) if self.certificate else None


class FormError(ValueError):
    """A signature that is not of the agreed form; names the part, for the developer at the other end."""


@dataclass(frozen=True)
class _Member:
    """One signature taken apart, nothing of it believed yet."""

    protected: str
    signature: str
    alg: str
    chain: tuple[x509.Certificate, ...]
    signed_at: datetime


@dataclass(frozen=True)
class _Question:
    """What the caller of verify wants to know of each signature."""

    trust: Trust
    at: datetime
    uses: tuple[Use, ...]
    agency_code: str | None


def sign(
    payload: bytes, key: PrivateKey, cert_chain: Sequence[x509.Certificate], *, at: datetime | None = None
) -> dict[str, Any]:
    """Sign a message; the chain holds the signer's certificate first. SIG-KEY-MISMATCH if they do not fit."""
    signer = SoftwareSigner(key, tuple(cert_chain))
    prepared = prepare(payload, signer.chain, signer.algorithm, at=at)
    return _message(prepared, signer.sign(prepared))


def sign_with(payload: bytes, signer: Signer, *, at: datetime | None = None) -> dict[str, Any]:
    """Sign a message by any means. SIG-KEY-MISMATCH if what comes back is not of the certificate's key."""
    prepared = prepare(payload, signer.chain, signer.algorithm, at=at)
    return join(prepared, signer.sign(prepared))


def prepare(
    payload: bytes, chain: Sequence[x509.Certificate], algorithm: str, *, at: datetime | None = None
) -> bytes:
    """The bytes a signature is made over; SIG-ALGORITHM if that is not allowed on the day."""
    moment = at or datetime.now(UTC)
    day = algorithms.day(moment)
    if not algorithms.current().allows("jws", algorithm, day):
        raise Problem("SIG-ALGORITHM", where="jws", algorithm=algorithm, on=f"{day:%d/%m/%Y}")
    header = {
        "alg": algorithm,
        "kid": fingerprint(chain[0]),
        "x5c": [base64.b64encode(cert.public_bytes(Encoding.DER)).decode() for cert in chain],
        "iat": int(moment.timestamp()),
    }
    return _encode(orjson.dumps(header)) + b"." + _encode(payload)


def join(prepared: bytes, signature: bytes) -> dict[str, Any]:
    """The message of prepared bytes and their signature; SIG-KEY-MISMATCH if the key they name did not make it."""
    made = _message(prepared, signature)
    if not _fits(made["payload"], _take_apart(made["signatures"][0])):
        raise Problem("SIG-KEY-MISMATCH")
    return made


def _message(prepared: bytes, signature: bytes) -> dict[str, Any]:
    protected, payload = prepared.decode().split(".")
    return {
        "payload": payload,
        "signatures": [{"protected": protected, "signature": _encode(signature).decode()}],
    }


def _encode(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def add_signature(
    jws: Mapping[str, Any],
    key: PrivateKey,
    cert_chain: Sequence[x509.Certificate],
    *,
    at: datetime | None = None,
) -> dict[str, Any]:
    """The same message with one more signature over the same payload."""
    payload, members = _parts(jws)
    return {**jws, "signatures": [*members, *sign(payload, key, cert_chain, at=at)["signatures"]]}


def payload_of(jws: Mapping[str, Any]) -> bytes:
    """The bytes under the signatures, believed or not; Problem SIG-FORM."""
    return _parts(jws)[0]


def chain_of(jws: Mapping[str, Any], index: int = 0) -> tuple[x509.Certificate, ...]:
    """The certificates one signature came with, the signer's first, believed or not; Problem SIG-FORM."""
    try:
        return _take_apart(_parts(jws)[1][index]).chain
    except FormError as error:
        raise Problem("SIG-FORM", detail=str(error)) from error


def signing_input(jws: Mapping[str, Any], index: int = 0) -> tuple[bytes, bytes]:
    """The bytes one signature covers and the signature itself (r and s side by side), for other tools."""
    member = _parts(jws)[1][index]
    return f"{member['protected']}.{jws['payload']}".encode(), _decode(member["signature"], "signature")


def verify(
    jws: Mapping[str, Any],
    trust: Trust,
    at: datetime,
    use: Use | tuple[Use, ...],
    agency_code: str | None = None,
) -> list[Verified]:
    """Judge each signature at a moment, in their order; at least one, else Problem SIG-FORM.

    Algorithms and certificates are judged at that moment: now for what just arrived, the moment of signing
    for what was kept. With several uses a signer's certificate may be for any of them.
    """
    payload, members = _parts(jws)
    uses = use if isinstance(use, tuple) else (use,)
    question = _Question(trust, at, uses, agency_code)
    judged = (_judge(jws["payload"], member, question) for member in members)
    return [Verified(payload, cert, found, signed_at) for cert, found, signed_at in judged]


def _judge(
    segment: str, raw: dict[str, str], question: _Question
) -> tuple[x509.Certificate | None, Verdict, datetime | None]:
    try:
        member = _take_apart(raw)
    except FormError as error:
        return None, verdict("invalid", "SIG-FORM", detail=str(error)), None
    found = _signature_fault(segment, member, question.at)
    if found is None:
        made = check(
            "signature", "valid", "SIG-CHECKED-SIGNATURE", name=name_of(member.chain[0]), algorithm=member.alg
        )
        found = _certificate_verdict(member.chain, question).after(made)
    return member.chain[0], found, member.signed_at


def _certificate_verdict(chain: tuple[x509.Certificate, ...], question: _Question) -> Verdict:
    leaf, *between = chain
    trust, use = question.trust, use_of(leaf)
    known = trust.knowing(between)
    wanted = use if use in question.uses else question.uses[0]
    return verify_certificate(leaf, known, question.at, wanted, question.agency_code)


def _signature_fault(segment: str, member: _Member, at: datetime) -> Verdict | None:
    """What is wrong with the signature itself: its algorithm, its bytes, its time."""
    leaf = member.chain[0]
    if not algorithms.current().allows("jws", member.alg, algorithms.day(at)):
        on = f"{algorithms.day(at):%d/%m/%Y}"
        return verdict("invalid", "SIG-ALGORITHM", leaf, algorithm=member.alg, on=on)
    if not _fits(segment, member):
        return verdict("invalid", "SIG-MISMATCH", leaf, name=name_of(leaf))
    if member.signed_at > at + SKEW:
        signed, now = (f"{algorithms.local(moment):%H:%M %d/%m/%Y}" for moment in (member.signed_at, at))
        return verdict("invalid", "SIG-FUTURE", leaf, signed=signed, at=now)
    return None


def _fits(segment: str, member: _Member) -> bool:
    flat: jose.FlattenedJSONSerialization = {
        "payload": segment,
        "protected": member.protected,
        "signature": member.signature,
    }
    try:
        key = member.chain[0].public_key()
        if member.alg not in ALGORITHMS_OF.get(key_name(key), ()):
            return False
        jose.deserialize_json(flat, _jose_key(key), registry=_registry(member.alg))
    except (JoseError, *UNREADABLE):
        return False
    return True


def _jose_key(key: object) -> ECKey | RSAKey:
    if isinstance(key, rsa.RSAPublicKey):
        return RSAKey.import_key(key)
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise TypeError(type(key).__name__)
    return ECKey.import_key(key)


def _registry(alg: str) -> jose.JWSRegistry:
    """Raise limits that are too low for a chain of certificates in the header or a list in the payload."""
    registry = jose.JWSRegistry({"iat": HeaderParameter("Issued at", "int")}, [alg])
    registry.max_header_length = MOST_HEADER
    registry.max_payload_length = MOST_PAYLOAD
    return registry


def _parts(jws: Mapping[str, Any]) -> tuple[bytes, list[dict[str, str]]]:
    """Payload and signature members of a message of the right form; Problem SIG-FORM otherwise."""
    try:
        return _check_parts(jws)
    except FormError as error:
        raise Problem("SIG-FORM", detail=str(error)) from error


def _check_parts(jws: Mapping[str, Any]) -> tuple[bytes, list[dict[str, str]]]:
    if not isinstance(jws, Mapping) or set(jws) != {"payload", "signatures"}:
        raise FormError("payload, signatures")
    members = jws["signatures"]
    if not isinstance(members, list) or not 0 < len(members) <= MOST_SIGNATURES:
        raise FormError("signatures")
    for member in members:
        if not isinstance(member, dict) or set(member) != {"protected", "signature"}:
            raise FormError("signatures: protected, signature")
    return _decode(jws["payload"], "payload", MOST_PAYLOAD), members


def _take_apart(raw: dict[str, str]) -> _Member:
    try:
        header = orjson.loads(_decode(raw["protected"], "protected"))
    except orjson.JSONDecodeError as error:
        raise FormError("protected") from error
    if not isinstance(header, dict) or set(header) != {"alg", "kid", "x5c", "iat"}:
        raise FormError("protected: alg, kid, x5c, iat")
    if not isinstance(header["alg"], str):
        raise FormError("alg")
    iat = header["iat"]
    if type(iat) is not int or not 0 <= iat <= _LATEST_IAT:
        raise FormError("iat")
    chain = _chain(header["x5c"])
    if header["kid"] != fingerprint(chain[0]):
        raise FormError("kid")
    _decode(raw["signature"], "signature")
    signed_at = datetime.fromtimestamp(iat, UTC)
    return _Member(raw["protected"], raw["signature"], header["alg"], chain, signed_at)


def _chain(x5c: object) -> tuple[x509.Certificate, ...]:
    if not isinstance(x5c, list) or not 0 < len(x5c) <= MOST_CERTIFICATES:
        raise FormError("x5c")
    try:
        chain = tuple(x509.load_der_x509_certificate(base64.b64decode(item, validate=True)) for item in x5c)
    except UNREADABLE as error:
        raise FormError("x5c") from error
    if not all(map(readable, chain)):
        raise FormError("x5c")
    return chain


def _decode(text: object, part: str, most: int = MOST_HEADER) -> bytes:
    """Strict base64url: one text for one value, so that no letter can be changed unseen."""
    if not isinstance(text, str) or len(text) > most:
        raise FormError(part)
    try:
        data = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (ValueError, binascii.Error) as error:
        raise FormError(part) from error
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise FormError(part)
    return data
