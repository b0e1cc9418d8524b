"""Opening and closing accounts."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from ccvc.access.domain import Right, Subject, require
from ccvc.accounts import actions as accounts
from ccvc.accounts.models import User
from ccvc.ledger import actions as ledger

ADMINISTRATIVE = "administrative"


@transaction.atomic
def open_account(
    subject: Subject,
    *,
    username: str,
    full_name: str,
    password: str,
    email: str = "",
    person_key: UUID | None = None,
) -> User:
    """Open an account; what it may do comes by `grant_role`. Raises ACC-DENIED and those of `create_user`."""
    require(subject, Right.GRANTS_EDIT)
    user = accounts.create_user(
        username=username, full_name=full_name, password=password, email=email, person_key=person_key
    )
    _audit_account("open", user, subject)
    return user


@transaction.atomic
def tie_account(subject: Subject, user: User, person_key: UUID) -> User:
    """Tie an account to its person's own dossier, which it may then read and declare for.

    Raises ACC-DENIED, ACC-TIED, ACC-PERSON-TAKEN.
    """
    require(subject, Right.GRANTS_EDIT)
    tied = accounts.tie(user, person_key)
    _audit_account("tie", tied, subject, person=str(person_key))
    return tied


@transaction.atomic
def close_account(subject: Subject, user: User) -> User:
    """Close an account: it opens nothing from its next request on. Its grants stay as they were."""
    require(subject, Right.GRANTS_EDIT)
    closed = accounts.set_active(user, active=False)
    _audit_account("close", closed, subject)
    return closed


def _audit_account(act: str, user: User, subject: Subject, **said: str) -> None:
    payload = {"act": act, "by": subject.username, "account": user.username, "request": subject.request_id}
    ledger.append(ADMINISTRATIVE, f"account:{user.username}", payload | said)
