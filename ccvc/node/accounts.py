"""Finding the account a command names."""

from __future__ import annotations

from ccvc.accounts.models import User
from ccvc.standard.problems import Problem


def known_account(username: str) -> User:
    """The account of this name; Problem NOD-ACCOUNT where there is none."""
    found = User.objects.filter(username=username).first()
    if found is None:
        raise Problem("NOD-ACCOUNT", where=username, username=username)
    return found
