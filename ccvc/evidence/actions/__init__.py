"""Business acts on papers: receive a file, attach it, take it back, scan what waits, do without one."""

from __future__ import annotations

from ccvc.evidence.actions.attaching import (
    attach,
    attach_to_change,
    attach_together,
    settle,
    take_back,
    take_back_from_change,
)
from ccvc.evidence.actions.bringing import bring
from ccvc.evidence.actions.receiving import Received, receive, row_of
from ccvc.evidence.actions.scanning import Scanned, scan_due
from ccvc.evidence.actions.waiving import waive

__all__ = [
    "Received",
    "Scanned",
    "attach",
    "attach_to_change",
    "attach_together",
    "bring",
    "receive",
    "row_of",
    "scan_due",
    "settle",
    "take_back",
    "take_back_from_change",
    "waive",
]
