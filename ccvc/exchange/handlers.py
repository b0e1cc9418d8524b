"""The room's own handlers: receipts of what this node sent; notices and code lists from the national node."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from ccvc.access.domain import Subject
from ccvc.catalogues import actions as catalogues
from ccvc.dossiers.models import Version
from ccvc.exchange.actions.following import keep_evidence, take_revocation
from ccvc.exchange.actions.repeating import repeat_following
from ccvc.exchange.domain.following import EvidenceLine, RevocationLine
from ccvc.exchange.domain.handlers import Arrival, Judgement, answered, register_handler, takers
from ccvc.exchange.domain.manifest import Kind
from ccvc.exchange.domain.records import (
    ConflictLine,
    QualityLine,
    SummaryLine,
    VerdictLine,
    decode_notice,
    decode_receipt,
)
from ccvc.exchange.models import Notice, Outbound, RecordVerdict
from ccvc.standard.problems import Problem

VERDICT_COLUMNS = ["person", "number", "verdict", "code", "path", "message", "next_step", "at", "resolved_at"]


def register() -> None:
    """Plug the handlers in."""
    register_handler(Kind.RECEIPT, take_receipt)
    register_handler(Kind.SHARE, take_notices)
    register_handler(Kind.CATALOGUE, take_catalogue)


def take_receipt(subject: Subject, arrival: Arrival) -> None:  # noqa: ARG001 - every handler has this shape
    """Mark the package the receipt speaks of, turn its verdicts into work, close work that is done.

    Lock: the Outbound row, after the locks of processing. Problem EXC-RECEIPT, EXC-RECEIPT-UNKNOWN.
    """
    summary, verdicts = decode_receipt(arrival.lines)
    sent = Outbound.objects.select_for_update(of=("self",)).defer("data")
    outbound = sent.filter(package_id=summary.package, peer__agency_code=arrival.sender).first()
    if outbound is None or outbound.manifest_sha256 != summary.manifest_sha256:
        raise Problem("EXC-RECEIPT-UNKNOWN", where="line 0.package", got=str(summary.package))
    _mark(outbound, summary)
    _write_verdicts(outbound, verdicts)
    if summary.problem is None:
        _close_done(outbound, verdicts)
        keep = answered(outbound.kind)
        if keep is not None and outbound.group is not None:
            keep(outbound.group, arrival.lines)


def _mark(outbound: Outbound, summary: SummaryLine) -> None:
    refused_whole = summary.problem is not None
    outbound.state = Outbound.State.REFUSED if refused_whole else Outbound.State.RECEIPTED
    outbound.last_error = summary.problem
    outbound.receipted_at = timezone.now()
    outbound.delivered_at = outbound.delivered_at or outbound.receipted_at
    outbound.claimed_until = None
    outbound.accepted, outbound.refused, outbound.pending = summary.accepted, summary.refused, summary.pending
    columns = ["state", "last_error", "receipted_at", "delivered_at", "claimed_until"]
    outbound.save(update_fields=[*columns, "accepted", "refused", "pending"])


def _write_verdicts(outbound: Outbound, verdicts: list[VerdictLine]) -> None:
    now = timezone.now()
    rows = [
        RecordVerdict(
            outbound=outbound,
            record=line.record,
            person=line.person,
            number=line.number,
            verdict=line.verdict,
            code=line.code,
            path=line.path,
            message=line.message,
            next_step=line.next,
            at=now,
            resolved_at=now if line.verdict == "accepted" else None,
        )
        for line in verdicts
    ]
    RecordVerdict.objects.bulk_create(
        rows,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["outbound", "record"],
        update_fields=VERDICT_COLUMNS,
    )


def _close_done(outbound: Outbound, verdicts: list[VerdictLine]) -> None:
    """Close the open work on a person once the change, or a newer one, was accepted; send on what followed it."""
    waiting = RecordVerdict.objects.filter(resolved_at=None, outbound__peer=outbound.peer_id)
    people = set(waiting.values_list("person", flat=True))
    if not people:
        return
    undecided = {(line.person, line.number) for line in verdicts if line.verdict != "accepted"}
    accepted = [sent for sent in _sent(outbound, people) if sent not in undecided]
    done = Q()
    for person, number in accepted:
        done |= Q(person=person, number__lte=number)
    if done:
        waiting.filter(done).update(resolved_at=timezone.now())
        repeat_following(outbound, accepted)


def _sent(outbound: Outbound, people: set[UUID]) -> list[tuple[UUID, int]]:
    """Which changes of these people the package held."""
    if outbound.kind != Kind.CHANGES:
        return []
    if outbound.first_position is None:
        return list(outbound.repeats.filter(person__in=people).values_list("person", "number"))
    positions = (outbound.first_position, outbound.last_position)
    versions = Version.objects.filter(position__range=positions, dossier__key__in=people)
    return list(versions.values_list("dossier__key", "number"))


def take_catalogue(subject: Subject, arrival: Arrival) -> Judgement:
    """Take the change sets of a catalogue package; one that does not fit the lists here holds back no other.

    Problem CAT-SENDER, CAT-LINE, CAT-GAP, CAT-OTHER refuse the package whole.
    """
    told = [
        (index, catalogues.take(subject, raw, sender=arrival.sender))
        for index, raw in enumerate(arrival.lines)
    ]
    nobody = UUID(int=0)
    verdicts = [VerdictLine.of(p, record=index, person=nobody, number=0) for index, p in told if p]
    return Judgement(len(told) - len(verdicts), len(verdicts), 0, verdicts)


def take_notices(subject: Subject, arrival: Arrival) -> None:
    """Keep the notices of a share package for those who manage the dossiers; Problem EXC-LINE.

    Findings on the quality of data go to the room that has asked for them. Evidence and words on certificates come from
    either side.
    """
    lines = [decode_notice(raw) for raw in arrival.lines]
    for line in lines:
        if isinstance(line, EvidenceLine):
            keep_evidence(line, arrival.sender)
        elif isinstance(line, RevocationLine):
            take_revocation(subject, line, arrival.sender)
    rows = [
        Notice(
            inbound_id=arrival.inbound,
            line=index,
            kind="conflict",
            person=line.person,
            holder=line.holder,
            claimant=line.claimant,
            code=line.code,
            message=line.message,
            next_step=line.next,
            at=line.at or arrival.received_at,
        )
        for index, line in enumerate(lines)
        if isinstance(line, ConflictLine)
    ]
    Notice.objects.bulk_create(rows, batch_size=1000)
    found = [(index, line) for index, line in enumerate(lines) if isinstance(line, QualityLine)]
    for take in takers():
        take(subject, arrival, found)
