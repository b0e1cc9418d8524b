"""Revocation lists (RFC 5280 section 5): made by an authority, added to, read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from ccvc.signing.certificates import SKEW, Issuer
from ccvc.signing.unreadable import UNREADABLE
from ccvc.standard.problems import Problem

_END = "-----END X509 CRL-----"
DAYS = 30
"""Days a list counts: a node cut off from the authority works so long, then answers "cannot tell"."""


@dataclass(frozen=True)
class Revocation:
    """A serial number, the moment from which its certificate no longer counts, and why where that is said."""

    serial: int
    at: datetime
    reason: x509.ReasonFlags | None = None


def crl(
    issuer: Issuer,
    revoked: Iterable[int | Revocation] = (),
    *,
    at: datetime | None = None,
    days: int = DAYS,
    number: int = 1,
) -> str:
    """A signed revocation list (PEM) made at a moment; a bare serial number is revoked at that moment."""
    made = at or datetime.now(UTC)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.cert.subject)
        .last_update(made - SKEW)
        .next_update(made + timedelta(days=days))
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False
        )
    )
    for entry in revoked:
        item = entry if isinstance(entry, Revocation) else Revocation(entry, made)
        builder = builder.add_revoked_certificate(_entry(item))
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def _entry(item: Revocation) -> x509.RevokedCertificate:
    builder = x509.RevokedCertificateBuilder().serial_number(item.serial).revocation_date(item.at)
    if item.reason is not None:
        builder = builder.add_extension(x509.CRLReason(item.reason), critical=False)
    return builder.build()


def revoke(
    issuer: Issuer, before: str, serials: Iterable[int | Revocation] = (), *, at: datetime | None = None
) -> str:
    """The next list (PEM): what the one before holds and these; with none, the same list renewed."""
    old = read(before)
    kept = {entry.serial_number: entry_of(entry) for entry in old}
    moment = at or datetime.now(UTC)
    for given in serials:
        entry = given if isinstance(given, Revocation) else Revocation(given, moment)
        kept.setdefault(entry.serial, entry)
    return crl(issuer, kept.values(), at=moment, number=number_of(old) + 1)


def entry_of(entry: x509.RevokedCertificate) -> Revocation:
    """What a list says of one certificate."""
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except (x509.ExtensionNotFound, *UNREADABLE):
        reason = None
    return Revocation(entry.serial_number, entry.revocation_date_utc, reason)


def read(pem: str | bytes) -> x509.CertificateRevocationList:
    """A list from PEM; Problem SIG-TRUST if it cannot be read."""
    text = pem.encode() if isinstance(pem, str) else pem
    return _whole(lambda: x509.load_pem_x509_crl(text))


def read_der(der: bytes) -> x509.CertificateRevocationList:
    """A list from DER, as services send it; Problem SIG-TRUST if it cannot be read."""
    return _whole(lambda: x509.load_der_x509_crl(der))


def _whole(load: Callable[[], x509.CertificateRevocationList]) -> x509.CertificateRevocationList:
    try:
        found = load()
        for part in _parts(found):
            str(part)
    except UNREADABLE as error:
        raise Problem("SIG-TRUST") from error
    return found


def _parts(crl_: x509.CertificateRevocationList) -> Iterator[object]:
    """What is parsed only when it is asked for: a malformed list is to be refused where it is read."""
    yield from (number_of(crl_), crl_.issuer, crl_.last_update_utc, crl_.next_update_utc)
    for entry in crl_:
        yield from (entry.serial_number, entry.revocation_date_utc)


def read_all(pem: str) -> list[x509.CertificateRevocationList]:
    """Every list of a PEM text, one after another; Problem SIG-TRUST if there is none or one cannot be read."""
    parts = [f"{part}{_END}" for part in pem.split(_END)[:-1]]
    return [read(part) for part in parts] or [read(pem)]


def number_of(crl_: x509.CertificateRevocationList) -> int:
    """The running number of a list; 0 if it has none."""
    try:
        return crl_.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    except x509.ExtensionNotFound:
        return 0
