from __future__ import annotations

from django.apps import AppConfig


class ClosingsConfig(AppConfig):
    """Monthly closing and its comparison with the register."""

    name = "ccvc.closings"
    verbose_name = "Chốt tháng"

    def ready(self) -> None:
        """Judge snapshots that come, keep what the national node answers, and let the ledger re-read closings."""
        from ccvc.closings.actions import keep_answer, take_snapshot
        from ccvc.closings.verification import KIND, closing_faults
        from ccvc.exchange.domain import register_handler
        from ccvc.exchange.domain.handlers import register_answered
        from ccvc.ledger.domain import register_reader

        register_handler("snapshot", take_snapshot)
        register_answered("snapshot", keep_answer)
        register_reader(KIND, closing_faults)
