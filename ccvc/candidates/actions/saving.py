"""Keeping a definition under a name, and showing it to another who may seek."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Right, Subject
from ccvc.access.selectors import subject_of
from ccvc.accounts.models import User
from ccvc.candidates import sources
from ccvc.candidates.domain import Definition, sound
from ccvc.candidates.models import LONGEST_NAME, Saved, Share
from ccvc.candidates.times import times_of
from ccvc.ledger import actions as ledger
from ccvc.standard.problems import Problem

MOST_SHARES = 50


@transaction.atomic
def save(subject: Subject, name: str, asked: Definition) -> Saved:
    """Keep a definition; Problem ACC-DENIED, CAN-NAME, and those of `sound`."""
    one = sources.seeker(subject)
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise Problem("CAN-NAME", where="name", most=LONGEST_NAME)
    sound(asked, sources.may_ask(one))
    times_of(asked)
    saved = Saved.objects.create(
        name=name,
        definition=asked.as_json(),
        owner_id=sources.account_of(subject),
        saved_at=timezone.now(),
    )
    _enter(subject, saved, "save")
    return saved


@transaction.atomic
def share(subject: Subject, saved_id: UUID, username: str) -> Share:
    """Show it to another account that may seek; Problem CAN-UNKNOWN, CAN-ACCOUNT, CAN-SHARES."""
    saved = _own(subject, saved_id)
    account = User.objects.filter(username=username.strip()[:150], is_active=True).first()
    if account is None or account.pk == subject.user_id or not _may_seek(account):
        raise Problem("CAN-ACCOUNT", where="account")
    if saved.shares.count() >= MOST_SHARES:
        raise Problem("CAN-SHARES", where="account", most=MOST_SHARES)
    made, new = Share.objects.get_or_create(
        saved=saved, account=account, defaults={"shared_at": timezone.now()}
    )
    if new:
        _enter(subject, saved, "share", account.username)
    return made


@transaction.atomic
def unshare(subject: Subject, saved_id: UUID, username: str) -> None:
    """Show it to that account no longer."""
    saved = _own(subject, saved_id)
    gone, _ = saved.shares.filter(account__username=username[:150]).delete()
    if gone:
        _enter(subject, saved, "unshare", username[:150])


@transaction.atomic
def remove(subject: Subject, saved_id: UUID) -> None:
    """Take it from everybody's list; it stays recorded."""
    saved = _own(subject, saved_id)
    saved.removed_at = timezone.now()
    saved.save(update_fields=["removed_at"])
    _enter(subject, saved, "remove")


def _own(subject: Subject, saved_id: UUID) -> Saved:
    """The subject's own, locked; Problem CAN-UNKNOWN."""
    sources.seeker(subject)
    rows = Saved.objects.select_for_update().filter(owner_id=subject.user_id, removed_at=None)
    saved = rows.filter(pk=saved_id).first()
    if saved is None:
        raise Problem("CAN-UNKNOWN")
    return saved


def _may_seek(account: User) -> bool:
    return subject_of(account).may(Right.CANDIDATE_SEEK)


def _enter(subject: Subject, saved: Saved, act: str, account: str = "") -> None:
    said = {"act": act, "by": subject.username, "request": subject.request_id, "name": saved.name}
    ledger.append("administrative", f"candidates:saved:{saved.pk}", said | {"account": account})
