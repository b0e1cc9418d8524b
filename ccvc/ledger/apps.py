from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The append-only log of the node."""

    name = "ccvc.ledger"
    verbose_name = "Sổ cái"
