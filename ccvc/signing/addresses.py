"""Addresses in certificates: where the state of one can be asked (RFC 5280, 4.2.1.13 and 4.2.2.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from ccvc.signing.unreadable import UNREADABLE


@dataclass(frozen=True)
class Services:
    """Where a certificate says its state can be asked: OCSP responders, and revocation lists."""

    ocsp: tuple[str, ...] = ()
    crl: tuple[str, ...] = ()


NO_SERVICES = Services()


def naming(builder: x509.CertificateBuilder, services: Services) -> x509.CertificateBuilder:
    """The certificate to be, with these addresses in it."""
    if services.ocsp:
        places = [
            x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(url))
            for url in services.ocsp
        ]
        builder = builder.add_extension(x509.AuthorityInformationAccess(places), critical=False)
    if services.crl:
        points = [
            x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None)
            for url in services.crl
        ]
        builder = builder.add_extension(x509.CRLDistributionPoints(points), critical=False)
    return builder


def services_of(cert: x509.Certificate) -> Services:
    """Where a certificate that has proved genuine says its state can be asked; addresses over HTTP only."""
    try:
        return Services(tuple(_responders(cert)), tuple(_list_places(cert)))
    except UNREADABLE:
        return NO_SERVICES


def _responders(cert: x509.Certificate) -> Iterator[str]:
    for extension in cert.extensions:
        if isinstance(extension.value, x509.AuthorityInformationAccess):
            for one in extension.value:
                if one.access_method == AuthorityInformationAccessOID.OCSP:
                    yield from _addresses([one.access_location])


def _list_places(cert: x509.Certificate) -> Iterator[str]:
    for extension in cert.extensions:
        if isinstance(extension.value, x509.CRLDistributionPoints):
            for point in extension.value:
                yield from _addresses(point.full_name or [])


def _addresses(names: Iterable[x509.GeneralName]) -> Iterator[str]:
    for name in names:
        if isinstance(name, x509.UniformResourceIdentifier) and name.value.startswith(
            ("http://", "https://")
        ):
            yield name.value
