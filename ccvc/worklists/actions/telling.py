"""Telling of work: once a day each account's lists are counted, and it is told when a number grew.

What was told stands in the day's digest, written with the notice and the mail in one transaction: a round that is
killed says nothing or all of it to an account, and none says anything twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ccvc.access.domain import Right, Subject
from ccvc.access.models import Delegation, Grant
from ccvc.access.selectors import running, standing, subject_of
from ccvc.accounts.models import User
from ccvc.changes.actions import tell
from ccvc.changes.models import Reminded
from ccvc.ledger import actions as ledger
from ccvc.transfers import overseeing as handovers
from ccvc.worklists.domain import Totals
from ccvc.worklists.models import Digest, Mail, Wish
from ccvc.worklists.overseeing import MATTER
from ccvc.worklists.selectors import Asked, open_lists, totals, within

Counts = dict[str, dict[str, int]]
SOON, LATE, ESCALATED = (urgency.value for urgency in (Reminded.SOON, Reminded.LATE, Reminded.ESCALATED))
MONDAY = 0
HANDOVERS = (handovers.COMING, handovers.BACK)


def tell_of_work() -> int:
    """Tell every account that has not been counted today; how many were told."""
    today = timezone.localdate()
    seen = Digest.objects.filter(day=today).values_list("user_id", flat=True)
    return sum(_tell(user, today) for user in _readers(today).exclude(pk__in=seen).order_by("pk"))


def _readers(today: date) -> QuerySet[User]:
    """Accounts that hold anything today, of their own or lent."""
    own = Grant.objects.filter(standing(today)).values("user_id")
    lent = Delegation.objects.filter(standing(today, "grant__"), running(today)).values("delegate_id")
    return User.objects.filter(is_active=True).filter(pk__in=own.union(lent))


@transaction.atomic
def _tell(user: User, today: date) -> bool:
    """Count an account's lists and tell it if it has to be; the digest of the day is claimed first."""
    subject = subject_of(user)
    counts = _counts(subject, today) if subject.may(Right.WORKLIST_SEE) else {}
    before = Digest.objects.filter(user=user, day__lt=today).order_by("-day").first()
    told = _worth_telling(counts, before.counts if before else {}, today)
    digest, new = Digest.objects.get_or_create(
        user=user, day=today, defaults={"counts": counts, "told": told, "at": timezone.now()}
    )
    if not (new and told):
        return False
    for urgency in Reminded:
        for matter, number in _by_matter(counts, urgency).items():
            tell(matter, urgency, [user.pk], number)
    _write_mail(digest, user)
    ledger.append(
        "administrative", f"worklists:{user.pk}", {"act": "tell", "day": today.isoformat(), "counts": counts}
    )
    return True


def _by_matter(counts: Counts, urgency: Reminded) -> dict[str, int]:
    """How many of an urgency, of the work lists and of hand-overs; only what is any."""
    found: dict[str, int] = {}
    for name, of_list in counts.items():
        if number := of_list.get(urgency.value, 0):
            matter = handovers.MATTER if name in HANDOVERS else MATTER
            found[matter] = found.get(matter, 0) + number
    return found


def _counts(subject: Subject, today: date) -> Counts:
    """Who prepares decisions is told of what comes and of what passed; the head of what passed long ago."""
    works = [one for one in open_lists(subject) if one.told]
    counts: Counts = {}
    for right, urgencies in ((Right.CHANGE_PROPOSE, (SOON, LATE)), (Right.CHANGE_APPROVE, (ESCALATED,))):
        if not subject.may(right):
            continue
        for work, found in totals(works, within(subject, right=right), Asked(today)):
            for urgency in urgencies:
                if number := _number(found, urgency):
                    counts.setdefault(work.name, {})[urgency] = number
    return counts | {name: dict(found) for name, found in handovers.counts(subject).items()}


def _number(found: Totals, urgency: str) -> int:
    return {SOON: found.due - found.missed, LATE: found.missed, ESCALATED: found.upwards}[urgency]


def _worth_telling(counts: Mapping[str, Mapping[str, int]], before: Counts, today: date) -> bool:
    """Whether a number grew, or it is Monday and something stays missed."""
    if any(number > before.get(name, {}).get(urgency, 0) for name, urgency, number in _each(counts)):
        return True
    return today.weekday() == MONDAY and any(urgency != SOON for _name, urgency, _number in _each(counts))


def _each(counts: Mapping[str, Mapping[str, int]]) -> Iterator[tuple[str, str, int]]:
    return ((name, urgency, n) for name, found in counts.items() for urgency, n in found.items())


def _write_mail(digest: Digest, user: User) -> None:
    wish = Wish.objects.filter(user=user).exclude(mail="").first()
    if wish is None or not settings.EMAIL_HOST:
        return
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    Mail.objects.create(
        digest=digest, to=wish.mail, message_id=f"<{uuid4()}@{domain}>", next_at=timezone.now()
    )
