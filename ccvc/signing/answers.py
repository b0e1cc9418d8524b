"""Answers of OCSP responders (RFC 6960): asked for, read, and told genuine or not."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha1

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.ocsp import OCSPResponse, OCSPSingleResponse
from cryptography.x509.oid import ExtendedKeyUsageOID

from ccvc.signing import algorithms
from ccvc.signing.certificates import SKEW
from ccvc.signing.keys import VerifyingKey
from ccvc.signing.unreadable import UNREADABLE
from ccvc.standard.problems import Problem

NONCE = 16
MOST_ANSWER = 64 * 1024
_MOST_SINGLES = 16


def request(cert: x509.Certificate, issuer: x509.Certificate, nonce: bytes) -> bytes:
    """The question after one certificate (DER). Its hashes name the certificate and protect nothing."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(cert, issuer, hashes.SHA1())  # noqa: S303 - as RFC 5019 has it
    asked = builder.add_extension(x509.OCSPNonce(nonce), critical=False).build()
    return asked.public_bytes(Encoding.DER)


def read(der: bytes) -> OCSPResponse:
    """An answer (DER); Problem SIG-OCSP-FORM where it is none, or the responder refused to answer."""
    try:
        answer = ocsp.load_der_ocsp_response(der)
        if answer.response_status != ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise Problem("SIG-OCSP-FORM", reason=answer.response_status.name)
        singles = list(answer.responses)
        for single in singles:
            str((single.this_update_utc, single.next_update_utc, single.serial_number, single.hash_algorithm))
        str(
            (
                answer.produced_at_utc,
                len(answer.certificates),
                answer.extensions,
                answer.signature_algorithm_oid,
            )
        )
    except UNREADABLE as error:
        raise Problem("SIG-OCSP-FORM", reason=str(error) or type(error).__name__) from error
    if not 0 < len(singles) <= _MOST_SINGLES:
        raise Problem("SIG-OCSP-FORM", reason=f"{len(singles)} answers")
    return answer


def nonce_of(answer: OCSPResponse) -> bytes | None:
    """The nonce an answer repeats; many responders repeat none."""
    try:
        return answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except (x509.ExtensionNotFound, *UNREADABLE):
        return None


def about(
    answer: OCSPResponse, cert: x509.Certificate, issuer: x509.Certificate
) -> OCSPSingleResponse | None:
    """What an answer says of one certificate of an authority; None where it speaks of others."""
    for single in answer.responses:
        if single.serial_number == cert.serial_number and _names(single, cert, issuer):
            return single
    return None


def _names(single: OCSPSingleResponse, cert: x509.Certificate, issuer: x509.Certificate) -> bool:
    if not isinstance(single.hash_algorithm, hashes.SHA1 | hashes.SHA256):
        return False
    asked = ocsp.OCSPRequestBuilder().add_certificate(cert, issuer, single.hash_algorithm).build()
    return (single.issuer_name_hash, single.issuer_key_hash) == (
        asked.issuer_name_hash,
        asked.issuer_key_hash,
    )


def genuine(
    answer: OCSPResponse, issuer: x509.Certificate, crls: Iterable[x509.CertificateRevocationList] = ()
) -> bool:
    """Whether the authority itself answered, or a responder it issued a certificate to for that."""
    on = algorithms.day(answer.produced_at_utc)
    if not algorithms.current().allows("certificate", answer.signature_algorithm_oid.dotted_string, on):
        return False
    for cert in (issuer, *(c for c in answer.certificates if _may_answer(c, issuer, answer, crls))):
        if _is_responder(answer, cert) and _signed(answer, cert):
            return True
    return False


def _is_responder(answer: OCSPResponse, cert: x509.Certificate) -> bool:
    if answer.responder_name is not None:
        return answer.responder_name == cert.subject
    return answer.responder_key_hash == _key_hash(cert)


def _key_hash(cert: x509.Certificate) -> bytes:
    """SHA-1 over the bits of the key, as RFC 6960 names responders; it protects nothing."""
    key = cert.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        bits = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    elif isinstance(key, rsa.RSAPublicKey):
        bits = key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    else:
        return b""
    return sha1(bits, usedforsecurity=False).digest()


def _may_answer(
    cert: x509.Certificate,
    issuer: x509.Certificate,
    answer: OCSPResponse,
    crls: Iterable[x509.CertificateRevocationList],
) -> bool:
    """A delegated responder (RFC 6960 section 4.2.2.2): issued by this authority for that, and in force then."""
    made = answer.produced_at_utc
    if not cert.not_valid_before_utc - SKEW <= made <= cert.not_valid_after_utc:
        return False
    try:
        cert.verify_directly_issued_by(issuer)
        purposes = cert.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (InvalidSignature, x509.ExtensionNotFound, *UNREADABLE):
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in purposes and _unrevoked(cert, issuer, crls)


def _unrevoked(
    cert: x509.Certificate, issuer: x509.Certificate, crls: Iterable[x509.CertificateRevocationList]
) -> bool:
    """In no list of the authority; without the mark that nobody need ask, a list must be there."""
    key = issuer.public_key()
    if not isinstance(key, VerifyingKey):
        return False
    lists = [c for c in crls if c.issuer == issuer.subject and c.is_signature_valid(key)]
    if any(c.get_revoked_certificate_by_serial_number(cert.serial_number) is not None for c in lists):
        return False
    marked = any(isinstance(extension.value, x509.OCSPNoCheck) for extension in cert.extensions)
    return marked or bool(lists)


def _signed(answer: OCSPResponse, cert: x509.Certificate) -> bool:
    key, digest = cert.public_key(), answer.signature_hash_algorithm
    if digest is None:
        return False
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(digest))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), digest)
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
