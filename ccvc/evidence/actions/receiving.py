"""Receiving a file: told by its content, scanned, stored. Nothing points to it before it is attached."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Subject
from ccvc.evidence import scanning, storage
from ccvc.evidence.actions.scanning import condemn
from ccvc.evidence.formats import recognise
from ccvc.evidence.models import ScanState, StoredFile
from ccvc.evidence.verification import REFUSED
from ccvc.ledger import actions as ledger
from ccvc.standard.problems import Problem

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """A file that lies in its place: digest, bytes, format, and whether a scanner found it clean."""

    sha256: str
    size: int
    format: str
    clean: bool


def most_bytes() -> int:
    """The largest file taken."""
    return int(settings.CCVC_EVIDENCE_MEGABYTES) * MEGABYTE


def receive(subject: Subject, content: bytes) -> Received:
    """Take a file in; call it outside of a transaction, for scanning takes its time and a refusal must last.

    Raises Problem EVI-TOO-LARGE, those of `recognise`, and EVI-INFECTED, of which the ledger then tells.
    """
    if len(content) > most_bytes():
        raise Problem("EVI-TOO-LARGE", most=settings.CCVC_EVIDENCE_MEGABYTES)
    found = recognise(content)
    scanner = scanning.scanner()
    verdict = scanner.scan(content) if scanner else scanning.Verdict("unknown")
    if verdict.status == "infected":
        _refuse(subject, content, verdict.detail)
    sha256 = storage.keep(content)
    return Received(sha256, len(content), found.name, verdict.status == "clean")


def _refuse(subject: Subject, content: bytes, malware: str) -> None:
    """Say in the ledger that a file of this digest was refused; keep it nowhere. Raises Problem EVI-INFECTED."""
    sha256 = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        known = StoredFile.objects.select_for_update().filter(sha256=sha256).first()
        if known is not None and known.state != ScanState.INFECTED:
            condemn(known, malware, by=subject.username)
        else:
            payload = {"sha256": sha256, "size": len(content), "malware": malware, "by": subject.username}
            ledger.append(REFUSED, sha256, payload)
    raise Problem("EVI-INFECTED", malware=malware)


def row_of(received: Received) -> StoredFile:
    """The row of a received file, locked. Raises Problem EVI-INFECTED where it was found out meanwhile."""
    now = timezone.now()
    facts = {"size": received.size, "format": received.format, "stored_at": now}
    StoredFile.objects.get_or_create(sha256=received.sha256, defaults=facts)
    row = StoredFile.objects.select_for_update().get(sha256=received.sha256)
    if received.clean and row.state != ScanState.CLEAN:
        row.state, row.scanned_at, row.malware = ScanState.CLEAN, now, ""
        row.save(update_fields=["state", "scanned_at", "malware"])
    if row.state == ScanState.INFECTED:
        raise Problem("EVI-INFECTED", malware=row.malware)
    return row
