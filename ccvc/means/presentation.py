"""What pages that sign in the officer's own machine need: where the program is, and leave to ask it."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse

from ccvc.standard.problems import Problem

LONGEST_ID = 18
MOST_SIGNATURES = 100
LONGEST_SIGNATURE = 2 * 1024
"""Letters of hexadecimal: RSA of 4096 bits has half of that."""


def signer_address() -> str:
    """Where the signing program answers, on the reader's own machine."""
    return f"http://127.0.0.1:{settings.CCVC_SIGNER_PORT}"


def reaching_signer(response: HttpResponse) -> HttpResponse:
    """The page may ask the signing program; others may ask nobody but the node."""
    response.connects_to = signer_address()  # type: ignore[attr-defined]  # read by the middleware of the pages
    return response


def signature_of(text: str) -> bytes:
    """A signature as the program hands it out, in hexadecimal; Problem SIG-PENDING for anything else."""
    try:
        return bytes.fromhex(text[:LONGEST_SIGNATURE])
    except ValueError as error:
        raise Problem("SIG-PENDING", where="signature") from error


def signatures_of(text: str) -> list[bytes]:
    """Several of them, in the order in which they were asked for."""
    return [signature_of(one) for one in text.split(" ", MOST_SIGNATURES)[:MOST_SIGNATURES]]


def pending_of(text: str) -> UUID:
    """Which signing a page completes; Problem SIG-PENDING."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Problem("SIG-PENDING", where="id") from error


def means_of(text: str) -> int | None:
    """The means a page chose; None for the default."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else None
