"""Sealing: records become one signed, encrypted package for one receiver."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from cryptography import x509

from ccvc.exchange.domain import container, content
from ccvc.exchange.domain.manifest import (
    FORMAT,
    Envelope,
    Kind,
    Manifest,
    Period,
    SignedManifest,
    decode_envelope,
    decode_manifest,
    encode_envelope,
    encode_manifest,
    manifest_digest,
)
from ccvc.signing import jwe, jws
from ccvc.signing.keys import PrivateKey

CoSign = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A package ready to send, its manifest, and the digest that names it."""

    data: bytes
    manifest: Manifest
    manifest_sha256: str


def seal(
    *,
    kind: Kind | str,
    sender: str,
    receiver: str,
    sequence: int,
    previous: str | None,
    lines: Sequence[bytes],
    sign_key: PrivateKey,
    sign_chain: Sequence[x509.Certificate],
    recipient_cert: x509.Certificate,
    standard: str,
    period: Period,
    package_id: UUID | None = None,
    created_at: datetime | None = None,
    cosign: CoSign | None = None,
) -> Sealed:
    """Compress, encrypt to the receiver and sign; Problem EXC-SIZE where the package would be too large.

    `cosign` adds the approver's signature to the manifest's JWS, where the kind asks for one.
    """
    package_id = package_id or uuid4()
    key = content.new_key()
    blob = content.encrypt(content.compress(content.join_lines(lines)), key, package_id)
    manifest = Manifest(
        format=FORMAT,
        id=package_id,
        sender=sender,
        receiver=receiver,
        sequence=sequence,
        previous=previous,
        kind=Kind(kind),
        standard=standard,
        period=period,
        records=len(lines),
        merkle_root=content.merkle_root(lines),
        blob_sha256=hashlib.sha256(blob).hexdigest(),
        blob_size=len(blob),
        created_at=(created_at or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0),
    )
    payload = encode_manifest(manifest)
    signed = jws.sign(payload, sign_key, sign_chain, at=created_at)
    if cosign is not None:
        signed = cosign(signed)
    return Sealed(_assemble(signed, jwe.wrap(key, recipient_cert), blob), manifest, manifest_digest(payload))


def _assemble(signed: dict[str, Any], key: str, blob: bytes) -> bytes:
    envelope = Envelope(msgspec.convert(signed, SignedManifest), key)
    return container.join(encode_envelope(envelope), blob)


def sign_again(data: bytes, sign_key: PrivateKey, sign_chain: Sequence[x509.Certificate]) -> bytes:
    """The same package under a new node signature: for one whose certificate ended before it was delivered.

    The manifest stays byte for byte, so the package keeps its digest, number and place; other signatures
    stay.
    """
    parts = container.split(data)
    envelope = decode_envelope(parts.envelope)
    old = msgspec.to_builtins(envelope.manifest)
    fresh = jws.sign(manifest_payload(data), sign_key, sign_chain)
    signed = {**old, "signatures": [*fresh["signatures"], *old["signatures"][1:]]}
    return _assemble(signed, envelope.key, parts.blob)


def signer_id(data: bytes) -> str:
    """SHA-256 of the certificate a package was signed with, as its own header says (not verified)."""
    protected = decode_envelope(container.split(data).envelope).manifest.signatures[0].protected
    header = msgspec.json.decode(base64.urlsafe_b64decode(protected + "=" * (-len(protected) % 4)))
    return str(header.get("kid", ""))


def read_manifest(data: bytes) -> Manifest:
    """The manifest of a package this node built or has verified before; nothing is verified here."""
    return decode_manifest(manifest_payload(data))


def manifest_payload(data: bytes) -> bytes:
    """The signed manifest bytes of a package, believed or not."""
    return jws.payload_of(msgspec.to_builtins(decode_envelope(container.split(data).envelope).manifest))
