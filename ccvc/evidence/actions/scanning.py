"""Scanning what could not be scanned when it came."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from django.db import transaction
from django.utils import timezone

from ccvc.evidence import scanning, storage
from ccvc.evidence.models import ScanState, StoredFile
from ccvc.evidence.verification import REFUSED
from ccvc.ledger import actions as ledger
from ccvc.standard.problems import Problem

log = structlog.get_logger()
WORKER = "system:worker"


@dataclass(slots=True)
class Scanned:
    """What a round of scanning found; `waiting` counts files that still could not be judged."""

    clean: int = 0
    infected: int = 0
    waiting: int = 0


def scan_due() -> Scanned:
    """Scan every file not scanned yet, if the node has a scanner; one that cannot be reached is asked once a round."""
    result, scanner = Scanned(), scanning.scanner()
    if scanner is None:
        return result
    due = StoredFile.objects.filter(state=ScanState.UNSCANNED).order_by("pk")
    for row in list(due):
        try:
            verdict = scanner.scan(storage.read(row.sha256))
        except Problem as problem:  # a missing file is told by `ccvc ledger verify`; the others go on
            log.warning("evidence_unreadable", sha256=row.sha256, code=problem.code)
            result.waiting += 1
            continue
        if verdict.status == "unknown":
            log.warning("evidence_scanner_unreachable", detail=verdict.detail)
            result.waiting += due.filter(pk__gte=row.pk).count()
            break
        _judge(row.pk, verdict, result)
    return result


def _judge(pk: int, verdict: scanning.Verdict, result: Scanned) -> None:
    with transaction.atomic():
        row = StoredFile.objects.select_for_update().get(pk=pk)
        if verdict.status == "infected":
            condemn(row, verdict.detail)
            result.infected += 1
            return
        row.state, row.scanned_at = ScanState.CLEAN, timezone.now()
        row.save(update_fields=["state", "scanned_at"])
        result.clean += 1


def condemn(row: StoredFile, malware: str, by: str = WORKER) -> None:
    """A stored file turned out infected: nobody opens it any more, and the ledger says so.

    It is removed once this is committed, but where an approved version names it: what was signed stays provable.
    """
    row.state, row.scanned_at, row.malware = ScanState.INFECTED, timezone.now(), malware[:200]
    row.save(update_fields=["state", "scanned_at", "malware"])
    signed = row.attachments.filter(version__isnull=False).exists()
    payload = {"sha256": row.sha256, "size": row.size, "malware": malware, "by": by, "kept": signed}
    ledger.append(REFUSED, row.sha256, payload)
    if not signed:
        transaction.on_commit(lambda: storage.remove(row.sha256))
