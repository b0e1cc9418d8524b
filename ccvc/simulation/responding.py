"""A stand-in for a responder (RFC 6960): says of a certificate what its authority's list says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from ccvc.signing import revocation
from ccvc.signing.keys import PrivateKey

COUNTS = timedelta(minutes=10)
_LONG_AGO = timedelta(days=2)


@dataclass(frozen=True)
class Responder:
    """Answers at a moment or now. Moods: unknown, old (out of date), other (of another certificate)."""

    key: PrivateKey
    cert: x509.Certificate

    def answer(
        self,
        asked: bytes,
        crl: x509.CertificateRevocationList,
        *,
        at: datetime | None = None,
        mood: str = "",
    ) -> bytes:
        """The answer (DER) to a question: good unless the list says revoked."""
        question = ocsp.load_der_ocsp_request(asked)
        found = crl.get_revoked_certificate_by_serial_number(question.serial_number)
        entry = revocation.entry_of(found) if found is not None else None
        now = (at or datetime.now(UTC)).replace(microsecond=0) - (_LONG_AGO if mood == "old" else timedelta())
        builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
            question.issuer_name_hash,
            question.issuer_key_hash,
            question.serial_number + (mood == "other"),
            question.hash_algorithm,
            _state(revoked=entry is not None, unknown=mood == "unknown"),
            now,
            now + COUNTS,
            entry.at if entry else None,
            entry.reason if entry else None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self.cert).certificates([self.cert])
        for extension in question.extensions:
            builder = builder.add_extension(extension.value, critical=False)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)


def _state(*, revoked: bool, unknown: bool) -> ocsp.OCSPCertStatus:
    if revoked:
        return ocsp.OCSPCertStatus.REVOKED
    return ocsp.OCSPCertStatus.UNKNOWN if unknown else ocsp.OCSPCertStatus.GOOD
