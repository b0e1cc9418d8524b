"""Drawing up what is to be signed: the state of the agency at one point of its history, frozen until it is."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Right, Subject, require
from ccvc.closings import domain, overdue
from ccvc.closings.domain import Kept, Tally
from ccvc.closings.models import Bucket, Closing, Snapshot
from ccvc.closings.selectors import months, states, unsettled
from ccvc.exchange.domain import snapshots
from ccvc.exchange.domain.reconcile import StateRow, row_text, state_digests
from ccvc.exchange.domain.snapshots import Movement, Statement
from ccvc.rules.closing import ClosingPolicy, last_day
from ccvc.signing import merkle
from ccvc.standard.problems import Problem
from ccvc.standard.reading import serving

AT_ONCE = 32


@transaction.atomic
def prepare(subject: Subject, month: date, reason: str = "") -> Snapshot:
    """Draw up the figures of a month for signing; those drawn up before and not signed give way.

    What is committed while it is drawn up belongs to what comes after; of a month that is over the figures are those of
    its end, as known then and valid on its last day. Whoever may see the whole agency's closing may
    draw it up. Problem ACC-DENIED, CLS-EARLY, CLS-TOO-OLD, CLS-PASSED, CLS-SETTLED, CLS-REASON, CLS-EMPTY.
    """
    agency = settings.CCVC_AGENCY
    require(subject, Right.CLOSING_SEE, agency)
    require(subject, Right.DOSSIER_LIST, agency)
    policy = policy_or_refuse(agency, month)
    today = timezone.localdate()
    late = not domain.is_in_time(policy.window(month), today)
    said = domain.checked_reason(reason, late=late)
    drawn = _Terms(month, policy, said, months.bounds(month)[1] if late else None)
    replaced = months.latest(agency, month)
    refuse_settled(month, replaced, late=late)
    Snapshot.objects.filter(agency_code=agency, month=month, closing=None).delete()
    return _draw_up(subject, drawn, months.before(agency, month), replaced)


@dataclass(frozen=True, slots=True)
class _Terms:
    """On what terms figures are drawn up; `until` is the end of a month that is over, which they are then of."""

    month: date
    policy: ClosingPolicy
    reason: str
    until: datetime | None


def policy_or_refuse(agency: str, month: date) -> ClosingPolicy:
    """The policy a month is closed by; Problem CLS-EARLY, CLS-TOO-OLD or CLS-PASSED where it may not be."""
    policy = months.policy_for(agency, month)
    if policy is None:
        raise Problem("CLS-TOO-OLD", month=domain.said(month), most=domain.MOST_MONTHS)
    domain.refuse_closed_to(month, policy.window(month), timezone.localdate())
    if months.held().filter(agency_code=agency, month__gt=month).exists():
        raise Problem("CLS-PASSED", month=domain.said(month))
    return policy


def refuse_settled(month: date, replaced: Closing | None, *, late: bool) -> None:
    """Problem CLS-SETTLED where a month was closed, its days are over, and nobody refused what was sent."""
    if late and replaced is not None:
        raise Problem("CLS-SETTLED", month=domain.said(month))


def _draw_up(subject: Subject, terms: _Terms, previous: Closing | None, replaced: Closing | None) -> Snapshot:
    now, at = datetime.now(UTC).replace(microsecond=0), states.point(terms.until)
    key = uuid.uuid4()
    rows = _Rows(key, previous.snapshot if previous else None)
    rows.write(at.position, last_day(terms.month))
    if not rows.tally.people:
        raise Problem("CLS-EMPTY")
    statement = Statement(
        format=snapshots.FORMAT,
        agency=settings.CCVC_AGENCY,
        month=f"{terms.month:%Y-%m}",
        at=now,
        position=at.position,
        standard=standard.current().version,
        policy=terms.policy.id,
        reason=terms.reason,
        replaces=bytes(replaced.snapshot.hash).hex() if replaced else None,
        people=rows.tally.people,
        serving=rows.tally.serving,
        counts=rows.tally.as_counts(),
        movement=_movement(rows.tally, previous),
        digests=rows.digests,
        root=merkle.root(rows.leaves).hex(),
        ledger=at.ledger,
        unresolved=unsettled.unsettled(subject),
        quality=unsettled.quality_scores(subject),
        until=terms.until.astimezone(UTC) if terms.until else None,
        overdue=None if terms.until else overdue.told(timezone.localdate()),
    )
    return _keep(key, statement, subject)


class _Rows:
    """Everyone, written bucket by bucket while they are counted and hashed."""

    def __init__(self, snapshot: uuid.UUID, before: Snapshot | None) -> None:
        self.snapshot, self.before = snapshot, before
        self.tally = Tally(frozenset(serving()))
        self.digests: dict[str, str] = {}
        self.leaves: list[bytes] = []

    def write(self, position: int, day: date) -> None:
        """All buckets, some at a time; those that held somebody before and hold nobody now are counted too.

        People are counted where they were on the day.
        """
        waiting: list[Bucket] = []
        for name, kept in self._buckets(position, day):
            digest = self._hash([one.state for one in kept])[name]
            waiting.append(
                Bucket(snapshot_id=self.snapshot, name=name, digest=digest, rows=domain.pack(kept))
            )
            if len(waiting) == AT_ONCE:
                Bucket.objects.bulk_create(waiting)
                waiting = []
        Bucket.objects.bulk_create(waiting)

    def _buckets(self, position: int, day: date) -> Iterator[tuple[str, list[Kept]]]:
        seen = set()
        for name, members in states.everyone_at(position, day):
            seen.add(name)
            yield name, self.tally.take(members, states.bucket_of(self.before, name))
        for name, _ in states.kept_rows(self.before) if self.before else ():
            if name not in seen:
                self.tally.take([], states.bucket_of(self.before, name))

    def _hash(self, rows: list[StateRow]) -> dict[str, str]:
        found = state_digests(rows)
        self.digests |= found
        self.leaves += [merkle.leaf_hash(row_text(row)) for row in rows]
        return found


def _movement(tally: Tally, previous: Closing | None) -> Movement | None:
    if previous is None:
        return None
    stated = snapshots.decode_statement(previous.snapshot.statement.encode())
    return tally.movement(stated.month, bytes(previous.snapshot.hash).hex(), stated.serving)


def _keep(key: uuid.UUID, statement: Statement, subject: Subject) -> Snapshot:
    raw = snapshots.statement_bytes(statement)
    return Snapshot.objects.create(
        id=key,
        agency_code=statement.agency,
        month=statement.first_day,
        at=statement.at,
        statement=raw.decode(),
        hash=snapshots.statement_hash(raw),
        prepared_by=subject.username,
        prepared_name=subject.full_name,
    )
