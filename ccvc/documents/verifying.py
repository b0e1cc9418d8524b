"""Signatures on a document of ours judged anew, the authorised person's and the agency's."""

from __future__ import annotations

from datetime import datetime

from cryptography import x509
from django.utils import timezone
from pyhanko.pdf_utils.reader import PdfFileReader

from ccvc.documents.appearance import SEALING_FIELDS, SIGNER_FIELD
from ccvc.evidence import signed
from ccvc.signing import embedded, store
from ccvc.signing.certificates import Use
from ccvc.signing.verdicts import Found
from ccvc.signing.verification import Trust, Verdict, verify_certificate
from ccvc.standard.problems import Problem

__all__ = ["Found", "ranges", "require_signed", "signatures"]


def signatures(pdf: bytes, trust: Trust | None = None) -> list[Found]:
    """Every signature of a file in the order they were made; Problem DOC-PDF where it cannot be read."""
    try:
        return embedded.judge(pdf, store.trust() if trust is None else trust, _standing)
    except ValueError as error:
        raise Problem("DOC-PDF") from error


def ranges(pdf: bytes) -> list[list[tuple[int, int]]]:
    """Of each signature of a file of ours, the stretches of bytes it covers, from and up to."""
    found = []
    for one in embedded.embedded(pdf):
        numbers = [int(number) for number in one.byte_range]
        found.append([(at, at + size) for at, size in zip(numbers[::2], numbers[1::2], strict=True)])
    return found


def _standing(cert: x509.Certificate, trust: Trust, at: datetime | None, field: str) -> Verdict:
    if field not in SEALING_FIELDS | {SIGNER_FIELD}:
        return signed.standing(cert, trust, at, field)
    use: Use = "seal" if field in SEALING_FIELDS else "approve"
    return verify_certificate(cert, trust, at or timezone.now(), use)


def require_signed(pdf: bytes) -> PdfFileReader:
    """The file as it was read for judging it: what is signed next is what was judged.

    Problem DOC-NOT-SIGNED unless the authorised person's signature is good, DOC-PDF where the file cannot be read.
    """
    try:
        read = embedded.read(pdf)
        found = [one for one in embedded.judge(read, store.trust(), _standing) if not one.by_agency]
    except ValueError as error:
        raise Problem("DOC-PDF") from error
    if len(found) != 1 or not found[0].verdict.ok:
        raise Problem("DOC-NOT-SIGNED", reason=found[0].verdict.message if found else "")
    return read
