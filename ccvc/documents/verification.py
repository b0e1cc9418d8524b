"""Reading documents again for the ledger: each file is hashed anew, up to where it reached when it was entered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from ccvc.documents.models import Document
from ccvc.evidence import storage
from ccvc.ledger.domain import Fault
from ccvc.standard.problems import Problem

KIND, REVOKED = "document", "document_revoked"


def described(row: Document, act: str, sha256: str, size: int) -> dict[str, Any]:
    """What the ledger says of a document at one of its steps."""
    return {
        "document": str(row.pk),
        "act": act,
        "number": str(row),
        "year": row.year,
        "form": row.form,
        "content": row.content_sha256,
        "sha256": sha256,
        "size": size,
    }


def document_faults(payload: Mapping[str, Any], index: int) -> Iterator[Fault]:
    """What does not fit of one step of a document: its row, the file as it was then, whom it shows."""
    subject = str(payload["document"])
    row = Document.objects.filter(pk=subject).first()
    if row is None:
        yield Fault.of("LED-MISSING", index, KIND, subject)
        return
    said = described(row, payload["act"], payload["sha256"], payload["size"])
    changed = next((name for name, value in said.items() if payload[name] != value), None)
    people = payload.get("people")
    if changed is None and people is not None and people != people_of(row):
        changed = "people"
    if changed is not None:
        yield Fault.of("LED-DATA", index, KIND, subject, changed)
    try:
        content = storage.read(row.sha256)
    except Problem:
        yield Fault.of("DOC-FILE", index, KIND, subject, "file", sha256=row.sha256)
        return
    if hashlib.sha256(content[: payload["size"]]).hexdigest() != payload["sha256"]:
        yield Fault.of("DOC-FILE", index, KIND, subject, "file", sha256=payload["sha256"])


def people_of(row: Document) -> dict[str, str]:
    """Whom a document shows, each with the hash of the version it was drawn from."""
    return {str(one.person_key): one.version_hash for one in row.people.all()}
