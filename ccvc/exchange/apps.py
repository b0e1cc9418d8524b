from __future__ import annotations

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Packages between nodes: building, sending, receiving, answering."""

    name = "ccvc.exchange"
    verbose_name = "Trao đổi dữ liệu"

    def ready(self) -> None:
        """Plug the readers of stored packages into the ledger, the room's own kinds of package, and what it watches."""
        from ccvc.exchange import evidence, handlers, overseeing

        evidence.register()
        handlers.register()
        overseeing.register()
