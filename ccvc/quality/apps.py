from __future__ import annotations

from django.apps import AppConfig


class QualityConfig(AppConfig):
    """How good the data are, and what to do about it."""

    name = "ccvc.quality"
    verbose_name = "Chất lượng dữ liệu"

    def ready(self) -> None:
        """Bring the rules of the salary law; keep what the national node sends back."""
        from ccvc.exchange.domain.handlers import register_taker
        from ccvc.quality.actions import take_returned
        from ccvc.rules.quality import CHECKS
        from ccvc.standard.quality import register_checks

        register_checks(CHECKS)
        register_taker(take_returned)
