"""Reading the register again for the ledger: statements and documents are hashed anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from ccvc import standard
from ccvc.dossiers import domain as dossiers
from ccvc.dossiers.verification import day_of, name_of
from ccvc.ledger import copying
from ccvc.ledger.domain import Fault
from ccvc.signing import merkle
from ccvc.signing.actions import verify_batch
from ccvc.signing.models import Signature

KIND = "register"
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def entry_leaf(record: int, version_hash: bytes) -> bytes:
    """What a ledger entry's root stands on: the hash of a version, bound to the line of the package it came in."""
    return merkle.leaf_hash(record.to_bytes(4) + version_hash)


QUERY = """
SELECT record, person_id, number, signature_id, leaf, valid_from, known_at, agency_code, hash, statement, document
FROM registry_version WHERE package = %s ORDER BY record"""
RECORD, PERSON, NUMBER, APPROVAL, LEAF, VALID_FROM, KNOWN_AT, AGENCY, HASH, STATEMENT, DOCUMENT = range(11)


def register_faults(payload: Mapping[str, Any], index: int) -> Iterator[Fault]:
    """Faults among the versions one package brought: missing, changed, not under their approval."""
    signatures: dict[bytes, Signature] = {}
    leaves: list[bytes] = []
    known_at = moment_of(datetime.fromisoformat(payload["known_at"]))
    for row in list(copying.rows(QUERY, (payload["package"],))):
        approval = row[APPROVAL] or bytes(16)
        if approval not in signatures:
            signatures[approval] = Signature.objects.get(pk=UUID(bytes=approval))
        fresh = merkle.leaf_hash(row[STATEMENT] or b"")
        leaves.append(entry_leaf(int.from_bytes(row[RECORD] or b""), fresh))
        what = _fault_of(row, fresh, bytes(signatures[approval].leaves), payload["agency"], known_at)
        if what:
            yield Fault.of("REG-VERSION-CHANGED", index, KIND, name_of(row[PERSON], row[NUMBER]), what)
    if len(leaves) != payload["count"] or merkle.root(leaves).hex() != payload["root"]:
        yield Fault.of("REG-VERSION-MISSING", index, KIND, str(payload["package"]), "root", got=len(leaves))
    for signature in signatures.values():
        verdict = verify_batch(signature)
        if verdict.status == "invalid":
            yield Fault.of(
                "REG-SIGNATURE", index, KIND, str(signature.pk), "signature", reason=verdict.message
            )


def moment_of(at: datetime) -> int:
    """A moment as the server counts it: microseconds since the beginning of 2000."""
    return (at - BEGINNING) // timedelta(microseconds=1)


def _fault_of(row: copying.Fields, fresh: bytes, leaves: bytes, agency: str, known_at: int) -> str | None:
    """Which part of a stored version does not fit the hash of its statement just computed, or None."""
    try:
        statement = msgspec.json.decode(row[STATEMENT] or b"", type=dossiers.Statement)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "statement"
    place = int.from_bytes(row[LEAF] or b"") * merkle.SIZE
    checks = {
        "hash": row[HASH] == fresh,
        "document": standard.digest(row[DOCUMENT] or b"") == statement.national_sha256,
        "number": int.from_bytes(row[NUMBER] or b"") == statement.number,
        "person": str(UUID(bytes=row[PERSON] or bytes(16))) == statement.person,
        "valid_from": day_of(row[VALID_FROM] or b"") == statement.valid_from,
        "known_at": int.from_bytes(row[KNOWN_AT] or b"", signed=True) == known_at,
        "agency": row[AGENCY] == agency.encode(),
        "signature": leaves[place : place + merkle.SIZE] == fresh,
    }
    return next((name for name, holds in checks.items() if not holds), None)
