"""Verdicts on certificates: valid, invalid, or cannot tell; each with a code and a Vietnamese sentence.

A certificate is judged at a moment (aware datetime): now for something just received, the moment of
signing for something kept. What is certainly wrong is said before what cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import ExtensionOID

from ccvc.signing import algorithms, keys, revocation
from ccvc.signing.certificates import Use, agency_of, from_pem, name_of, readable, use_of
from ccvc.signing.keys import VerifyingKey
from ccvc.standard.problems import Problem

Status = Literal["valid", "invalid", "unknown"]

_USES: dict[Use, tuple[str, str]] = {
    "sign": ("ký thay mặt cơ quan", "sign for an agency"),
    "encrypt": ("nhận dữ liệu mã hoá", "receive encrypted data"),
    "tls": ("bảo mật kết nối", "secure a connection"),
    "approve": ("ký phê duyệt", "approve documents"),
    "seal": ("ký số của cơ quan trên văn bản", "sign documents for an agency"),
}
_KNOWN_EXTENSIONS = {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    ExtensionOID.SUBJECT_KEY_IDENTIFIER,
    ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
}
_LONGEST_PATH = 4


@dataclass(frozen=True)
class Trust:
    """Whom to believe: anchors, certificates that may stand between, and revocation lists."""

    anchors: tuple[x509.Certificate, ...] = ()
    intermediates: tuple[x509.Certificate, ...] = ()
    crls: tuple[x509.CertificateRevocationList, ...] = ()

    @classmethod
    def from_pem(cls, anchors: str, *, intermediates: str = "", crls: tuple[str, ...] = ()) -> Trust:
        """From PEM texts; a revocation list each."""
        between = from_pem(intermediates) if intermediates else ()
        return cls(from_pem(anchors), between, tuple(revocation.read(text) for text in crls))


@dataclass(frozen=True)
class Verdict:
    """The answer, with the certificate it speaks of where one could be read."""

    status: Status
    code: str
    message: str
    certificate: x509.Certificate | None = None
    params: tuple[tuple[str, Any], ...] = ()

    @property
    def ok(self) -> bool:
        """Whether it is valid; "cannot tell" is not."""
        return self.status == "valid"

    def problem(self, where: str = "") -> Problem:
        """The same as a Problem, to be raised or shown."""
        return Problem(self.code, where=where, **dict(self.params))

    def required(self, where: str = "") -> None:
        """Raise the Problem unless valid."""
        if not self.ok:
            raise self.problem(where)


def verdict(status: Status, code: str, cert: x509.Certificate | None = None, **params: Any) -> Verdict:
    """A verdict in the words of the catalogue."""
    return Verdict(status, code, Problem(code, **params).message(), cert, tuple(params.items()))


def verify_certificate(
    cert: x509.Certificate, trust: Trust, at: datetime, use: Use, agency_code: str | None = None
) -> Verdict:
    """Judge a certificate at a moment for a use and, if given, for an agency (exact code)."""
    if not readable(cert):
        return verdict("invalid", "SIG-CERTIFICATE", cert)
    path = _path(cert, trust)
    if path is None:
        issuer = cert.issuer.rfc4514_string()
        return verdict("invalid", "SIG-ISSUER", cert, name=name_of(cert), issuer=issuer)
    faults = (_link_fault(item, at, cert) for item in path)
    found = next((fault for fault in faults if fault), None) or _leaf_fault(cert, use, agency_code)
    return found or _revocation_fault(path, trust, at) or verdict("valid", "SIG-VALID", cert)


def _path(cert: x509.Certificate, trust: Trust) -> list[x509.Certificate] | None:
    """From the certificate up to an anchor, both included; None if there is no way."""
    stack = [[cert]]
    while stack:
        path = stack.pop()
        for anchor in trust.anchors:
            if _issued(path[-1], anchor, below=len(path) - 1):
                return [*path, anchor]
        if len(path) < _LONGEST_PATH:
            above = (c for c in trust.intermediates if c not in path)
            stack += [[*path, c] for c in above if _issued(path[-1], c, below=len(path) - 1)]
    return None


def _issued(cert: x509.Certificate, issuer: x509.Certificate, *, below: int) -> bool:
    """Whether issuer may issue and did; below counts authorities between it and the end certificate."""
    if cert.issuer != issuer.subject or not _may_issue(issuer, below):
        return False
    try:
        cert.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _may_issue(issuer: x509.Certificate, below: int) -> bool:
    try:
        basic = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    deep_enough = basic.path_length is None or below <= basic.path_length
    return basic.ca and usage.key_cert_sign and deep_enough


def _link_fault(item: x509.Certificate, at: datetime, leaf: x509.Certificate) -> Verdict | None:
    """What is wrong with one certificate of the path by itself: dates, algorithms, conditions."""
    since, until = item.not_valid_before_utc, item.not_valid_after_utc
    if at > until:
        return verdict("invalid", "SIG-EXPIRED", leaf, name=name_of(item), until=_date(until))
    if at < since:
        return verdict("invalid", "SIG-NOT-YET", leaf, name=name_of(item), since=_date(since))
    banned = next(_banned_algorithms(item, at), None)
    if banned:
        return verdict("invalid", "SIG-ALGORITHM", leaf, algorithm=banned, on=_date(at))
    for extension in item.extensions:
        if extension.critical and extension.oid not in _KNOWN_EXTENSIONS:
            oid = extension.oid.dotted_string
            return verdict("invalid", "SIG-EXTENSION", leaf, name=name_of(item), extension=oid)
    return None


def _banned_algorithms(cert: x509.Certificate, at: datetime) -> Iterator[str]:
    allowed, on = algorithms.current(), algorithms.day(at)
    signature = cert.signature_algorithm_oid.dotted_string
    if not allowed.allows("certificate", signature, on):
        yield signature
    key = key_of(cert)
    if not allowed.allows("public_key", key, on):
        yield key


def key_of(cert: x509.Certificate) -> str:
    """What the list of algorithms calls the certificate's key, or its object identifier if it knows none such."""
    try:
        key = cert.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return cert.public_key_algorithm_oid.dotted_string
    return keys.name_of(key) or cert.public_key_algorithm_oid.dotted_string


