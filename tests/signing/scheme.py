"""A small scheme of certificates for tests: an anchor, an intermediate, and people and nodes below it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509

from ccvc.signing import certificates, keys, revocation
from ccvc.signing.certificates import Issuer, Use
from ccvc.signing.verification import Trust

START = datetime(2026, 9, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass
class Scheme:
    """Everything made lazily once; tests that change a list of revocations ask for a trust of their own."""

    root: Issuer = field(default_factory=lambda: certificates.create_authority("CA gốc", not_before=START))

    def __post_init__(self) -> None:
        self.middle = certificates.create_authority("CA con", parent=self.root, not_before=START)
        self.key = keys.generate()

    def cert(self, use: Use = "approve", **changed: Any) -> x509.Certificate:
        given = {"common_name": "nvan", "person": "Nguyễn Văn An", "agency_code": "H41", "not_before": START}
        return certificates.issue(self.middle, self.key.public_key(), use=use, **{**given, **changed})

    def chain(self, cert: x509.Certificate) -> tuple[x509.Certificate, ...]:
        return self.middle.chain_of(cert)

    def trust(
        self, *revoked: int | revocation.Revocation, made: datetime = NOW - DAY, **changed: Any
    ) -> Trust:
        lists = (revocation.crl(self.root, at=made), revocation.crl(self.middle, revoked, at=made))
        given = {"anchors": (self.root.cert,), "intermediates": (self.middle.cert,)}
        return Trust(**{**given, "crls": tuple(map(revocation.read, lists)), **changed})


@cache
def scheme() -> Scheme:
    return Scheme()
