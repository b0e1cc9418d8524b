"""Verdicts on certificates: valid, invalid, or cannot tell; each with a code and a Vietnamese sentence.

A certificate is judged at a moment (aware datetime): now for something just received, the moment of
signing for something kept. What is certainly wrong is said before what cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import ExtensionOID

from ccvc.signing import algorithms, keys
from ccvc.signing.certificates import Use, agency_of, name_of, readable, use_of
from ccvc.signing.standing import revocation_checks
from ccvc.signing.trust import Trust
from ccvc.signing.verdicts import Check, Status, Verdict, check, date, judged, verdict

__all__ = ["Check", "Status", "Trust", "Verdict", "check", "judged", "verdict"]

_USES: dict[Use, tuple[str, str]] = {
    "sign": ("ký thay mặt cơ quan", "sign for an agency"),
    "encrypt": ("nhận dữ liệu mã hoá", "receive encrypted data"),
    "tls": ("bảo mật kết nối", "secure a connection"),
    "approve": ("ký phê duyệt", "approve documents"),
    "seal": ("ký số của cơ quan trên văn bản", "sign documents for an agency"),
    "timestamp": ("cấp dấu thời gian", "stamp times"),
    "ocsp": ("trả lời trạng thái chứng thư số", "answer for the state of certificates"),
}
_KNOWN_EXTENSIONS = {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    ExtensionOID.SUBJECT_KEY_IDENTIFIER,
    ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
    ExtensionOID.AUTHORITY_INFORMATION_ACCESS,
    ExtensionOID.CRL_DISTRIBUTION_POINTS,
    ExtensionOID.OCSP_NO_CHECK,
}
_LONGEST_PATH = 4
_PERSONAL = {"approve", "seal"}  # what commits somebody


def verify_certificate(
    cert: x509.Certificate, trust: Trust, at: datetime, use: Use, agency_code: str | None = None
) -> Verdict:
    """Judge a certificate at a moment for a use and, if given, for an agency (exact code); with what was checked."""
    if not readable(cert):
        return verdict("invalid", "SIG-CERTIFICATE", cert)
    path = path_of(cert, trust)
    if path is None:
        issuer = cert.issuer.rfc4514_string()
        lost = check("path", "invalid", "SIG-ISSUER", name=name_of(cert), issuer=issuer)
        return judged([lost], cert)
    checks = [_path_check(path), *_link_checks(path, at), *_leaf_checks(cert, use, agency_code)]
    return judged([*checks, *revocation_checks(path, trust, at)], cert)


def _path_check(path: list[x509.Certificate]) -> Check:
    cert, above, anchor = path[0], path[1], path[-1]
    return check(
        "path", "valid", "SIG-CHECKED-PATH", name=name_of(cert), issuer=name_of(above), anchor=name_of(anchor)
    )


def path_of(cert: x509.Certificate, trust: Trust) -> list[x509.Certificate] | None:
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


def _link_checks(path: list[x509.Certificate], at: datetime) -> Iterator[Check]:
    """Each certificate of the path by itself: dates, algorithms, conditions."""
    leaf = path[0]
    dates = [found for item in path if (found := _date_fault(item, at))]
    until = min(item.not_valid_after_utc for item in path)
    since = max(item.not_valid_before_utc for item in path)
    fine = check("dates", "valid", "SIG-CHECKED-DATES", on=date(at), since=date(since), until=date(until))
    yield dates[0] if dates else fine
    faults = [found for item in path for found in _form_faults(item, at)]
    used = ", ".join(sorted({key_of(item) for item in path}))
    fine = check("algorithm", "valid", "SIG-CHECKED-ALGORITHM", algorithms=used, name=name_of(leaf))
    yield faults[0] if faults else fine


def _date_fault(item: x509.Certificate, at: datetime) -> Check | None:
    since, until = item.not_valid_before_utc, item.not_valid_after_utc
    if at > until:
        return check("dates", "invalid", "SIG-EXPIRED", name=name_of(item), until=date(until))
    if at < since:
        return check("dates", "invalid", "SIG-NOT-YET", name=name_of(item), since=date(since))
    return None


def _form_faults(item: x509.Certificate, at: datetime) -> Iterator[Check]:
    for banned in _banned_algorithms(item, at):
        yield check("algorithm", "invalid", "SIG-ALGORITHM", algorithm=banned, on=date(at))
    for extension in item.extensions:
        if extension.critical and extension.oid not in _KNOWN_EXTENSIONS:
            oid = extension.oid.dotted_string
            yield check("path", "invalid", "SIG-EXTENSION", name=name_of(item), extension=oid)


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


def _leaf_checks(cert: x509.Certificate, use: Use, agency_code: str | None) -> Iterator[Check]:
    vi, en = _USES[use]
    fits = _serves(cert, use)
    code = "SIG-CHECKED-USE" if fits else "SIG-USE"
    yield check("use", "valid" if fits else "invalid", code, name=name_of(cert), use=vi, use_en=en)
    if agency_code is None:
        return
    found = agency_of(cert)
    if found == agency_code:
        yield check("agency", "valid", "SIG-CHECKED-AGENCY", name=name_of(cert), agency=agency_code)
    else:
        params = {"name": name_of(cert), "found": found or "?", "expected": agency_code}
        yield check("agency", "invalid", "SIG-AGENCY", **params)


def wrong_use(cert: x509.Certificate, use: Use) -> Verdict:
    """The verdict on a certificate taken for a use it was not issued for."""
    vi, en = _USES[use]
    return verdict("invalid", "SIG-USE", cert, name=name_of(cert), use=vi, use_en=en)


def _serves(cert: x509.Certificate, use: Use) -> bool:
    try:
        usage = cert.extensions.get_extension_for_class(x509.KeyUsage).value
        found = cert.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, ValueError):
        return False
    if use == "timestamp":
        can = found.critical and (usage.digital_signature or usage.content_commitment)
    else:
        can = usage.key_agreement if use == "encrypt" else usage.digital_signature
    return can and use_of(cert) == use and (use not in _PERSONAL or usage.content_commitment)
