"""What the command line asks for: proofs, recorded like any look, and heads as files."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import transaction

from ccvc.access.actions import record_look
from ccvc.access.domain import Subject
from ccvc.documents.models import Document
from ccvc.inspection.actions import prove_entry, prove_versions
from ccvc.inspection.domain import encode
from ccvc.ledger import selectors as log
from ccvc.ledger.models import PeerHead, SignedHead, Witness
from ccvc.standard.problems import Problem

PURPOSE = "Lập bộ bằng chứng bằng lệnh ccvc ledger prove"


@transaction.atomic
def bundle(version: str, entry: int | None) -> bytes:
    """The bundle of a version (KEY/NUMBER), of all versions (KEY) or of an entry; Problem INS-WHAT for other text."""
    subject = Subject.system("ledger")
    if entry is not None:
        return encode(prove_entry(subject, entry))
    key, number = _read(version)
    room = "registry" if settings.CCVC_KIND == "national" else "dossiers"
    found = encode(prove_versions(subject, key, number, room=room))
    record_look(subject, [key], "export", PURPOSE, version)
    return found


@transaction.atomic
def bundle_of_file(file: Path) -> bytes:
    """The bundle of the entry that names a document this node issued, by the file itself; Problem INS-FILE."""
    try:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise Problem("INS-FILE", where=str(file)) from error
    subject = Subject.system("ledger")
    issued = Document.objects.filter(sha256=digest).first()
    told = log.entries(subject, about=str(issued.pk), limit=log.MOST) if issued else []
    entry = next((one for one in told if digest in one.payload), None)
    if issued is None or entry is None:
        raise Problem("INS-FILE", where=str(file))
    found = encode(prove_entry(subject, entry.index))
    record_look(subject, issued.people.values_list("person_key", flat=True), "export", PURPOSE, str(issued))
    return found


def _read(text: str) -> tuple[UUID, int | None]:
    key, _, number = text.partition("/")
    try:
        return UUID(key), int(number) if number else None
    except ValueError as error:
        raise Problem("INS-WHAT", where="--version") from error


def read_heads(file: Path) -> list[dict[str, Any]]:
    """Signed heads in a file, as `heads_of` writes them; Problem INS-HEADS."""
    try:
        found = orjson.loads(file.read_bytes())["heads"]
        return [dict(one) for one in found]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Problem("INS-HEADS", where=str(file)) from error


def heads_of(agency: str) -> bytes:
    """Every good head of an agency's log held here, for it to verify its log by."""
    held = PeerHead.objects.filter(agency=agency, witness__isnull=False).order_by("pk")
    return orjson.dumps({"format": "ccvc-heads-held/1", "heads": [row.jws for row in held]})


def heads_held(agency: str) -> list[dict[str, Any]]:
    """The newest head of each kind, of one agency or of all: own, of others, what others hold of ours."""
    own = SignedHead.objects.order_by("-size", "-pk")[:1]
    theirs = PeerHead.objects.order_by("agency", "-pk").distinct("agency")
    ours = Witness.objects.order_by("agency", "-pk").distinct("agency")
    rows: list[tuple[str, str, SignedHead | PeerHead | Witness]] = [
        *(("own", settings.CCVC_AGENCY, row) for row in own),
        *(("held", row.agency, row) for row in theirs),
        *(("witnessed", row.agency, row) for row in ours),
    ]
    return [_told(kind, of, row) for kind, of, row in rows if agency in {"", of}]


def _told(kind: str, agency: str, row: SignedHead | PeerHead | Witness) -> dict[str, Any]:
    standing = row.standing if isinstance(row, PeerHead) else ""
    told = {"kind": kind, "agency": agency, "size": row.size, "standing": standing}
    return {**told, "root": bytes(row.root).hex(), "at": row.at.isoformat()}
