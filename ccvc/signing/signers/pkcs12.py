"""A key and its certificates in a PKCS#12 file (RFC 7292), as authorities hand them out."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12

from ccvc.signing import keys
from ccvc.signing.certificates import readable
from ccvc.signing.unreadable import UNREADABLE
from ccvc.standard.problems import Problem

MOST_BYTES = 64 * 1024
MOST_CERTIFICATES = 4


def read(data: bytes, password: str) -> tuple[keys.SigningKey, tuple[x509.Certificate, ...]]:
    """The key, its certificate and those above it, the anchor left out; Problem SIG-PKCS12, SIG-PKCS12-PASSWORD."""
    if not 0 < len(data) <= MOST_BYTES:
        raise Problem("SIG-PKCS12", where="file")
    try:
        key, leaf, others = pkcs12.load_key_and_certificates(data, password.encode() or None)
    except UNREADABLE as error:
        wrong = "password" in str(error).lower() or "mac" in str(error).lower()
        raise Problem("SIG-PKCS12-PASSWORD" if wrong else "SIG-PKCS12", where="file") from error
    if leaf is None or not isinstance(key, keys.SigningKey) or not readable(leaf):
        raise Problem("SIG-PKCS12", where="file")
    return key, (leaf, *_above(leaf, [cert for cert in others if readable(cert)]))


def _above(leaf: x509.Certificate, others: list[x509.Certificate]) -> list[x509.Certificate]:
    """Those that issued one another, upward, short of one that issued itself."""
    chain: list[x509.Certificate] = []
    last = leaf
    while len(chain) < MOST_CERTIFICATES - 1:
        found = next((c for c in others if c.subject == last.issuer and c.subject != c.issuer), None)
        if found is None or found in chain:
            break
        chain.append(found)
        last = found
    return chain
