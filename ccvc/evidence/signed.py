"""Signatures that papers arrive with: judged anew whenever they are shown, by what this node believes and knows now."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from cryptography import x509
from django.utils import timezone

from ccvc.evidence import storage
from ccvc.evidence.models import Attachment
from ccvc.signing import store
from ccvc.signing.certificates import name_of, use_of
from ccvc.signing.trust import Trust
from ccvc.signing.verdicts import Found, Verdict, verdict
from ccvc.signing.verification import path_of, verify_certificate
from ccvc.standard.problems import Problem

MARK = b"/ByteRange"
"""Stands in the clear in every signed PDF: its numbers are places in the file."""
REMEMBERED = 4096


def signatures(paper: Attachment) -> list[Found]:
    """The signatures of a paper fit to be opened, in the order they were made; none where it has none.

    A file that says it is signed and cannot be read as such has one, about which nothing can be told.
    """
    if paper.file.format != "pdf" or not _signed(paper.file.sha256):
        return []
    from ccvc.signing import embedded  # noqa: PLC0415 - half a second, which few processes need

    try:
        return embedded.judge(storage.read(paper.file.sha256), store.trust(), standing)
    except (ValueError, Problem):
        return [Found("", "", "", None, stamped=False, verdict=verdict("unknown", "EVI-SIGNED-UNREADABLE"))]


@lru_cache(maxsize=REMEMBERED)
def _signed(sha256: str) -> bool:
    """Whether a file claims to be signed; its digest is its name, so the answer never changes."""
    try:
        return MARK in storage.read(sha256)
    except Problem:
        return False


def standing(cert: x509.Certificate, trust: Trust, at: datetime | None, _field: str) -> Verdict:
    """What a certificate from anywhere is worth: of an authority this node does not know, nothing can be told."""
    if path_of(cert, trust) is None:
        return verdict("unknown", "EVI-SIGNED-ISSUER", cert, name=name_of(cert), issuer=_issuer(cert))
    use = use_of(cert)
    if use not in {"approve", "seal", "sign"}:
        return verdict("unknown", "EVI-SIGNED-USE", cert, name=name_of(cert))
    return verify_certificate(cert, trust, at or timezone.now(), use)


def _issuer(cert: x509.Certificate) -> str:
    names = cert.issuer.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else cert.issuer.rfc4514_string()
