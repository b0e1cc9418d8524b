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
from ccvc.means.actions.local import begin_local, end_local
from ccvc.means.actions.opening import open_own, open_seal
from ccvc.means.actions.pending import Taken, claim_pending, keep_pending, take_pending

__all__ = [
    "Taken",
    "Whose",
    "add_pkcs12",
    "add_remote",
    "add_token",
    "begin_local",
    "choose_default",
    "claim_pending",
    "end",
    "end_local",
    "keep_pending",
    "open_own",
    "open_seal",
    "owner_of",
    "take_pending",
]
