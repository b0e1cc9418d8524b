"""Taking a snapshot at the national node: proved, put in its place, compared with the register, answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.conf import settings
from django.utils import timezone

from ccvc.access.domain import Subject
from ccvc.closings import domain
from ccvc.closings.actions.signing import enter
from ccvc.closings.domain import Kept
from ccvc.closings.models import Bucket, Closing, Difference, Outcome, Recount, Snapshot
from ccvc.closings.overdue import people_of
from ccvc.closings.selectors import months
from ccvc.closings.selectors.register import Comparison, Unequal, compare_with_register
from ccvc.exchange.domain import Arrival, Judgement, snapshots
from ccvc.exchange.domain.records import DifferencesLine, ReconciledLine, RecountedLine, line_bytes
from ccvc.exchange.domain.snapshots import Statement, open_snapshot
from ccvc.signing import services
from ccvc.signing.actions import keep_approval
from ccvc.signing.certificates import SKEW
from ccvc.signing.models import Signature
from ccvc.standard.problems import Problem

A_LINE = 1000


def take_snapshot(subject: Subject, arrival: Arrival) -> Judgement:
    """Take a closing and answer how the register compares; every difference is named.

    Runs in the exchange's transaction, in the order of the agency's stream: what was approved before is judged. A
    Problem refuses the package whole: EXC-KIND, CLS-… and EXC-APPROVAL-…. Lock: the ledger's head.
    """
    if settings.CCVC_KIND != "national":
        raise Problem("EXC-KIND", where="manifest.kind", got=arrival.manifest.kind.value)
    opened = open_snapshot(
        arrival.lines, trust=services.trust(), at=arrival.received_at, sender=arrival.sender
    )
    _refuse_misplaced(opened, arrival)
    line = opened.approval
    signature = keep_approval(line.jws, line.leaves, evidence=line.evidence)
    closing = _keep(opened, signature, arrival)
    found = compare_with_register(opened)
    _keep_outcome(closing, found)
    enter(closing, subject)
    return Judgement(len(arrival.lines) - 1, 0, 0, more=list(_answer(closing, found)))


def _refuse_misplaced(opened: snapshots.Snapshot, arrival: Arrival) -> None:
    """Problem CLS-FUTURE, CLS-OLDER, CLS-REPLACES, or CLS-DIGEST where it speaks of another earlier closing."""
    statement = opened.statement
    month, day = statement.first_day, timezone.localdate(statement.at)
    domain.refuse_ahead(month, statement.at, day, arrival.received_at + SKEW)
    if statement.until is not None and not months.bounds(month)[1] == statement.until <= statement.at:
        raise Problem("CLS-STATEMENT", where="statement.until", reason="until is not the end of the month")
    held = months.latest(statement.agency, month)
    again = held is not None and snapshots.statement_hash(opened.statement_bytes) == bytes(held.snapshot.hash)
    if held is not None and (again or statement.at < held.snapshot.at):
        raise Problem("CLS-OLDER", where="statement.at", month=domain.said(month))
    newest = bytes(held.snapshot.hash).hex() if held else None
    if statement.replaces != newest:
        raise Problem("CLS-REPLACES", where="statement.replaces", month=domain.said(month))
    _refuse_other_past(statement, month)


def _refuse_other_past(statement: Statement, month: date) -> None:
    """What the figures are compared with must be the closing held here, with the figures it stated."""
    moved, before = statement.movement, months.before(statement.agency, month)
    if moved is None or before is None:
        return
    stated = snapshots.decode_statement(before.snapshot.statement.encode())
    if (moved.statement, moved.serving) != (bytes(before.snapshot.hash).hex(), stated.serving):
        raise Problem("CLS-DIGEST", where="movement", what=moved.month)


def _keep(opened: snapshots.Snapshot, signature: Signature, arrival: Arrival) -> Closing:
    statement = opened.statement
    month = statement.first_day
    snapshot = Snapshot.objects.create(
        agency_code=statement.agency,
        month=month,
        at=statement.at,
        statement=opened.statement_bytes.decode(),
        hash=snapshots.statement_hash(opened.statement_bytes),
        prepared_by="",
        prepared_name="",
    )
    Bucket.objects.bulk_create(_buckets(snapshot, opened), batch_size=32)
    policy = months.policy_for(statement.agency, month)
    day = timezone.localdate(signature.at)
    return Closing.objects.create(
        agency_code=statement.agency,
        month=month,
        number=months.next_number(statement.agency, month),
        snapshot=snapshot,
        signature=signature,
        signed_at=signature.at,
        in_time=policy is None or domain.is_in_time(policy.window(month), day),
        package=arrival.inbound,
        overdue=people_of(statement),
    )


def _buckets(snapshot: Snapshot, opened: snapshots.Snapshot) -> Iterator[Bucket]:
    for name, rows in opened.rows.items():
        kept = [Kept(*row, serving=False) for row in rows]
        digest = opened.statement.digests[name]
        yield Bucket(snapshot=snapshot, name=name, digest=digest, rows=domain.pack(kept))


def _keep_outcome(closing: Closing, found: Comparison) -> None:
    outcome = Outcome.objects.create(
        closing=closing,
        at=timezone.now().replace(microsecond=0),
        people=found.people,
        register=found.register,
        agreed=found.agreed,
        moved_on=found.moved_on,
        differing=len(found.unequal),
        recounted=len(found.recounted),
    )
    Difference.objects.bulk_create((difference_of(outcome, one) for one in found.unequal), batch_size=A_LINE)
    keep_recounted(outcome, found.recounted)


def keep_recounted(outcome: Outcome, rows: Iterable[tuple[str, str, str, int, int]]) -> None:
    """Keep the numbers that are others when made again."""
    names = ("unit", "category", "status", "stated", "found")
    Recount.objects.bulk_create(
        (Recount(outcome=outcome, **dict(zip(names, row, strict=True))) for row in rows), batch_size=A_LINE
    )


def difference_of(outcome: Outcome, one: Unequal) -> Difference:
    """The row of one difference."""
    return Difference(
        outcome=outcome,
        person=one.person,
        kind=one.kind,
        number=one.number,
        register_number=one.register_number,
        code=one.code,
    )


def _answer(closing: Closing, found: Comparison) -> Iterator[bytes]:
    """The lines of the receipt: the counts, then everyone who differs, then every number that does."""
    outcome = closing.outcomes.get()
    yield line_bytes(
        ReconciledLine(
            statement=bytes(closing.snapshot.hash).hex(),
            at=outcome.at,
            people=outcome.people,
            register=outcome.register,
            agreed=outcome.agreed,
            moved_on=outcome.moved_on,
            differing=outcome.differing,
        )
    )
    for start in range(0, len(found.unequal), A_LINE):
        some = found.unequal[start : start + A_LINE]
        yield line_bytes(
            DifferencesLine([(u.person, u.kind, u.number, u.register_number, u.code) for u in some])
        )
    for start in range(0, len(found.recounted), A_LINE):
        yield line_bytes(RecountedLine([*found.recounted[start : start + A_LINE]]))
