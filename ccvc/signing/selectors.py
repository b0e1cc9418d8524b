"""What is read about signing keys. Accounts below access ask only for their own key."""

from __future__ import annotations

from ccvc.accounts.models import User
from ccvc.signing.models import SoftwareKey
from ccvc.standard.problems import Problem


def find_key(user: User) -> SoftwareKey | None:
    """The account's key in force, or None."""
    return SoftwareKey.objects.filter(user=user, revoked_at=None).first()


def get_key(user: User) -> SoftwareKey:
    """The account's key in force; Problem SIG-NO-KEY."""
    key = find_key(user)
    if key is None:
        raise Problem("SIG-NO-KEY", account=user.username)
    return key
