"""The accounts commands name."""

from __future__ import annotations

from ccvc.accounts.domain import account_name
from ccvc.accounts.models import User
from ccvc.standard.problems import Problem


def known_account(username: str) -> User:
    """The account of this name; Problem NOD-ACCOUNT where there is none."""
    found = User.objects.filter(username=account_name(username)).first()
    if found is None:
        raise Problem("NOD-ACCOUNT", where=username, username=username)
    return found
