"""Opening and keeping means of signing by whoever may."""

from __future__ import annotations

from ccvc.means.actions.keeping import (
    Whose,
    add_pkcs12,
    add_remote,
    add_token,
    choose_default,
    end,
    owner_of,
)
from ccvc.means.actions.opening import open_own, open_seal

__all__ = [
    "Whose",
    "add_pkcs12",
    "add_remote",
    "add_token",
    "choose_default",
    "end",
    "open_own",
    "open_seal",
    "owner_of",
]