def _leaf_fault(cert: x509.Certificate, use: Use, agency_code: str | None) -> Verdict | None:
    if not _serves(cert, use):
        return wrong_use(cert, use)
    found = agency_of(cert)
    if agency_code is not None and found != agency_code:
        params = {"name": name_of(cert), "found": found or "?", "expected": agency_code}
        return verdict("invalid", "SIG-AGENCY", cert, **params)
    return None


def wrong_use(cert: x509.Certificate, use: Use) -> Verdict:
    """The verdict on a certificate taken for a use it was not issued for."""
    vi, en = _USES[use]
    return verdict("invalid", "SIG-USE", cert, name=name_of(cert), use=vi, use_en=en)


def _serves(cert: x509.Certificate, use: Use) -> bool:
    try:
        usage = cert.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    can = usage.key_agreement if use == "encrypt" else usage.digital_signature
    return can and use_of(cert) == use and (use not in {"approve", "seal"} or usage.content_commitment)


def _revocation_fault(path: list[x509.Certificate], trust: Trust, at: datetime) -> Verdict | None:
    """Revoked anywhere below the anchor is certain; a missing or stale list means we cannot tell."""
    doubts = []
    for cert, issuer in pairwise(path):
        crl = _newest_list(issuer, trust)
        if crl is None:
            doubts.append(verdict("unknown", "SIG-CRL-MISSING", path[0], issuer=name_of(issuer)))
            continue
        entry = crl.get_revoked_certificate_by_serial_number(cert.serial_number)
        if entry is not None and entry.revocation_date_utc <= at:
            since = _date(entry.revocation_date_utc)
            return verdict("invalid", "SIG-REVOKED", path[0], name=name_of(cert), since=since)
        until = crl.next_update_utc
        if until is None or until < at:
            on = _date(until) if until else "?"
            doubts.append(verdict("unknown", "SIG-CRL-STALE", path[0], issuer=name_of(issuer), until=on))
    return doubts[0] if doubts else None


def _newest_list(issuer: x509.Certificate, trust: Trust) -> x509.CertificateRevocationList | None:
    """The list with the highest number that this authority signed: an older one put back is not read."""
    key = issuer.public_key()
    if not isinstance(key, VerifyingKey) or not _signs_lists(issuer):
        return None
    own = [c for c in trust.crls if c.issuer == issuer.subject and c.is_signature_valid(key)]
    return max(own, key=lambda c: (revocation.number_of(c), c.last_update_utc), default=None)


def _signs_lists(issuer: x509.Certificate) -> bool:
    return issuer.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign


def _date(at: datetime) -> str:
    return f"{algorithms.day(at):%d/%m/%Y}"
