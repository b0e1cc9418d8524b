"""The authorities, keys and people of the samples."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID, uuid5

from cryptography import x509

from ccvc import standard
from ccvc.exchange.domain import records
from ccvc.signing import approvals, certificates, jws, keys, merkle, revocation
from ccvc.signing.certificates import Issuer, Use
from ccvc.signing.store import KeyPair

SENDER, OTHER, STRANGER, RECEIVER = "H41", "H56", "G12", "G09"
AUTHORITY = "TEST — CCVC samples authority"
SPACE = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
LONG = 36500


def now() -> datetime:
    """The moment of writing, in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Scheme:
    """Authority and certificates; made anew each time samples are written."""

    issuer: Issuer = field(default_factory=lambda: certificates.create_authority(AUTHORITY, days=LONG))
    stranger: Issuer = field(
        default_factory=lambda: certificates.create_authority("TEST — nobody believes me")
    )
    at: datetime = field(default_factory=now)
    held: dict[tuple[str, Use], KeyPair] = field(default_factory=dict)

    def pair(self, agency: str, use: Use) -> KeyPair:
        """The key and certificate of an agency for a use."""
        if (agency, use) not in self.held:
            self.held[agency, use] = self.issue(agency, use)
        return self.held[agency, use]

    def issue(
        self, agency: str, use: Use, *, by: Issuer | None = None, start: int = -1, days: int = LONG - 10
    ) -> KeyPair:
        """A fresh key and certificate, valid from so many days from now."""
        issuer, key = by or self.issuer, keys.generate()
        person = f"Người duyệt {agency} (THỬ NGHIỆM)" if use == "approve" else None
        cert = certificates.issue(
            issuer,
            key.public_key(),
            common_name=f"approver.{agency}" if person else f"THỬ NGHIỆM {agency}",
            agency_code=agency,
            use=use,
            person=person,
            not_before=self.at + timedelta(days=start),
            days=days,
        )
        return KeyPair(key, issuer.chain_of(cert))

    @cached_property
    def revoked(self) -> KeyPair:
        """A signing certificate of the sender that is on the revocation list."""
        return self.issue(SENDER, "sign")

    @cached_property
    def crl(self) -> str:
        """The authority's revocation list (PEM); unlike a real one it counts for as long as the samples are kept."""
        serials = [self.revoked.cert.serial_number]
        return revocation.crl(self.issuer, serials, at=self.at - timedelta(minutes=1), days=LONG)


def person(number: int) -> UUID:
    """The dossier of a sample person."""
    return uuid5(SPACE, str(number))


def document(number: int, **identity: Any) -> dict[str, Any]:
    """A small document without fault, unless other values are given."""
    return {
        "standard": standard.current().version,
        "identity": {
            "personal_id": f"0400850{number:05d}",
            "full_name": f"Nguyễn Văn {'ABCDEGHIKL'[number % 10]}",
            "sex": "1",
            "birth_date": "1985-03-07",
            "ethnic_group": "01",
            **identity,
        },
        "career": {"recruited_on": "2010-01"},
        "employment": {"category": "CC", "status": "01", "unit_code": f"{SENDER}.12"},
    }


@dataclass(frozen=True)
class Change:
    """A change: statement and document, as bytes."""

    statement: bytes
    document: bytes

    @property
    def hash(self) -> str:
        """Hash of the version."""
        return merkle.leaf_hash(self.statement).hex()


def change(who: int, whole: dict[str, Any] | None = None, raw: bytes | None = None, **stated: Any) -> Change:
    """The first version of a person; `stated` replaces members of the statement, None takes one away."""
    given = document(who) if whole is None else whole
    encoded = standard.canonical(given) if raw is None else raw
    digest = standard.digest(encoded)
    statement = {
        "format": "ccvc-change/1",
        "person": str(person(who)),
        "personal_id": given["identity"]["personal_id"],
        "agency": SENDER,
        "unit": SENDER,
        "number": 1,
        "base": None,
        "standard": standard.current().version,
        "kind": "create",
        "valid_from": "2026-07-01",
        "document_sha256": digest,
        "national_sha256": digest,
        "reason": "Kê khai lần đầu (THỬ NGHIỆM)",
        "steps": [{"step": "check", "account": "lan", "name": "Trần Thị Lan", "at": "2026-07-01T02:00:00Z"}],
    }
    return Change(standard.canonical(copy.deepcopy({**statement, **stated})), encoded)


@dataclass(frozen=True)
class Approval:
    """How an approval line is made; a sample spoils one part of it."""

    by: KeyPair
    agency: str = SENDER
    payload: bytes | None = None
    leaves: bytes | None = None


def approval_line(changes: Sequence[Change], approval: Approval, at: datetime) -> bytes:
    """The approval line over some changes."""
    leaves = [merkle.leaf_hash(c.statement) for c in changes]
    stated = approval.payload or payload_of(leaves, approval.by.cert, approval.agency, at)
    signed = jws.sign(stated, approval.by.key, approval.by.chain, at=at)
    return records.approval_line(0, signed, b"".join(leaves) if approval.leaves is None else approval.leaves)


def payload_of(
    leaves: Sequence[bytes], by: x509.Certificate, agency: str, at: datetime, purpose: str = "phê duyệt"
) -> bytes:
    """The canonical bytes an approver signs."""
    return approvals.statement(
        leaves,
        agency=agency,
        purpose=purpose,
        at=at,
        account=certificates.account_of(by) or "",
        name=certificates.name_of(by),
    )


def change_lines(changes: Sequence[Change], *, approval: int = 0) -> list[bytes]:
    """The change lines, each under its leaf."""
    return [
        records.change_line(approval=approval, leaf=leaf, statement=c.statement, document=c.document)
        for leaf, c in enumerate(changes)
    ]
