"""Business acts of the access room: give and withdraw roles, delegate them, open accounts, record looks."""

from __future__ import annotations

from ccvc.access.actions.accounts import close_account, open_account, tie_account
from ccvc.access.actions.delegating import LENT, Terms, delegate, end_delegation
from ccvc.access.actions.granting import ADMINISTRATIVE, grant_role, set_capacity, withdraw_grant
from ccvc.access.actions.looking import record_denial, record_look, record_looks, record_opening

__all__ = [
    "ADMINISTRATIVE",
    "LENT",
    "Terms",
    "close_account",
    "delegate",
    "end_delegation",
    "grant_role",
    "open_account",
    "record_denial",
    "record_look",
    "record_looks",
    "record_opening",
    "set_capacity",
    "tie_account",
    "withdraw_grant",
]
