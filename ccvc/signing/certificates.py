"""X.509 certificates of the scheme: their profile, and what a holder's certificate says.

Profile: the agency's electronic code (Decision 20/2020/QĐ-TTg) stands in organizationIdentifier (2.5.4.97),
a person's name in CN with the account in UID, any other holder's name in CN. Each use has its own extended
key usage, so that no certificate serves two purposes: see EKU.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ccvc.signing import keys
from ccvc.signing.addresses import NO_SERVICES, Services, naming
from ccvc.signing.unreadable import UNREADABLE
from ccvc.standard.problems import Problem

Use = Literal["sign", "encrypt", "tls", "approve", "seal", "timestamp", "ocsp"]

ARC = "2.25.282424043245899912649103521522143755836"
"""The scheme's own arc, made from a UUID (ITU-T X.667), which needs no registration."""

EKU: dict[Use, tuple[x509.ObjectIdentifier, ...]] = {
    "approve": (  # id-kp-documentSigning, RFC 9336; the other is what NSS, and so pdfsig, asks of who signs a PDF
        x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"),
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
    ),
    "seal": (  # an agency signs documents; other programs know the first two, we tell them apart by the third
        x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"),
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        x509.ObjectIdentifier(f"{ARC}.3"),
    ),
    "sign": (x509.ObjectIdentifier(f"{ARC}.1"),),  # a node signs packages, receipts and log heads
    "encrypt": (x509.ObjectIdentifier(f"{ARC}.2"),),  # a node receives content keys
    "tls": (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH),
    "timestamp": (ExtendedKeyUsageOID.TIME_STAMPING,),  # the only purpose, and critical: RFC 3161 section 2.3
    "ocsp": (ExtendedKeyUsageOID.OCSP_SIGNING,),  # answers for its authority: RFC 6960 section 4.2.2.2
}

_ISSUED_BEFORE: dict[Use, tuple[x509.ObjectIdentifier, ...]] = {
    use: tuple(oid for oid in EKU[use] if oid != ExtendedKeyUsageOID.EMAIL_PROTECTION)
    for use in ("approve", "seal")
}
"""What certificates say that were issued until November 2026; they stay good for their use."""

SKEW = timedelta(minutes=5)
"""How far the clocks of two honest machines may be apart."""

_CN_BYTES = 64  # ub-common-name of RFC 5280


@dataclass(frozen=True)
class Issuer:
    """An authority: its key, its certificate, and the certificates above it short of the anchor."""

    key: keys.PrivateKey
    cert: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    def chain_of(self, cert: x509.Certificate) -> tuple[x509.Certificate, ...]:
        """The chain to send with an issued certificate: itself first, the anchor left out."""
        above = (self.cert, *self.chain) if self.cert.issuer != self.cert.subject else ()
        return (cert, *above)


def create_authority(
    name: str,
    *,
    key: keys.PrivateKey | None = None,
    parent: Issuer | None = None,
    days: int = 3650,
    not_before: datetime | None = None,
) -> Issuer:
    """Make an anchor, or under a parent an intermediate that may issue end certificates only."""
    key = key or keys.generate()
    subject = _name(common_name=name)
    builder = _start(subject, key.public_key(), days, not_before)
    depth = 0 if parent else 1
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=depth), critical=True)
    builder = builder.add_extension(_key_usage(key_cert_sign=True, crl_sign=True), critical=True)
    if parent is None:
        return Issuer(key, builder.issuer_name(subject).sign(key, hashes.SHA256()))
    cert = _sign_under(parent, builder)
    return Issuer(key, cert, parent.chain_of(cert)[1:])


def issue(
    issuer: Issuer,
    public_key: keys.VerifyingKey,
    *,
    common_name: str,
    agency_code: str | None,
    use: Use,
    days: int = 365,
    not_before: datetime | None = None,
    person: str | None = None,
    dns: Sequence[str] = (),
    ip: Sequence[str] = (),
    services: Services = NO_SERVICES,
) -> x509.Certificate:
    """Issue an end certificate for one use, which names where to ask whether it still counts.

    With a person, CN is the person's name and common_name (the account) goes to UID. Without not_before it
    starts five minutes ago, so that a peer whose clock is slow takes it at once.
    """
    subject = _name(common_name=common_name, agency_code=agency_code, person=person)
    builder = _start(subject, public_key, days, not_before)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage_for(use), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage(EKU[use]), critical=use != "tls")
    names = [x509.DNSName(n) for n in dns] + [x509.IPAddress(ip_address(a)) for a in ip]
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    if use == "ocsp":
        builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
    return _sign_under(issuer, naming(builder, services))


def _sign_under(issuer: Issuer, builder: x509.CertificateBuilder) -> x509.Certificate:
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    builder = builder.issuer_name(issuer.cert.subject).add_extension(above, critical=False)
    return builder.sign(issuer.key, hashes.SHA256())


