"""Whom to believe, and what is known of certificates that no longer count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from cryptography import x509
from cryptography.x509.ocsp import OCSPResponse

from ccvc.signing import revocation
from ccvc.signing.certificates import from_pem

FRESH = timedelta(seconds=3600)
"""How long an answer about a certificate counts that does not say until when it does."""


@dataclass(frozen=True)
class Ended:
    """From when a certificate (its fingerprint) does not count, and whether its key may be another's."""

    certificate: str
    since: datetime
    taken: bool


@dataclass(frozen=True)
class Trust:
    """Anchors, certificates that may stand between, revocation lists, and responders' answers (OCSP).

    `fresh`: how long an answer without an end counts. `stamped_from`: since when approvals carry time stamps here; one
    without is not believed to be older than the revocation of its certificate. `ended`: certificates of approvers that
    agencies said do not count from a moment on, whatever the lists say.
    """

    anchors: tuple[x509.Certificate, ...] = ()
    intermediates: tuple[x509.Certificate, ...] = ()
    crls: tuple[x509.CertificateRevocationList, ...] = ()
    answers: tuple[OCSPResponse, ...] = ()
    fresh: timedelta = FRESH
    stamped_from: datetime | None = None
    ended: tuple[Ended, ...] = ()

    @classmethod
    def from_pem(cls, anchors: str, *, intermediates: str = "", crls: tuple[str, ...] = ()) -> Self:
        """From PEM texts; a revocation list each."""
        between = from_pem(intermediates) if intermediates else ()
        return cls(from_pem(anchors), between, tuple(revocation.read(text) for text in crls))

    def knowing(
        self,
        between: Iterable[x509.Certificate] = (),
        crls: Iterable[x509.CertificateRevocationList] = (),
        answers: Iterable[OCSPResponse] = (),
    ) -> Self:
        """The same anchors, with more that may be looked at: none of it is believed without them."""
        return replace(
            self,
            intermediates=(*self.intermediates, *between),
            crls=(*self.crls, *crls),
            answers=(*self.answers, *answers),
        )
