"""Reading the register again for the ledger: statements and documents are hashed anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from ccvc import standard
from ccvc.dossiers import domain as dossiers
from ccvc.ledger.domain import Fault
from ccvc.registry.models import Version
from ccvc.signing import merkle
from ccvc.signing.actions import verify_batch
from ccvc.signing.models import Signature

KIND = "register"


def entry_leaf(record: int, version_hash: bytes) -> bytes:
    """What a ledger entry's root stands on: the hash of a version, bound to the line of the package it came in."""
    return merkle.leaf_hash(record.to_bytes(4) + version_hash)


def register_faults(payload: Mapping[str, Any], index: int) -> Iterator[Fault]:
    """Faults among the versions one package brought: missing, changed, not under their approval."""
    rows = Version.objects.filter(package=payload["package"]).order_by("record")
    signatures: dict[Any, Signature] = {}
    leaves: list[bytes] = []
    for row in rows.iterator(chunk_size=1000):
        if row.signature_id not in signatures:
            signatures[row.signature_id] = row.signature
        fresh = merkle.leaf_hash(row.statement.encode())
        leaves.append(entry_leaf(row.record, fresh))
        what = _fault_of(row, fresh, bytes(signatures[row.signature_id].leaves), payload)
        if what:
            yield Fault.of("REG-VERSION-CHANGED", index, KIND, f"{row.person_id}/{row.number}", what)
    if len(leaves) != payload["count"] or merkle.root(leaves).hex() != payload["root"]:
        yield Fault.of("REG-VERSION-MISSING", index, KIND, str(payload["package"]), "root", got=len(leaves))
    for signature in signatures.values():
        verdict = verify_batch(signature)
        if verdict.status == "invalid":
            yield Fault.of(
                "REG-SIGNATURE", index, KIND, str(signature.pk), "signature", reason=verdict.message
            )


def _fault_of(row: Version, fresh: bytes, leaves: bytes, payload: Mapping[str, Any]) -> str | None:
    """Which part of a stored version does not fit the hash of its statement just computed, or None."""
    try:
        statement = msgspec.json.decode(row.statement, type=dossiers.Statement)
    except msgspec.DecodeError:
        return "statement"
    checks = {
        "hash": bytes(row.hash) == fresh,
        "document": standard.digest(row.document.encode()) == statement.national_sha256,
        "number": row.number == statement.number,
        "person": str(row.person_id) == statement.person,
        "valid_from": row.valid_from.isoformat() == statement.valid_from,
        "known_at": row.known_at.isoformat() == payload["known_at"],
        "agency": row.agency_code == payload["agency"],
        "signature": leaves[row.leaf * merkle.SIZE : (row.leaf + 1) * merkle.SIZE] == fresh,
    }
    return next((name for name, holds in checks.items() if not holds), None)
