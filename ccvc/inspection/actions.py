"""Making proof bundles: the log's head is signed, and everything below it is gathered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from msgspec import structs

from ccvc.access.domain import Right, Subject, require
from ccvc.inspection import selectors
from ccvc.inspection.domain import FORMAT, Bundle, Item
from ccvc.inspection.selectors import Provable
from ccvc.ledger import actions as ledger
from ccvc.ledger import peers
from ccvc.ledger import selectors as log
from ccvc.ledger.actions import keep_verification
from ccvc.ledger.domain import Report
from ccvc.ledger.models import Entry, HeadAlarm
from ccvc.ledger.verification import Progress, verify
from ccvc.standard.problems import Problem

REASON = 500


@transaction.atomic
def prove_versions(
    subject: Subject, key: UUID, number: int | None = None, *, room: str = "dossiers"
) -> Bundle:
    """A bundle for all versions of a person, or one. The caller records the look.

    Problem DOS-UNKNOWN, ACC-DENIED, DOS-NO-VERSION, INS-NO-ENTRY, SIG-NODE-KEY.
    """
    return _bundle(subject, selectors.provided(subject, room, key, number))


@transaction.atomic
def prove_entry(subject: Subject, index: int) -> Bundle:
    """A bundle for one entry of the log, whatever it speaks of; Problem ACC-DENIED, LED-NO-ENTRY, SIG-NODE-KEY."""
    require(subject, Right.LEDGER_SEE)
    return _bundle(subject, [], [log.entry(subject, index)])


@transaction.atomic
def prove_receipt(subject: Subject, index: int, receipt: dict[str, Any]) -> Bundle:
    """A bundle for the entry of a hand-over with the receipt it names. The caller has judged who may have it."""
    entry = log.entry(Subject.system("ledger"), index)
    return structs.replace(_bundle(subject, [], [entry]), receipts=[receipt])


@dataclass
class _Numbered:
    """Approvals and entries of a bundle, each once, in the order they were first needed."""

    approvals: dict[UUID, tuple[int, Provable]] = field(default_factory=dict)
    entries: dict[int, tuple[int, Entry]] = field(default_factory=dict)

    def item(self, found: Provable) -> Item:
        approval, _ = self.approvals.setdefault(found.signature.pk, (len(self.approvals), found))
        entry, _ = self.entries.setdefault(found.entry.index, (len(self.entries), found.entry))
        leaf = selectors.approval_leaf(found.signature, found.leaf)
        fresh = found.hash.hex() if found.statement is None else None
        return Item(found.form, approval, leaf, entry, found.place, found.statement, found.document, fresh)


def _bundle(subject: Subject, found: Sequence[Provable], entries: Sequence[Entry] = ()) -> Bundle:
    signed = ledger.sign_head()
    numbered = _Numbered(entries={entry.index: (place, entry) for place, entry in enumerate(entries)})
    items = [numbered.item(one) for one in found]
    return Bundle(
        format=FORMAT,
        agency=settings.CCVC_AGENCY,
        head=signed.jws,
        approvals=[one.signature.jws for _, one in numbered.approvals.values()],
        evidence=[selectors.evidence_of(one.signature) for _, one in numbered.approvals.values()],
        entries=selectors.logged(subject, [entry for _, entry in numbered.entries.values()], signed.size),
        items=items,
        witnesses=selectors.witnesses(subject, signed.size),
        trust=selectors.trust_given(),
    )


def verify_ledger(
    by: str,
    progress: Progress | None = None,
    *,
    all_faults: bool = False,
    heads: Iterable[Mapping[str, Any]] = (),
    processes: int = 1,
) -> Report:
    """Verify the log, keep what came of it, and enter it in the log itself."""
    began = timezone.now()
    report = verify(progress, all_faults=all_faults, heads=heads, processes=processes)
    keep_verification(report, began=began, by=by)
    return report


def close_alarm(subject: Subject, alarm: int, *, reason: str, take_up: bool) -> HeadAlarm:
    """Close an alarm about heads with its reason; Problem ACC-DENIED, INS-REASON, LED-NO-ALARM."""
    require(subject, Right.NODE_ADMIN)
    if not reason.strip():
        raise Problem("INS-REASON", where="reason")
    return peers.close_alarm(alarm, by=subject.username, reason=reason.strip()[:REASON], take_up=take_up)
