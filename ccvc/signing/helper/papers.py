"""Documents to be signed: what is signed is held against the file itself, so that the file shown is the file signed.

Title, number, code and whose it is come from the node and are shown as its word; the digest is computed here.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ccvc.standard.problems import Problem

MOST_PAPERS = 20
ACTS = {"sign": "Ký văn bản", "seal": "Ký số của cơ quan trên văn bản"}
DIGESTS = {"ES256": "sha256", "ES384": "sha384", "RS256": "sha256", "PS256": "sha256"}
ATTRIBUTES = {"content_type", "message_digest", "signing_certificate_v2"}
LONGEST = 300


@dataclass(frozen=True)
class Paper:
    """A document: the node's words of it, the digest of its file, the attributes to be signed, the file where given."""

    title: str
    number: str
    whose: str
    code: str
    digest: str
    attributes: bytes
    file: bytes = b""


def read_paper(given: dict[str, Any], cert: x509.Certificate, algorithm: str) -> Paper:
    """A document whose signature would cover all of its file but the room of the signature itself.

    Problem SIG-HELPER-UNREADABLE names what does not fit; ValueError, KeyError, TypeError for what is no such thing.
    """
    attributes = base64.b64decode(given["attributes"], validate=True)
    digest = _digest(attributes, cert)
    file = base64.b64decode(given.get("pdf", ""), validate=True)
    if file and _covered(file, given["gap"], DIGESTS[algorithm]) != digest:
        raise unreadable("digest")
    title, number, whose, code = (
        str(given.get(name, ""))[:LONGEST] for name in ("title", "number", "whose", "code")
    )
    return Paper(title, number, whose, code, digest.hex(), attributes, file)


def _digest(attributes: bytes, cert: x509.Certificate) -> bytes:
    """The digest these attributes hold, which must be those of a PAdES signature with this certificate alone."""
    read = cms.CMSAttributes.load(attributes, strict=True)
    values: dict[str, Any] = {one["type"].native: one["values"] for one in read}
    if values.keys() != ATTRIBUTES or len(read) != len(ATTRIBUTES) or read.dump(force=True) != attributes:
        raise unreadable("attributes")
    if any(len(one) != 1 for one in values.values()) or values["content_type"][0].native != "data":
        raise unreadable("content_type")
    named = values["signing_certificate_v2"][0]["certs"][0]
    hashed = hashlib.new(
        named["hash_algorithm"]["algorithm"].native, cert.public_bytes(Encoding.DER)
    ).digest()
    serial = named["issuer_serial"]["serial_number"].native
    if named["cert_hash"].native != hashed or serial != cert.serial_number:
        raise unreadable("signing_certificate_v2")
    found: bytes = values["message_digest"][0].native
    return found


def _covered(file: bytes, gap: Any, digest: str) -> bytes:
    """The digest of all of a file but the empty room of the signature."""
    start, end = (int(place) for place in gap)
    room = file[start:end]
    if not 0 < start < end < len(file) or room != b"<" + b"0" * (end - start - 2) + b">":
        raise unreadable("gap")
    if not file.startswith(b"%PDF-"):
        raise unreadable("pdf")
    return hashlib.new(digest, file[:start] + file[end:]).digest()


def unreadable(part: str) -> Problem:
    """The Problem that something cannot be read as what it is said to be."""
    return Problem("SIG-HELPER-UNREADABLE", part=part)
