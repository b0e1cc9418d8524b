"""What stands beside signatures on documents: time stamps and evidence, as the node has services for them."""

from __future__ import annotations

from datetime import datetime

from ccvc.documents.pades import Services


def current(_at: datetime) -> Services:
    """The services of this node."""
    return Services()
