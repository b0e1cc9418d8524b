"""Opening a means of signing by whoever may use it."""

from __future__ import annotations

from ccvc.means.actions.opening import open_own, open_seal

__all__ = ["open_own", "open_seal"]
