"""Signatures on a document judged anew: is it the signed content, whose certificate, did it count when it was made."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from django.utils import timezone
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel

from ccvc.documents import pades
from ccvc.documents.appearance import AGENCY_FIELD
from ccvc.signing import certificates, store
from ccvc.signing.certificates import Use
from ccvc.signing.verification import Trust, Verdict, verdict, verify_certificate
from ccvc.standard.problems import Problem

_UNREADABLE = (
    PdfError,
    SignatureValidationError,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    RecursionError,
)
_LAST = SignatureCoverageLevel.ENTIRE_REVISION


@dataclass(frozen=True, slots=True)
class Found:
    """One signature of a file: field, whose, when, whether that moment is proved by a time stamp, and the verdict."""

    field: str
    name: str
    agency: str
    at: datetime | None
    stamped: bool
    verdict: Verdict

    @property
    def by_agency(self) -> bool:
        """Whether it is the agency's."""
        return self.field == AGENCY_FIELD


def signatures(pdf: bytes, trust: Trust | None = None) -> list[Found]:
    """Every signature of a file in the order they were made; Problem DOC-PDF where it cannot be read."""
    believed = store.trust() if trust is None else trust
    try:
        return [_judged(one, believed) for one in _embedded(pdf)]
    except _UNREADABLE as error:
        raise Problem("DOC-PDF") from error


def _embedded(pdf: bytes) -> Iterator[EmbeddedPdfSignature]:
    yield from PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures


def ranges(pdf: bytes) -> list[list[tuple[int, int]]]:
    """Of each signature of a file of ours, the stretches of bytes it covers, from and up to."""
    found = []
    for one in _embedded(pdf):
        numbers = [int(number) for number in one.byte_range]
        found.append([(at, at + size) for at, size in zip(numbers[::2], numbers[1::2], strict=True)])
    return found


def _judged(one: EmbeddedPdfSignature, trust: Trust) -> Found:
    context = pades.context_of(trust)
    status = validate_pdf_signature(one, context)
    cert = _certificate(one.signer_cert)
    at, stamped = _moment(one, status)
    agency = certificates.agency_of(cert) or ""
    found = _integrity(status, cert) or _standing(cert, _with_chain(trust, one), at, one.field_name)
    return Found(one.field_name, certificates.name_of(cert), agency, at, stamped, found)


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


def _standing(cert: x509.Certificate, trust: Trust, at: datetime | None, field: str) -> Verdict:
    use: Use = "seal" if field == AGENCY_FIELD else "approve"
    return verify_certificate(cert, trust, at or timezone.now(), use)


def _with_chain(trust: Trust, one: EmbeddedPdfSignature) -> Trust:
    """Whom to believe, with the certificates the signature brings as possible links."""
    brought = tuple(_certificate(cert) for cert in one.other_embedded_certs)
    return trust.knowing(brought)


def _certificate(cert: asn1_x509.Certificate) -> x509.Certificate:
    return x509.load_der_x509_certificate(cert.dump())


def require_signed(pdf: bytes) -> None:
    """Problem DOC-NOT-SIGNED unless the authorised person's signature on a file is good."""
    found = [one for one in signatures(pdf) if not one.by_agency]
    if len(found) != 1 or not found[0].verdict.ok:
        raise Problem("DOC-NOT-SIGNED", reason=found[0].verdict.message if found else "")
