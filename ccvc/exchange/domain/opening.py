"""Opening: a package is taken whole or refused whole; nothing in it is believed before its signature holds.

The order of the checks is part of the protocol (docs/exchange-protocol.md): size, layout, envelope,
signature, certificate, manifest, parties, blob, key, decryption, decompression, records.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec
from cryptography import x509

from ccvc.exchange.domain import container, content
from ccvc.exchange.domain.container import Parts
from ccvc.exchange.domain.manifest import (
    Envelope,
    Kind,
    Manifest,
    decode_envelope,
    decode_manifest,
    manifest_digest,
)
from ccvc.signing import jwe, jws
from ccvc.signing.certificates import agency_of
from ccvc.signing.jwe import DecryptKeys
from ccvc.signing.jws import Verified
from ccvc.signing.keys import PrivateKey
from ccvc.signing.verification import Trust, Verdict
from ccvc.standard.problems import Problem

_CODES = {
    "SIG-EXPIRED": "EXC-CERT-EXPIRED",
    "SIG-NOT-YET": "EXC-CERT-NOT-YET",
    "SIG-REVOKED": "EXC-CERT-REVOKED",
    "SIG-ISSUER": "EXC-CERT-UNKNOWN",
    "SIG-EXTENSION": "EXC-CERT-UNKNOWN",
    "SIG-USE": "EXC-CERT-USE",
    "SIG-CRL-MISSING": "EXC-CERT-STATUS",
    "SIG-CRL-STALE": "EXC-CERT-STATUS",
    "SIG-ALGORITHM": "EXC-ALGORITHM",
}


@dataclass(frozen=True, slots=True)
class Proved:
    """A package whose signature holds: its manifest may be believed, its content is still closed."""

    manifest: Manifest
    manifest_sha256: str
    signer: x509.Certificate
    envelope: Envelope
    parts: Parts


@dataclass(frozen=True, slots=True)
class Opened:
    """A package verified whole."""

    manifest: Manifest
    manifest_sha256: str
    signer: x509.Certificate
    lines: list[bytes]


def open_package(
    data: bytes, *, decrypt_key: PrivateKey | DecryptKeys, trust: Trust, receiver: str, at: datetime
) -> Opened:
    """Verify and open a package addressed to `receiver`, judging certificates at `at`; Problem EXC."""
    return open_content(prove(data, trust=trust, receiver=receiver, at=at), decrypt_key)


def prove(data: bytes, *, trust: Trust, receiver: str, at: datetime) -> Proved:
    """Check layout, signature, certificate, manifest and parties; the content stays closed."""
    parts = container.split(data)
    envelope = decode_envelope(parts.envelope)
    signatures = verify_signatures(envelope, trust, at)
    node = require_signature(signatures[0])
    manifest = decode_manifest(signatures[0].payload)
    check_parties(manifest, node, receiver)
    check_approver(manifest, signatures)
    return Proved(manifest, manifest_digest(signatures[0].payload), node, envelope, parts)


def open_content(proved: Proved, decrypt_key: PrivateKey | DecryptKeys) -> Opened:
    """Check and open the content of a package whose signature holds."""
    manifest = proved.manifest
    content.check_blob(manifest, proved.parts.blob, proved.parts.blob_offset)
    key = content_key(proved.envelope, decrypt_key)
    lines = content.split_lines(content.decompress(content.decrypt(proved.parts.blob, key, manifest.id)))
    content.check_lines(manifest, lines)
    return Opened(manifest, proved.manifest_sha256, proved.signer, lines)


def verify_signatures(envelope: Envelope, trust: Trust, at: datetime) -> list[Verified]:
    """The verdict on each signature, the node's first; Problem EXC-ENVELOPE where they cannot be read."""
    try:
        return jws.verify(msgspec.to_builtins(envelope.manifest), trust, at, ("sign", "approve"))
    except Problem as problem:
        raise Problem("EXC-ENVELOPE", where="envelope.manifest", reason=problem.message()) from problem


def require_signature(node: Verified) -> x509.Certificate:
    """The certificate of a valid node signature; Problem EXC-SIGNATURE, -ALGORITHM or -CERT."""
    where = "envelope.manifest.signatures[0]"
    if not node.verdict.ok or node.certificate is None:
        raise certificate_problem(node.verdict, where)
    if node.use != "sign":
        raise Problem("EXC-CERT-USE", where=where, reason=f"{node.use}")
    return node.certificate


def certificate_problem(found: Verdict, where: str) -> Problem:
    """The exchange's Problem for a verdict that is not valid; "cannot tell" is refused too."""
    return Problem(
        _CODES.get(found.code, "EXC-SIGNATURE"), where=where, reason=found.message, got=found.message
    )


def check_parties(manifest: Manifest, signer: x509.Certificate, receiver: str) -> None:
    """Problem EXC-SENDER where the certificate is another agency's, EXC-RECEIVER where the package is."""
    agency = agency_of(signer)
    if agency != manifest.sender:
        raise Problem("EXC-SENDER", where="manifest.sender", got=manifest.sender, expected=agency or "?")
    if manifest.receiver != receiver:
        raise Problem("EXC-RECEIVER", where="manifest.receiver", got=manifest.receiver, expected=receiver)


def check_approver(manifest: Manifest, signatures: list[Verified]) -> None:
    """Problem EXC-APPROVER where a snapshot's manifest has a further signature that is no approver's of the sender.

    The closing inside is under an approval of its own, so none is needed here.
    """
    others = signatures[1:] if manifest.kind is Kind.SNAPSHOT else []
    for place, other in enumerate(others, start=1):
        by_approver = other.verdict.ok and other.use == "approve" and other.certificate is not None
        if not by_approver or other.certificate is None or agency_of(other.certificate) != manifest.sender:
            where = f"envelope.manifest.signatures[{place}]"
            reason = other.verdict.message
            raise Problem("EXC-APPROVER", where=where, kind=manifest.kind.value, reason=reason)


def content_key(envelope: Envelope, decrypt_key: PrivateKey | DecryptKeys) -> bytes:
    """The 32-byte content key; Problem EXC-KEY, or EXC-ALGORITHM where it is wrapped in another way."""
    try:
        key = jwe.unwrap(envelope.key, decrypt_key)
    except Problem as problem:
        code = "EXC-ALGORITHM" if problem.code == "SIG-ALGORITHM" else "EXC-KEY"
        raise Problem(
            code, where="envelope.key", reason=problem.message(), got=problem.message()
        ) from problem
    if len(key) != content.KEY_SIZE:
        raise Problem("EXC-KEY", where="envelope.key", reason=f"{len(key)} byte ≠ {content.KEY_SIZE}")
    return key
