from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The append-only log of the node."""

    name = "ccvc.ledger"
    verbose_name = "Sổ cái"

    def ready(self) -> None:
        """Have heads of other agencies' logs read again."""
        from ccvc.ledger.domain import register_reader
        from ccvc.ledger.peers import KIND, peer_head_faults

        register_reader(KIND, peer_head_faults)
