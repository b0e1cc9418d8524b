"""The log as its page shows it: size, verifications, heads of both sides, alarms, entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from ccvc.access.domain import EVERYWHERE, Right, Subject, denied, require
from ccvc.ledger import peers
from ccvc.ledger import selectors as log
from ccvc.ledger.kinds import EntryKind, kind_of
from ccvc.ledger.models import Entry, Head, HeadAlarm, PeerHead, SignedHead, Verification, Witness
from ccvc.signing import certificates, store
from ccvc.signing import selectors as signing
from ccvc.signing.actions import verify_batch
from ccvc.signing.models import EndedCertificate
from ccvc.standard.problems import Problem

PAGE = 30
MOST_ENDED, MOST_JUDGED = 10, 100
"""Certificates told of on the page, and approvals judged of each."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What is held with one other agency: its head here, and what it signed of ours."""

    agency: str
    held: PeerHead | None
    witness: Witness | None


@dataclass(frozen=True, slots=True)
class Line:
    """An entry on the page, and what its kind is called."""

    entry: Entry
    kind: EntryKind


@dataclass(frozen=True, slots=True)
class Ended:
    """A certificate that counts no more from a moment on, and what is held here that was signed with it.

    Counted among the newest: how many do not count, of how many it cannot be told, how many stay valid.
    """

    row: EndedCertificate
    invalid: int
    unknown: int
    valid: int


@dataclass(frozen=True, slots=True)
class LogSeen:
    """The log as its page shows it; `older` is the number to page on from."""

    head: Head
    signed: SignedHead | None
    verifications: list[Verification]
    neighbours: list[Neighbour]
    alarms: list[HeadAlarm]
    closed: list[HeadAlarm]
    ended: list[Ended]
    lines: list[Line]
    older: int | None

    @property
    def last(self) -> Verification | None:
        """The newest verification."""
        return self.verifications[0] if self.verifications else None


def require_whole_log(subject: Subject) -> None:
    """The log is the node's: the right to see it is over the whole node. Problem ACC-DENIED."""
    if EVERYWHERE in subject.roots(Right.LEDGER_SEE):
        return
    if settings.CCVC_KIND == "national":
        raise denied(Right.LEDGER_SEE)
    require(subject, Right.LEDGER_SEE, settings.CCVC_AGENCY)


def log_seen(subject: Subject, kind: str = "", before: int | None = None) -> LogSeen:
    """The log and what is known of it elsewhere; Problem ACC-DENIED."""
    require_whole_log(subject)
    found = log.entries(subject, kind=kind, before=before, limit=PAGE + 1)
    lines = [Line(entry, kind_of(entry.kind)) for entry in found[:PAGE]]
    alarms = HeadAlarm.objects.order_by("-pk")
    return LogSeen(
        log.head(subject),
        next(iter(log.signed_heads(subject, 1)), None),
        list(Verification.objects.order_by("-pk")[:5]),
        _neighbours(),
        list(alarms.filter(closed_at=None)),
        list(alarms.filter(closed_at__isnull=False)[:5]),
        [_ended(row) for row in signing.ended(MOST_ENDED)],
        lines,
        found[PAGE - 1].index if len(found) > PAGE else None,
    )


def _ended(row: EndedCertificate) -> Ended:
    newest = signing.signed_with(row.serial)[:MOST_JUDGED]
    counted = Counter(verify_batch(one).status for one in newest)
    return Ended(row, counted["invalid"], counted["unknown"], counted["valid"])


def _neighbours() -> list[Neighbour]:
    signed = {row.agency: row for row in peers.witnesses()}
    agencies = sorted({*signed, *PeerHead.objects.values_list("agency", flat=True).distinct()})
    return [Neighbour(agency, peers.held(agency), signed.get(agency)) for agency in agencies]


def open_entry(subject: Subject, index: int) -> Entry:
    """An entry that speaks of no person; Problem ACC-DENIED, LED-NO-ENTRY for any other."""
    require_whole_log(subject)
    found = log.entry(subject, index)
    if not kind_of(found.kind).open:
        raise Problem("LED-NO-ENTRY", where=str(index), index=index)
    return found


def anchors() -> Sequence[str]:
    """Fingerprints of the root authorities this node believes, in hexadecimal."""
    return sorted(certificates.fingerprint(cert) for cert in store.trust().anchors)


def last_verified() -> datetime | None:
    """When the log was last verified."""
    return Verification.objects.order_by("-pk").values_list("began_at", flat=True).first()
