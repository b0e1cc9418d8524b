"""Reading versions again for the ledger: every byte is hashed anew, nothing is taken from a stored digest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from ccvc import standard
from ccvc.dossiers import domain
from ccvc.dossiers.models import Version
from ccvc.ledger.domain import Fault
from ccvc.signing import merkle
from ccvc.signing.actions import verify_batch
from ccvc.signing.models import Signature


def version_faults(payload: Mapping[str, Any], index: int) -> Iterator[Fault]:
    """Faults among the versions a ledger entry speaks of: missing, changed, unchained, not under its signature."""
    rows = Version.objects.filter(position__gte=payload["first"], position__lte=payload["last"])
    subject = f"{payload['first']}-{payload['last']}"
    hashes: list[bytes] = []
    for row in rows.order_by("position").select_related("dossier", "signature").iterator(chunk_size=1000):
        hashes.append(domain.version_hash(row.statement.encode()))
        what = fault_of(row, hashes[-1])
        if what:
            yield Fault.of("DOS-VERSION-CHANGED", index, "versions", f"{row.dossier.key}/{row.number}", what)
    if len(hashes) != payload["count"]:
        yield Fault.of("DOS-VERSION-MISSING", index, "versions", subject, "count", got=len(hashes))
    elif merkle.root(hashes).hex() != payload["root"]:
        yield Fault.of("DOS-VERSION-MISSING", index, "versions", subject, "root", got=len(hashes))
    yield from _signature_faults(payload, index)


def fault_of(row: Version, fresh: bytes) -> str | None:
    """Which part of a stored version does not fit the hash of its statement just computed, or None."""
    try:
        statement = msgspec.json.decode(row.statement, type=domain.Statement)
    except msgspec.DecodeError:
        return "statement"
    leaves = bytes(row.signature.leaves)
    base = bytes(row.previous).hex() if row.previous is not None else None
    checks = {
        "hash": bytes(row.hash) == fresh,
        "document": standard.digest(row.document.encode()) == statement.document_sha256,
        "chain": base == statement.base,
        "number": row.number == statement.number,
        "person": str(row.dossier.key) == statement.person,
        "valid_from": row.valid_from.isoformat() == statement.valid_from,
        "signature": leaves[row.leaf * 32 : row.leaf * 32 + 32] == fresh,
    }
    return next((name for name, holds in checks.items() if not holds), None)


def _signature_faults(payload: Mapping[str, Any], index: int) -> Iterator[Fault]:
    signature = Signature.objects.filter(pk=payload["signature"]).first()
    if signature is None:
        yield Fault.of("DOS-SIGNATURE", index, "versions", payload["signature"], "missing", reason="")
        return
    verdict = verify_batch(signature)
    if verdict.status == "invalid":
        yield Fault.of(
            "DOS-SIGNATURE", index, "versions", payload["signature"], "signature", reason=verdict.message
        )
