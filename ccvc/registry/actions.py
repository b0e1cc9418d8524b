"""Accepting what components send: a whole package in the caller's transaction, record by record."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Subject
from ccvc.dossiers import rebuilding
from ccvc.dossiers.rebuilding import Found, Keeping, Rebuilt
from ccvc.exchange.actions import send_package
from ccvc.exchange.domain import Arrival, Judgement, Verdict, open_approval
from ccvc.exchange.domain.records import Approval, ApprovalLine, ConflictLine, line_bytes
from ccvc.ledger import actions as ledger
from ccvc.registry import deriving, storing
from ccvc.registry.checking import Checker
from ccvc.registry.domain import Outcome, Record, Register, judge
from ccvc.registry.models import Conflict, Person, Version
from ccvc.registry.opening import Opened, open_lines
from ccvc.registry.selectors import register_for
from ccvc.registry.storing import Fresh
from ccvc.registry.verification import entry_leaf
from ccvc.signing import merkle, services
from ccvc.signing.actions import keep_approval
from ccvc.standard.problems import Problem


def accept_changes(subject: Subject, arrival: Arrival) -> Judgement:
    """Judge every record of a package and write what is accepted: versions, people, refusals, conflicts, ledger.

    Runs in the exchange's transaction. Locks: people in order of key, then the ledger's head. One bad record, or a
    bad approval over some of them, holds back no other.
    """
    with without_collecting():
        return _accept(subject, arrival, timezone.now())


@contextmanager
def without_collecting() -> Iterator[None]:
    """No search for cyclic garbage: a package's thousands of records make none, and set off dozens of searches."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _accept(subject: Subject, arrival: Arrival, now: datetime) -> Judgement:
    opened = open_lines(arrival.lines, sender=arrival.sender, approve=_approve_by(arrival))
    register = register_for(arrival.sender, opened.records)
    outcomes = _judge(arrival, opened, register, now)
    fresh = [(outcome.record, outcome.content) for outcome in outcomes if outcome.content is not None]
    storing.write_people(fresh, register, now)
    storing.write_refused(arrival, outcomes, now)
    _settle_conflicts(arrival.sender, fresh, now)
    _write_conflicts(subject, arrival, outcomes, register)
    if fresh:
        _enter(arrival, [record for record, _ in fresh], now)
    refused = [
        _verdict(outcome.record, outcome.problem) for outcome in outcomes if outcome.problem is not None
    ]
    verdicts = [*opened.unproved, *refused]
    return Judgement(len(outcomes) - len(refused), len(verdicts), 0, verdicts)


def _approve_by(arrival: Arrival) -> Callable[[ApprovalLine], Approval]:
    trust = services.trust()
    return lambda line: open_approval(line, trust=trust, at=arrival.received_at, sender=arrival.sender)


def _judge(arrival: Arrival, opened: Opened, register: Register, now: datetime) -> list[Outcome]:
    """Judge the records in order, each by the register as those before it left it; write versions meanwhile."""
    signatures = {
        index: keep_approval(line.jws, line.leaves, evidence=line.evidence).pk
        for index, line in sorted(opened.approvals.items())
    }
    validate, outcomes = Checker(timezone.localdate(now)), []
    with storing.writing_versions(arrival, signatures, now) as write:
        for record in opened.records:
            outcome = judge(record, register, validate)
            register.learn(outcome)
            outcomes.append(outcome)
            if outcome.content is not None:
                write(record)
    return outcomes


def _verdict(record: Record, problem: Problem) -> Verdict:
    return Verdict.of(problem, record=record.index, person=UUID(record.person), number=record.number)


def _settle_conflicts(claimant: str, fresh: Sequence[Fresh], now: datetime) -> None:
    """Close the claims of people whose newest version was accepted after all."""
    accepted = {record.person for record, _ in fresh}
    waiting = Conflict.objects.filter(claimant=claimant, settled_at=None).values_list("pk", "claimant_person")
    settled = [pk for pk, person in waiting if str(person) in accepted]
    Conflict.objects.filter(pk__in=settled).update(settled_at=now)


def _write_conflicts(
    subject: Subject, arrival: Arrival, outcomes: Sequence[Outcome], register: Register
) -> None:
    """Keep each new claim on a person another agency manages, and tell that agency; the claimant's receipt tells it."""
    notices: dict[str, list[bytes]] = {}
    for outcome in outcomes:
        if outcome.holder is not None:
            holder = register.people[outcome.holder].agency
            found, fresh = _keep_conflict(arrival, outcome.record, holder, outcome.holder)
            if fresh:
                notices.setdefault(holder, []).append(line_bytes(_notice(found)))
    for holder, lines in sorted(notices.items()):
        _tell(subject, holder, lines)


def _keep_conflict(
    arrival: Arrival, record: Record, holder: str, holder_person: str
) -> tuple[Conflict, bool]:
    """The open conflict over a record's number, and whether it is a new one."""
    return Conflict.objects.get_or_create(
        personal_id=record.statement.personal_id,
        claimant=arrival.sender,
        settled_at=None,
        defaults={
            "holder": holder,
            "holder_person": holder_person,
            "claimant_person": record.person,
            "package": arrival.inbound,
            "record": record.index,
            "found_at": timezone.now(),
        },
    )


def _notice(found: Conflict) -> ConflictLine:
    words = Problem("REG-CLAIMED", number=found.personal_id, claimant=found.claimant)
    return ConflictLine(
        person=found.holder_person,
        personal_id=found.personal_id,
        holder=found.holder,
        claimant=found.claimant,
        code=words.code,
        message=words.message(),
        next=words.next_step(),
        at=found.found_at,
    )


def _tell(subject: Subject, holder: str, lines: Sequence[bytes]) -> None:
    """Have an agency told. One that exchanges nothing with this node any more is left to the page of conflicts."""
    try:
        send_package(subject, holder, "share", lines)
    except Problem as problem:
        if problem.code != "EXC-NOT-JOINED":
            raise


def _enter(arrival: Arrival, records: Sequence[Record], now: datetime) -> None:
    """One ledger entry for the versions a package brought."""
    leaves = [entry_leaf(record.index, record.hash) for record in records]
    payload = {
        "agency": arrival.sender,
        "count": len(records),
        "known_at": now.isoformat(),
        "package": arrival.inbound,
        "root": merkle.root(leaves).hex(),
    }
    ledger.append("register", str(arrival.manifest.id), payload)


@transaction.atomic
def derive_people() -> int:
    """Derive again the rows of people whose register version takes effect by today; returns how many."""
    return storing.derive_due(timezone.localdate())


def rebuild_spans(*, by: str, mend: bool = True) -> Iterator[Rebuilt]:
    """Hold every person's row and past against the versions, and write those damaged anew, as `dossiers` does.

    Locks: people in order of key, a slice at a time, then the ledger's head.
    """
    keys = list(Version.objects.order_by("person").values_list("person", flat=True).distinct())
    return rebuilding.rebuild(Keeping(_damages, _derive), keys, by=by, mend=mend)


def _damages(keys: Sequence[UUID]) -> Found:
    list(Person.objects.select_for_update().filter(key__in=keys).order_by("key").values_list("key"))
    return deriving.damages(keys, timezone.localdate())


def _derive(keys: Sequence[UUID]) -> None:
    storing.update_people(deriving.folded_rows(keys, timezone.localdate()))
