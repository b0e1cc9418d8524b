"""Evidence for a signature by a small authority: a real time stamp, and the word of a responder and a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from cryptography import x509
from django.utils import timezone

from ccvc.signing import answers, certificates, jws, keys, revocation, timestamps
from ccvc.signing.certificates import Issuer
from ccvc.signing.longterm import Evidence, Known
from ccvc.simulation.responding import Responder
from ccvc.simulation.stamping import Stamper

MONTH = timedelta(days=30)


@dataclass
class Prover:
    """The services of an authority, each with a certificate of its own; `founded` is when they were issued."""

    issuer: Issuer
    founded: datetime = field(default_factory=lambda: timezone.now() - MONTH)

    def _issued(self, use: certificates.Use) -> tuple[keys.PrivateKey, x509.Certificate]:
        key = keys.generate()
        given = {"common_name": f"Dịch vụ {use}", "agency_code": None, "not_before": self.founded}
        return key, certificates.issue(self.issuer, key.public_key(), use=use, **given)  # type: ignore[arg-type]  # the dictionary is of these

    @cached_property
    def stamper(self) -> Stamper:
        key, cert = self._issued("timestamp")
        return Stamper(key, (cert,))

    @cached_property
    def responder(self) -> Responder:
        return Responder(*self._issued("ocsp"))

    def token(self, data: bytes, at: datetime, mood: str = "") -> bytes:
        answer = self.stamper.answer(timestamps.request(data, 1), at=at, mood=mood)
        return timestamps.token_of(answer, data, 1)

    def answer(self, cert: x509.Certificate, at: datetime, *revoked: Any, mood: str = "") -> Any:
        crl = revocation.read(revocation.crl(self.issuer, revoked, at=at, number=1))
        asked = answers.request(cert, self.issuer.cert, b"0123456789abcdef")
        return answers.read(self.responder.answer(asked, crl, at=at, mood=mood))

    def evidence(self, signed: Mapping[str, Any], at: datetime | None = None) -> Evidence:
        """The stamp over a signature, and answers on signer and stamper, at a moment or now."""
        at = at or timezone.now().replace(microsecond=0)
        member, found = signed["signatures"][0], Evidence()
        found = found.with_stamp(self.token(found.covered(member, signed["payload"], 0), at))
        certs = (jws.chain_of(signed)[0], self.stamper.chain[0])
        return found.with_values(Known(self.stamper.chain, (), tuple(self.answer(c, at) for c in certs)))
