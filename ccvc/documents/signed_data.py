"""The CMS structure of a PAdES signature, written as DER: all that does not change is written once a signer.

pyHanko writes the same, but builds every level anew for each signature, which takes most of its time.
Source: RFC 5652 section 5; RFC 5035 section 3; ETSI EN 319 142-1 section 6.3.
"""

from __future__ import annotations

from collections.abc import Sequence

from asn1crypto import algos, cms, x509
from pyhanko.sign.general import as_signing_certificate_v2

SEQUENCE, SET, OCTETS, INTEGER = 0x30, 0x31, 0x04, 0x02
CERTIFICATES, SIGNED, UNSIGNED, CONTENT = 0xA0, 0xA0, 0xA1, 0xA0
"""Tags that depend on where they stand."""
LONG = 0x80


def _der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    if size < LONG:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, LONG | len(length))) + length + content


def _oid(name: str) -> bytes:
    made: bytes = cms.CMSAttributeType(name).dump()
    return made


_DATA: bytes = cms.ContentType("data").dump()
_SIGNED_DATA: bytes = cms.ContentType("signed_data").dump()
_CONTENT_TYPE = _der(SEQUENCE, _oid("content_type"), _der(SET, _DATA))
_MESSAGE_DIGEST, _SIGNING_CERTIFICATE = _oid("message_digest"), _oid("signing_certificate_v2")
_VERSION_1 = _der(INTEGER, b"\x01")


class SignedData:
    """What every signature by one certificate has in common; its algorithms are those of the signer."""

    def __init__(
        self, chain: Sequence[x509.Certificate], digest: str, mechanism: algos.SignedDigestAlgorithm
    ) -> None:
        cert = chain[0]
        serial: bytes = cert["tbs_certificate"]["serial_number"].dump()
        kept = [one.dump() for one in chain if one is cert or one.self_signed == "no"]
        named = as_signing_certificate_v2(cert).dump()
        self._named = _der(SEQUENCE, _SIGNING_CERTIFICATE, _der(SET, named))
        self._certificates = _der(CERTIFICATES, *sorted(kept))
        self._digest: bytes = algos.DigestAlgorithm({"algorithm": digest}).dump()
        self._mechanism: bytes = mechanism.dump()
        self._signer = _der(SEQUENCE, cert.issuer.dump(), serial)

    def attributes(self, digest: bytes) -> bytes:
        """What is signed: content of this digest, by this certificate (SET OF attributes)."""
        told = _der(SEQUENCE, _MESSAGE_DIGEST, _der(SET, _der(OCTETS, digest)))
        return _der(SET, *sorted((_CONTENT_TYPE, told, self._named)))

    def written(self, attributes: bytes, signature: bytes, unsigned: bytes = b"") -> bytes:
        """The whole, with the attributes signed and (SET OF, DER) those that are not."""
        signer = _der(
            SEQUENCE,
            _VERSION_1,
            self._signer,
            self._digest,
            bytes((SIGNED,)) + attributes[1:],
            self._mechanism,
            _der(OCTETS, signature),
            bytes((UNSIGNED,)) + unsigned[1:] if unsigned else b"",
        )
        signed = _der(
            SEQUENCE,
            _VERSION_1,
            _der(SET, self._digest),
            _der(SEQUENCE, _DATA),
            self._certificates,
            _der(SET, signer),
        )
        return _der(SEQUENCE, _SIGNED_DATA, _der(CONTENT, signed))
