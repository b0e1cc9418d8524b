from __future__ import annotations

from django.apps import AppConfig


class TransfersConfig(AppConfig):
    """The room of dossiers handed over, and of the drawer."""

    name = "ccvc.transfers"
    verbose_name = "Chuyển hồ sơ"

    def ready(self) -> None:
        """Take packages of this kind, have hand-overs watched over, let the ledger read again what it says of them."""
        from ccvc.exchange.domain import register_handler
        from ccvc.ledger.domain import register_reader
        from ccvc.transfers import overseeing
        from ccvc.transfers.handlers import take
        from ccvc.transfers.verification import KIND, transfer_faults

        overseeing.register()
        register_handler("transfer", take)
        register_reader(KIND, transfer_faults)
