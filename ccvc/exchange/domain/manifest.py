"""Manifest and envelope of a package: exact shapes, strict decoding, canonical bytes."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from ccvc.exchange.domain.limits import MAX_PACKAGE, MAX_RECORDS
from ccvc.signing.algorithms import YEARS
from ccvc.standard.documents import UNREADABLE
from ccvc.standard.problems import Problem

FORMAT: Literal["ccvc-package/1"] = "ccvc-package/1"
AGENCY_PATTERN = r"^[A-Y][0-9]{2}(\.[A-Z0-9]+)*\Z"

AgencyCode = Annotated[str, Meta(pattern=AGENCY_PATTERN, max_length=35)]
Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]


class Kind(StrEnum):
    """What a package carries; the receiver hands it to the handler registered for its kind."""

    CHANGES = "changes"
    SNAPSHOT = "snapshot"
    RECEIPT = "receipt"
    SHARE = "share"
    CATALOGUE = "catalogue"
    TRANSFER = "transfer"


class Period(Struct, frozen=True, forbid_unknown_fields=True):
    """Days the records speak of, both included."""

    from_: date = msgspec.field(name="from")
    to: date

    @classmethod
    def day(cls, on: date) -> Period:
        """The period of one day."""
        return cls(from_=on, to=on)


class Manifest(Struct, frozen=True, forbid_unknown_fields=True):
    """What the sending node signs; it names the content by hashes and holds no personal data."""

    format: Literal["ccvc-package/1"]
    id: UUID
    sender: AgencyCode
    receiver: AgencyCode
    sequence: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    previous: Digest | None
    kind: Kind
    standard: Annotated[str, Meta(min_length=1, max_length=20)]
    period: Period
    records: Annotated[int, Meta(ge=0, le=MAX_RECORDS)]
    merkle_root: Digest
    blob_sha256: Digest
    blob_size: Annotated[int, Meta(ge=0, le=MAX_PACKAGE)]
    created_at: datetime


class SignatureMember(Struct, frozen=True, forbid_unknown_fields=True):
    """One signature of a JWS in general JSON serialization (RFC 7515, 7.2.1); no unprotected header."""

    protected: Annotated[str, Meta(max_length=65_536)]
    signature: Annotated[str, Meta(max_length=2_048)]


class SignedManifest(Struct, frozen=True, forbid_unknown_fields=True):
    """JWS over the manifest's canonical bytes: the node first, then an approver if the kind asks for one."""

    payload: Annotated[str, Meta(max_length=8_192)]
    signatures: Annotated[list[SignatureMember], Meta(min_length=1, max_length=4)]


class Envelope(Struct, frozen=True, forbid_unknown_fields=True):
    """The readable part of a package: the signed manifest, and the content key for the receiver alone."""

    manifest: SignedManifest
    key: Annotated[str, Meta(max_length=8_192)]


_encoder = msgspec.json.Encoder(order="sorted")
_manifest_decoder = msgspec.json.Decoder(Manifest)
_envelope_decoder = msgspec.json.Decoder(Envelope)


def encode_manifest(manifest: Manifest) -> bytes:
    """Canonical bytes: UTF-8 JSON, keys sorted, no white space, times in UTC ending in Z."""
    return _encoder.encode(manifest)


def encode_envelope(envelope: Envelope) -> bytes:
    return _encoder.encode(envelope)


def decode_manifest(payload: bytes) -> Manifest:
    """The manifest in the signed bytes; Problem EXC-VERSION, EXC-MANIFEST or EXC-MANIFEST-CANONICAL."""
    _check_format(payload)
    try:
        manifest = _manifest_decoder.decode(payload)
    except UNREADABLE as error:
        raise Problem("EXC-MANIFEST", where="manifest", reason=str(error)) from error
    if manifest.created_at.year not in YEARS:
        raise Problem("EXC-MANIFEST", where="manifest.created_at", reason=f"{manifest.created_at}")
    canonical = encode_manifest(_in_utc(manifest))
    if canonical != payload:
        raise Problem("EXC-MANIFEST-CANONICAL", where="manifest", expected=canonical.decode())
    return manifest


def _in_utc(manifest: Manifest) -> Manifest:
    at = manifest.created_at
    return msgspec.structs.replace(
        manifest, created_at=at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    )


def _check_format(payload: bytes) -> None:
    try:
        document = msgspec.json.decode(payload)
    except UNREADABLE as error:
        raise Problem("EXC-MANIFEST", where="manifest", reason=str(error)) from error
    if isinstance(document, dict) and document.get("format", FORMAT) != FORMAT:
        raise Problem("EXC-VERSION", where="manifest.format", expected=FORMAT, got=document["format"])


def decode_envelope(raw: bytes) -> Envelope:
    """The envelope in the readable bytes; Problem EXC-ENVELOPE."""
    try:
        return _envelope_decoder.decode(raw)
    except UNREADABLE as error:
        raise Problem("EXC-ENVELOPE", where="envelope", reason=str(error)) from error


def manifest_digest(payload: bytes) -> str:
    """Hex SHA-256 of the signed manifest bytes: the name of a package in chains and receipts."""
    return hashlib.sha256(payload).hexdigest()