def _start(
    subject: x509.Name, public_key: keys.VerifyingKey, days: int, not_before: datetime | None
) -> x509.CertificateBuilder:
    since = not_before or datetime.now(UTC) - SKEW
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(since + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _name(*, common_name: str, agency_code: str | None = None, person: str | None = None) -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
    if agency_code is not None:
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, agency_code))
    attributes.append(x509.NameAttribute(NameOID.COMMON_NAME, _short(person or common_name)))
    if person is not None:
        attributes.append(x509.NameAttribute(NameOID.USER_ID, common_name))
    return x509.Name(attributes)


def _short(text: str) -> str:
    """At most 64 bytes of UTF-8, cut between characters: names of Vietnamese agencies are often longer."""
    text = unicodedata.normalize("NFC", text)
    if len(text.encode()) <= _CN_BYTES:
        return text
    return text.encode()[: _CN_BYTES - 3].decode(errors="ignore").rstrip() + "…"


def _usage_for(use: Use) -> x509.KeyUsage:
    if use == "encrypt":
        return _key_usage(key_agreement=True)
    return _key_usage(digital_signature=True, content_commitment=use in {"approve", "seal"})


def _key_usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_agreement: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_agreement=key_agreement,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        key_encipherment=False,
        data_encipherment=False,
        encipher_only=False,
        decipher_only=False,
    )


def request(
    key: keys.PrivateKey, *, common_name: str, agency_code: str | None = None, person: str | None = None
) -> str:
    """A certificate request (PKCS #10, PEM) with the subject of the profile above."""
    subject = _name(common_name=common_name, agency_code=agency_code, person=person)
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


@dataclass(frozen=True)
class Request:
    """What a checked request asks for: the authority decides, the request only proposes."""

    public_key: keys.PublicKey
    common_name: str
    account: str | None
    agency_code: str | None


def read_request(pem: str | bytes) -> Request:
    """Read a request and check that its sender holds the key; Problem SIG-REQUEST."""
    try:
        csr = x509.load_pem_x509_csr(pem.encode() if isinstance(pem, str) else pem)
        genuine = csr.is_signature_valid
        public_key = csr.public_key()
        named = _sayable(csr.subject)
    except UNREADABLE as error:
        raise Problem("SIG-REQUEST") from error
    if not genuine or not named or not isinstance(public_key, keys.PublicKey):
        raise Problem("SIG-REQUEST")
    return Request(
        public_key,
        _first(csr.subject, NameOID.COMMON_NAME) or "",
        _first(csr.subject, NameOID.USER_ID),
        _first(csr.subject, NameOID.ORGANIZATION_IDENTIFIER),
    )


def to_pem(certs: Iterable[x509.Certificate]) -> str:
    """Certificates as PEM, one after another."""
    return "".join(cert.public_bytes(serialization.Encoding.PEM).decode() for cert in certs)


def from_pem(pem: str | bytes) -> tuple[x509.Certificate, ...]:
    """All certificates of a PEM text; Problem SIG-CERTIFICATE if there is none or one is damaged."""
    try:
        found = tuple(x509.load_pem_x509_certificates(pem.encode() if isinstance(pem, str) else pem))
    except UNREADABLE as error:
        raise Problem("SIG-CERTIFICATE") from error
    if not all(map(readable, found)):
        raise Problem("SIG-CERTIFICATE")
    return found


def readable(cert: x509.Certificate) -> bool:
    """Whether a certificate is well formed throughout: its parts are parsed late, so that one may load and not be."""
    try:
        named = _sayable(cert.subject) and _sayable(cert.issuer)
        return named and bool(cert.extensions) and cert.not_valid_before_utc < cert.not_valid_after_utc
    except UNREADABLE:
        return False


def _sayable(name: x509.Name) -> bool:
    """Whether a name can be shown and kept: it holds no control characters."""
    return not any(letter < " " for part in name for letter in str(part.value))


def agency_of(cert: x509.Certificate) -> str | None:
    """Electronic code of the agency the certificate speaks for."""
    return _first(cert.subject, NameOID.ORGANIZATION_IDENTIFIER)


def name_of(cert: x509.Certificate) -> str:
    """Name of the holder, for people."""
    return _first(cert.subject, NameOID.COMMON_NAME) or cert.subject.rfc4514_string()


def account_of(cert: x509.Certificate) -> str | None:
    """Account of the person, where the holder is one."""
    return _first(cert.subject, NameOID.USER_ID)


def fingerprint(cert: x509.Certificate) -> str:
    """SHA-256 over the certificate's DER, in hexadecimal: its name in headers."""
    return cert.fingerprint(hashes.SHA256()).hex()


def serial_of(cert: x509.Certificate) -> str:
    """Serial number in hexadecimal, as revocation lists and people write it."""
    return f"{cert.serial_number:x}"


def use_of(cert: x509.Certificate) -> Use | None:
    """The one use a certificate was issued for; None if it is none of ours."""
    try:
        found = set(cert.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return None
    known = (*EKU.items(), *_ISSUED_BEFORE.items())
    return next((use for use, oids in known if found == set(oids)), None)


def _first(name: x509.Name, oid: x509.ObjectIdentifier) -> str | None:
    values = name.get_attributes_for_oid(oid)
    return str(values[0].value) if values else None
