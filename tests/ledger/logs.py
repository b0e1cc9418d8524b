"""Another agency's log in memory, with its own key: it grows, forks, shrinks, rewrites and loses its key as told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from ccvc.ledger.domain import head_bytes
from ccvc.ledger.witnessing import witness_bytes
from ccvc.signing import certificates, jws, keys, merkle
from ccvc.signing.certificates import Issuer


@dataclass
class OtherLog:
    """The log of another agency; `clock` seconds pass with each head, so that later ones are signed later."""

    issuer: Issuer
    agency: str = "G09"
    leaves: list[bytes] = field(default_factory=list)
    clock: int = 0
    key: Any = None
    cert: Any = None

    def __post_init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Another key, with a certificate of its own."""
        self.key = keys.generate()
        self.cert = certificates.issue(
            self.issuer, self.key.public_key(), common_name="nút", agency_code=self.agency, use="sign"
        )

    def grow(self, count: int, word: str = "x") -> OtherLog:
        self.leaves += [
            merkle.leaf_hash(f"{word}{number}".encode())
            for number in range(len(self.leaves), len(self.leaves) + count)
        ]
        return self

    def head(self, at: datetime | None = None) -> dict[str, Any]:
        self.clock += 1
        moment = at or timezone.now().replace(microsecond=0) + timedelta(seconds=self.clock)
        payload = head_bytes(self.agency, len(self.leaves), merkle.root(self.leaves), moment)
        return jws.sign(payload, self.key, [self.cert], at=moment)

    def proof(self, first: int) -> list[bytes]:
        return merkle.consistency_proof(self.leaves, first) if 0 < first <= len(self.leaves) else []

    def witness(self, of: str, size: int, root: bytes) -> dict[str, Any]:
        now = timezone.now().replace(microsecond=0)
        return jws.sign(witness_bytes(self.agency, of, size, root, now), self.key, [self.cert], at=now)
