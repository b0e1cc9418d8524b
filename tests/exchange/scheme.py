"""A small scheme for tests: an authority, a national node G09, components H41 and G12, and packages between
them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid5

import orjson
from cryptography import x509

from ccvc.exchange.domain import records
from ccvc.exchange.domain.manifest import Period
from ccvc.exchange.domain.sealing import Sealed, seal
from ccvc.signing import approvals, certificates, jws, keys, merkle, revocation
from ccvc.signing.certificates import SKEW, Issuer, Use
from ccvc.signing.verification import Trust

NATIONAL, COMPONENT, OTHER = "G09", "H41", "G12"
NOW = datetime.now(UTC).replace(microsecond=0)
DAY = date(2026, 11, 21)
SPACE = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")


@dataclass(frozen=True)
class Holder:
    """A key with its certificate chain."""

    key: keys.PrivateKey
    chain: tuple[x509.Certificate, ...]

    @property
    def cert(self) -> x509.Certificate:
        return self.chain[0]


@cache
def authority(name: str = "CCVC test") -> Issuer:
    return certificates.create_authority(name, not_before=NOW - SKEW)


@cache
def trust() -> Trust:
    issuer = authority()
    return Trust((issuer.cert,), (), (revocation.read(revocation.crl(issuer, at=NOW)),))


def holder(
    agency: str, use: Use, *, issuer: Issuer | None = None, days: int = 365, start: timedelta = -SKEW
) -> Holder:
    issuer = issuer or authority()
    key = keys.generate()
    person: dict[str, Any] = {"person": f"Người duyệt {agency}"} if use == "approve" else {}
    cert = certificates.issue(
        issuer,
        key.public_key(),
        common_name=f"approver.{agency}" if use == "approve" else f"Nút {agency}",
        agency_code=agency,
        use=use,
        days=days,
        not_before=NOW + start,
        **person,
    )
    return Holder(key, issuer.chain_of(cert))


@cache
def node(agency: str, use: Use) -> Holder:
    return holder(agency, use)


def person(number: int) -> UUID:
    return uuid5(SPACE, str(number))


def document(number: int, **identity: Any) -> dict[str, Any]:
    """A small document the standard finds nothing wrong with, unless `identity` says otherwise."""
    return {
        "standard": "2026-07",
        "identity": {
            "personal_id": f"0400850{number:05d}",
            "full_name": f"Nguyễn Văn {'ABCDEGHIKL'[number % 10]}",
            "sex": "1",
            "birth_date": "1985-03-07",
            "ethnic_group": "01",
            **identity,
        },
        "career": {"recruited_on": "2010-01"},
        "employment": {"category": "CC", "status": "01", "unit_code": f"{COMPONENT}.12"},
    }


def canonical(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def statement(
    number: int, *, agency: str = COMPONENT, version: int = 1, of: dict[str, Any] | None = None
) -> bytes:
    held = of or document(number)
    digest = hashlib.sha256(canonical(held)).hexdigest()
    return canonical(
        {
            "format": "ccvc-change/1",
            "person": str(person(number)),
            "personal_id": held["identity"]["personal_id"],
            "agency": agency,
            "unit": agency,
            "number": version,
            "base": None,
            "standard": "2026-07",
            "kind": "create" if version == 1 else "update",
            "valid_from": "2026-11-21",
            "document_sha256": digest,
            "national_sha256": digest,
            "reason": "Kê khai lần đầu",
            "steps": [
                {"step": "check", "account": "lan", "name": "Trần Thị Lan", "at": "2026-11-20T02:00:00Z"},
                {"step": "verify", "account": "hung", "name": "Lê Văn Hùng", "at": "2026-11-20T03:00:00Z"},
            ],
        }
    )


def approval(
    statements: list[bytes], *, agency: str = COMPONENT, by: Holder | None = None, at: datetime = NOW
) -> tuple[dict[str, Any], bytes]:
    """JWS and concatenated leaves of one approval of these statements."""
    by = by or node(agency, "approve")
    leaves = [merkle.leaf_hash(s) for s in statements]
    account, name = f"approver.{agency}", f"Người duyệt {agency}"
    payload = approvals.statement(
        leaves, agency=agency, purpose="phê duyệt", at=at, account=account, name=name
    )
    return jws.sign(payload, by.key, by.chain, at=at), b"".join(leaves)


def change_lines(numbers: range, *, agency: str = COMPONENT, by: Holder | None = None) -> list[bytes]:
    """One approval line and its change lines."""
    statements = [statement(n, agency=agency) for n in numbers]
    signed, leaves = approval(statements, agency=agency, by=by)
    changes = [
        records.change_line(approval=0, leaf=leaf, statement=s, document=canonical(document(n)))
        for leaf, (n, s) in enumerate(zip(numbers, statements, strict=True))
    ]
    return [records.approval_line(0, signed, leaves), *changes]


def package(
    sequence: int = 1,
    previous: str | None = None,
    *,
    lines: list[bytes] | None = None,
    sender: str = COMPONENT,
    receiver: str = NATIONAL,
    by: Holder | None = None,
    to: Holder | None = None,
    kind: str = "changes",
    **more: Any,
) -> Sealed:
    by = by or node(sender, "sign")
    to = to or node(receiver, "encrypt")
    return seal(
        kind=kind,
        sender=sender,
        receiver=receiver,
        sequence=sequence,
        previous=previous,
        lines=change_lines(range(sequence * 10, sequence * 10 + 3)) if lines is None else lines,
        sign_key=by.key,
        sign_chain=by.chain,
        recipient_cert=to.cert,
        standard="2026-07",
        period=Period.day(DAY),
        **{"created_at": NOW, **more},
    )
