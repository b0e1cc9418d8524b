"""Writes of the candidates room."""

from __future__ import annotations

from ccvc.candidates.actions.saving import remove, save, share, unshare
from ccvc.candidates.actions.seeking import AT_ONCE, go_on, seek, sweep

__all__ = ["AT_ONCE", "go_on", "remove", "save", "seek", "share", "sweep", "unshare"]
