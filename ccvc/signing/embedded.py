"""Signatures within a PDF judged anew: is it the signed content, whose certificate, did it count when it was made.

For files of ours and those from elsewhere; one that cannot be read is a ValueError. Nothing is fetched.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from ccvc.signing import certificates
from ccvc.signing.trust import Trust
from ccvc.signing.verdicts import Found, Verdict, verdict

UNREADABLE = (
    PdfError,
    SignatureValidationError,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    RecursionError,
)
_LAST = SignatureCoverageLevel.ENTIRE_REVISION
Standing = Callable[[x509.Certificate, Trust, datetime | None, str], Verdict]
"""What a certificate is worth: whom to believe, when the signature was made if it says so, and its field's name."""


def read(pdf: bytes) -> PdfFileReader:
    """A file read; ValueError where it cannot be."""
    try:
        return PdfFileReader(io.BytesIO(pdf))
    except UNREADABLE as error:
        raise ValueError(str(error)) from error


def judge(pdf: bytes | PdfFileReader, trust: Trust, standing: Standing) -> list[Found]:
    """Every signature of a file, read or not, in the order they were made; ValueError where it cannot be read."""
    try:
        return [_judged(one, trust, standing) for one in embedded(pdf)]
    except UNREADABLE as error:
        raise ValueError(str(error)) from error


def embedded(pdf: bytes | PdfFileReader) -> Iterator[EmbeddedPdfSignature]:
    """The signatures of a file as pyHanko reads them."""
    file = pdf if isinstance(pdf, PdfFileReader) else PdfFileReader(io.BytesIO(pdf))
    yield from file.embedded_regular_signatures


def _judged(one: EmbeddedPdfSignature, trust: Trust, standing: Standing) -> Found:
    status = validate_pdf_signature(one, context_of(trust))
    cert = _certificate(one.signer_cert)
    at, stamped = _moment(one, status)
    believed = trust.knowing(tuple(_certificate(cert) for cert in one.other_embedded_certs))
    found = _integrity(status, cert) or standing(cert, believed, at, one.field_name)
    name, agency = certificates.name_of(cert), certificates.agency_of(cert) or ""
    return Found(one.field_name, name, agency, at, stamped, found, certificates.use_of(cert))


def _moment(one: EmbeddedPdfSignature, status: PdfSignatureStatus) -> tuple[datetime | None, bool]:
    """When it was made: by its time stamp where that is good, else by its own word."""
    stamp = status.timestamp_validity
    if stamp is not None and stamp.intact and stamp.valid and stamp.trusted:
        return stamp.timestamp, True
    return one.self_reported_timestamp, False


def _integrity(status: PdfSignatureStatus, cert: x509.Certificate) -> Verdict | None:
    """What is wrong with the signature itself, or with what was added behind it."""
    if not status.intact:
        return verdict("invalid", "DOC-MODIFIED", cert)
    if not status.valid:
        return verdict("invalid", "DOC-SIGNATURE", cert)
    if status.coverage is None or status.coverage.value < _LAST.value or not status.docmdp_ok:
        return verdict("invalid", "DOC-ADDED", cert)
    return None


def _certificate(cert: asn1_x509.Certificate) -> x509.Certificate:
    return x509.load_der_x509_certificate(cert.dump())


@dataclass(frozen=True, slots=True)
class Known:
    """Whom to believe and what is known of certificates, read once as pyHanko asks for it."""

    anchors: list[asn1_x509.Certificate]
    between: list[asn1_x509.Certificate]
    crls: list[asn1_crl.CertificateList]
    answers: list[ocsp.OCSPResponse]

    def context(self) -> ValidationContext:
        """It fetches nothing by itself, and serves one file."""
        return ValidationContext(
            trust_roots=self.anchors,
            other_certs=self.between,
            crls=self.crls,
            ocsps=self.answers,
            allow_fetching=False,
            revocation_mode="soft-fail",
        )


def known_of(trust: Trust) -> Known:
    """Whom to believe, as pyHanko asks for it."""
    plain = serialization.Encoding.DER
    return Known(
        [asn1_of(cert) for cert in trust.anchors],
        [asn1_of(cert) for cert in trust.intermediates],
        [asn1_crl.CertificateList.load(one.public_bytes(plain)) for one in trust.crls],
        [ocsp.OCSPResponse.load(one.public_bytes(plain)) for one in trust.answers],
    )


def context_of(trust: Trust) -> ValidationContext:
    """Whom to believe, for one file; it fetches nothing by itself."""
    return known_of(trust).context()


def asn1_of(cert: x509.Certificate) -> asn1_x509.Certificate:
    """A certificate as pyHanko asks for it."""
    return asn1_x509.Certificate.load(cert.public_bytes(serialization.Encoding.DER))
