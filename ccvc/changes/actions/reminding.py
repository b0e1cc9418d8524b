"""Telling people of time limits: what is due soon, what is late, and reporting upwards what stays late.

What was said of a change stands in the change, and is written with the notice in one transaction: a round that is
killed says nothing or all of it, and no round says anything twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from ccvc.access.domain import EVERYWHERE, Scope
from ccvc.access.models import Delegation, Grant
from ccvc.access.selectors import running, standing
from ccvc.changes.domain import awaited
from ccvc.changes.limits import soon
from ccvc.changes.models import PENDING, Change, Notice, Reminded
from ccvc.changes.procedures import RIGHTS
from ccvc.ledger import actions as ledger
from ccvc.organisations.selectors import reached
from ccvc.rules import working_days

AT_ONCE = 2000
"""Changes told of in one transaction."""
EARLIER: dict[Reminded, list[str]] = {
    Reminded.SOON: [""],
    Reminded.LATE: ["", Reminded.SOON],
    Reminded.ESCALATED: [Reminded.LATE],
}


def remind() -> dict[str, int]:
    """Say what is newly due soon, late, or late enough to be reported upwards; how many changes of each."""
    return {urgency.value: _tell_all(urgency) for urgency in Reminded}


def _tell_all(urgency: Reminded) -> int:
    told = 0
    while count := _tell(urgency):
        told += count
    return told


@transaction.atomic
def _tell(urgency: Reminded) -> int:
    """Claim changes that have become so urgent, and write the notices of those who are to act."""
    now = timezone.now()
    rows = _due(urgency, now).select_for_update(of=("self",), skip_locked=True).select_related("procedure")
    some = rows if urgency is Reminded.ESCALATED else rows[:AT_ONCE]
    changes = [change for change in some if _is_time(urgency, change, now)]
    if not changes:
        return 0
    Change.objects.filter(pk__in=[change.pk for change in changes]).update(reminded=urgency)
    counts = _recipients(urgency, changes)
    _write(urgency, counts, now)
    payload = {"act": "remind", "urgency": urgency.value, "changes": len(changes)}
    ledger.append("administrative", "deadlines", payload | {"notices": len(counts)})
    return len(changes)


def _due(urgency: Reminded, now: datetime) -> QuerySet[Change]:
    until = soon(now) if urgency is Reminded.SOON else now
    found = Change.objects.filter(state__in=PENDING, due_at__lte=until, reminded__in=EARLIER[urgency])
    return found.order_by("due_at", "pk")


def _is_time(urgency: Reminded, change: Change, now: datetime) -> bool:
    if urgency is not Reminded.ESCALATED or change.due_at is None:
        return True
    after = change.terms.escalate_after
    last = change.due_at - timedelta(microseconds=1)
    return bool(after) and working_days.ends(last, after) <= now


def _recipients(urgency: Reminded, changes: Iterable[Change]) -> Counter[tuple[int, str]]:
    """How many changes each account is told of, by step."""
    reach = _Reach()
    counts: Counter[tuple[int, str]] = Counter()
    for change in changes:
        step = awaited(change.state) or ""
        rule = change.terms.rule(step)
        roles = (change.terms.escalate_to,) if urgency is Reminded.ESCALATED else rule.roles if rule else ()
        counts.update((user, step) for user in reach.users(change.unit_id, roles, step))
    return counts


class _Reach:
    """Who holds a role over a unit today, by their own grant or a delegation; read once for a round."""

    def __init__(self) -> None:
        day = timezone.localdate()
        own = Grant.objects.filter(standing(day), user__is_active=True)
        lent = Delegation.objects.filter(standing(day, "grant__"), running(day), delegate__is_active=True)
        self.day = day
        self.holders: list[tuple[int, Scope, list[str] | None]] = [
            *((row.user_id, Scope(row.role, row.unit_code, row.valid_from), None) for row in own),
            *(
                (row.delegate_id, Scope(row.grant.role, row.unit_code, row.valid_from), row.rights)
                for row in lent.select_related("grant")
            ),
        ]
        self.units: dict[Scope, frozenset[int]] = {}
        self.found: dict[tuple[int, tuple[str, ...], str], frozenset[int]] = {}

    def users(self, unit_id: int, roles: tuple[str, ...], step: str) -> frozenset[int]:
        """Accounts with one of these roles over a unit, for a step."""
        asked = (unit_id, roles, step)
        if asked not in self.found:
            self.found[asked] = frozenset(
                user
                for user, scope, rights in self.holders
                if scope.role in roles
                and (rights is None or RIGHTS[step] in rights)
                and self._covers(scope, unit_id)
            )
        return self.found[asked]

    def _covers(self, scope: Scope, unit_id: int) -> bool:
        if scope.unit_code == EVERYWHERE:
            return True
        if scope not in self.units:
            self.units[scope] = reached((scope,), self.day)
        return unit_id in self.units[scope]


def tell(matter: str, urgency: Reminded, users: Iterable[int], count: int) -> None:
    """Tell accounts of something a room above watches over; within the caller's transaction."""
    _write(urgency, Counter(dict.fromkeys(((user, matter) for user in users), count)), timezone.now())


def settled(matter: str) -> int:
    """What was told of a matter is over: notices nobody has read yet need not be; how many."""
    return Notice.objects.filter(step=matter, read_at=None).update(read_at=timezone.now())


def _write(urgency: Reminded, counts: Counter[tuple[int, str]], now: datetime) -> None:
    """One notice a day of a kind for each account; more changes of the day are counted in."""
    day = timezone.localdate(now)
    for (user, step), count in sorted(counts.items()):
        made, new = Notice.objects.get_or_create(
            user_id=user, day=day, step=step, urgency=urgency, defaults={"count": count, "at": now}
        )
        if not new:
            Notice.objects.filter(pk=made.pk).update(count=F("count") + count, at=now, read_at=None)
