"""Reads of the exchange room."""

from __future__ import annotations

from ccvc.exchange.selectors.proof import Proof, prove
from ccvc.exchange.selectors.status import PeerStatus, Status, peers, status
from ccvc.exchange.selectors.work import RefusedRecord, refused, refused_count

__all__ = [
    "PeerStatus",
    "Proof",
    "RefusedRecord",
    "Status",
    "peers",
    "prove",
    "refused",
    "refused_count",
    "status",
]
