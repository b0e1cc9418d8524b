"""Reading stored packages again for the ledger: bytes, manifest and blob are hashed anew."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from ccvc.exchange.domain import container
from ccvc.exchange.domain.manifest import decode_manifest, manifest_digest
from ccvc.exchange.domain.sealing import manifest_payload
from ccvc.exchange.models import Inbound, Outbound
from ccvc.ledger.domain import Fault, register_reader
from ccvc.standard.problems import Problem


def register() -> None:
    """Plug the readers in."""
    for kind in ("package_sent", "package_received", "receipt"):
        register_reader(kind, package_faults)


def package_faults(payload: Mapping[str, Any], index: int) -> Iterator[Fault]:
    """What does not fit in the stored package an entry speaks of, and in what is said of it."""
    sent = payload["direction"] == "sent"
    kind = "receipt" if payload["kind"] == "receipt" else ("package_sent" if sent else "package_received")
    subject = f"{payload['peer']}#{payload['sequence']}"
    row = _row(payload, sent=sent)
    if row is None:
        yield Fault.of("LED-MISSING", index, kind, subject)
        return
    for what, holds in _checks(row, payload).items():
        if not holds:
            yield Fault.of("LED-DATA", index, kind, subject, what)
            return


def _row(payload: Mapping[str, Any], *, sent: bool) -> Outbound | Inbound | None:
    key = {"peer__agency_code": payload["peer"], "sequence": payload["sequence"]}
    if sent:
        return Outbound.objects.filter(**key).first()
    rows = Inbound.objects.filter(**key).order_by("-epoch")
    return rows.filter(manifest_sha256=payload["manifest_sha256"]).first() or rows.first()


def _checks(row: Outbound | Inbound, payload: Mapping[str, Any]) -> dict[str, bool]:
    data = bytes(row.data)
    checks = {
        "data": hashlib.sha256(data).hexdigest() == payload["data_sha256"],
        "manifest": _manifest_holds(data, payload["manifest_sha256"]),
        "manifest_sha256": row.manifest_sha256 == payload["manifest_sha256"],
        "package_id": str(row.package_id) == payload["package"],
        "kind": row.kind == payload["kind"],
        "records": row.records == payload["records"],
    }
    if isinstance(row, Inbound):
        checks["state"] = row.state == payload["state"]
    return checks


def _manifest_holds(data: bytes, digest: str) -> bool:
    """Whether the manifest is the one named, and the blob the one it names."""
    try:
        payload = manifest_payload(data)
        blob = container.split(data).blob
        return manifest_digest(payload) == digest and decode_manifest(payload).blob_sha256 == _sha256(blob)
    except Problem:
        return False


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
