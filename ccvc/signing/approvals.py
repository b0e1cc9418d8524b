"""One signature over many changes: the statement an approver signs, and the judgement of it.

The statement (canonical JSON) names the agency, the approver, the moment and the Merkle root of the changes'
leaf hashes; the leaves travel beside it. Checking needs nothing but these and the trust.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
import orjson
from cryptography import x509

from ccvc.signing import jws as signatures
from ccvc.signing import merkle
from ccvc.signing.algorithms import told
from ccvc.signing.certificates import account_of, name_of
from ccvc.signing.verification import Trust, Verdict, verdict
from ccvc.standard.documents import UNREADABLE
from ccvc.standard.problems import Problem

FORMAT = "ccvc-approval/1"


class Approver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who approves: the account at the agency's node and the name people know."""

    account: str
    name: str


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is signed; merkle_root is hexadecimal, at an aware moment."""

    format: Literal["ccvc-approval/1"]
    agency: str
    purpose: str
    merkle_root: str
    count: int
    at: datetime
    approver: Approver


@dataclass(frozen=True)
class Approval:
    """A judged approval; the statement may be believed only where the verdict is valid."""

    verdict: Verdict
    statement: Statement | None
    certificate: x509.Certificate | None


def statement(
    leaves: Sequence[bytes], *, agency: str, purpose: str, at: datetime, account: str, name: str
) -> bytes:
    """The canonical bytes to sign over these leaf hashes; Problem SIG-BATCH-EMPTY if there is none."""
    if not leaves:
        raise Problem("SIG-BATCH-EMPTY")
    stated = {
        "format": FORMAT,
        "agency": agency,
        "purpose": purpose,
        "merkle_root": merkle.root(leaves).hex(),
        "count": len(leaves),
        "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "approver": {"account": account, "name": name},
    }
    return orjson.dumps(stated, option=orjson.OPT_SORT_KEYS)


def verify_approval(
    jws: Mapping[str, Any], leaves: bytes, trust: Trust, at: datetime | None = None
) -> Approval:
    """Judge an approval and its concatenated leaf hashes: at a moment, or else when it says it was made."""
    try:
        payload = signatures.payload_of(jws)
        stated = msgspec.json.decode(payload, type=Statement)
    except Problem as problem:
        return Approval(verdict("invalid", problem.code, **problem.params), None, None)
    except UNREADABLE as error:
        return Approval(verdict("invalid", "SIG-BATCH-PAYLOAD", detail=str(error)), None, None)
    if not told(stated.at):
        return Approval(verdict("invalid", "SIG-BATCH-PAYLOAD", detail="at"), stated, None)
    first = signatures.verify(jws, trust, at or stated.at, "approve", stated.agency)[0]
    found = first.verdict
    if found.status != "invalid" and first.certificate is not None:
        found = _statement_fault(stated, leaves, first.certificate) or found
    return Approval(found, stated, first.certificate)


def _statement_fault(stated: Statement, leaves: bytes, cert: x509.Certificate) -> Verdict | None:
    """What does not fit between statement, leaves and signer: certain even where revocation is not."""
    fits = len(leaves) == stated.count * merkle.SIZE and stated.count > 0
    if not fits or merkle.root(merkle.split(leaves)).hex() != stated.merkle_root:
        return verdict("invalid", "SIG-BATCH-LEAVES", cert)
    account = account_of(cert)
    said, found = (
        (stated.approver.name, name_of(cert)) if account is None else (stated.approver.account, account)
    )
    if said != found:
        return verdict("invalid", "SIG-BATCH-SIGNER", cert, stated=said, found=found)
    return None
