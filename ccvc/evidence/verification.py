"""Reading papers again for the ledger: every file is hashed anew, and its row held against what was entered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from ccvc.dossiers.domain import EvidenceNamed, Statement
from ccvc.evidence import storage
from ccvc.evidence.domain import Details, named
from ccvc.evidence.models import Attachment, ScanState, StoredFile
from ccvc.ledger.domain import Fault
from ccvc.ledger.models import Entry

KIND, REFUSED = "evidence", "evidence_refused"
NOT_SAID = ""
"""What an entry says of a particular that was not asked for when it was made."""


def described(row: Attachment) -> dict[str, Any]:
    """What the ledger says of an attachment: all of it that never changes."""
    return {
        "attachment": str(row.pk),
        "sha256": row.file.sha256,
        "person": str(row.person_key),
        "change": str(row.change_id) if row.change_id else None,
        "path": row.path,
        "kind": row.kind,
        "number": row.number,
        "issued_on": row.issued_on.isoformat() if row.issued_on else None,
        "issuer": row.issuer,
        "signer": row.signer,
        "signer_position": row.signer_position,
        "file_name": row.file_name,
        "by": row.attached_by,
    }


def details_of(row: Attachment) -> Details:
    """What is said of an attached paper."""
    return Details(
        row.kind,
        row.path,
        row.number,
        row.issued_on,
        row.issuer,
        row.signer,
        row.signer_position,
        file_name=row.file_name,
    )


def named_in_statement(row: Attachment) -> EvidenceNamed:
    """What the signed statement of its change says of a paper."""
    return named(row.file.sha256, details_of(row))


def attachment_faults(payload: Mapping[str, Any], index: int) -> Iterator[Fault]:
    """What does not fit of one attachment: its row, its file, or the signed version it came with."""
    subject = str(payload["attachment"])
    row = Attachment.objects.select_related("file", "version").filter(pk=subject).first()
    if row is None:
        yield Fault.of("LED-MISSING", index, KIND, subject)
        return
    said = described(row)
    if changed := next((name for name, value in said.items() if payload.get(name, NOT_SAID) != value), None):
        yield Fault.of("LED-DATA", index, KIND, subject, changed)
    elif row.version is not None and not _is_signed(row):
        yield Fault.of("EVI-NOT-SIGNED", index, KIND, subject, "statement", number=row.version.number)
    yield from file_faults(row.file.sha256, index, KIND, subject)


def _is_signed(row: Attachment) -> bool:
    """Whether the statement of its version names the paper; those of before named no signer."""
    assert row.version is not None  # noqa: S101 - asked by the caller
    statement = msgspec.json.decode(row.version.statement, type=Statement)
    named = named_in_statement(row)
    before = msgspec.structs.replace(named, signer="", signer_position="")
    return named in statement.evidence or before in statement.evidence


def file_faults(sha256: str, index: int, kind: str, subject: str) -> Iterator[Fault]:
    """A stored file that is gone or not what it was; one refused for malware after it came is gone rightly."""
    place = storage.place(sha256)
    if not place.is_file():
        if not _was_refused(sha256):
            yield Fault.of("EVI-FILE-MISSING", index, kind, subject, "file", sha256=sha256)
    elif storage.digest(place) != sha256:
        yield Fault.of("EVI-FILE-CHANGED", index, kind, subject, "file", sha256=sha256)


def _was_refused(sha256: str) -> bool:
    """Whether the log itself says that the file was found infected, not its row alone."""
    told = Entry.objects.filter(kind=REFUSED, subject=sha256)
    return StoredFile.objects.filter(sha256=sha256, state=ScanState.INFECTED).exists() and told.exists()
