from __future__ import annotations

from django.apps import AppConfig


class QualityConfig(AppConfig):
    """How good the data are, and what to do about it."""

    name = "ccvc.quality"
    verbose_name = "Chất lượng dữ liệu"

    def ready(self) -> None:
        """Bring the rules of the salary law; keep what the national node sends back."""
        from ccvc.evidence.watching import register_watcher
        from ccvc.exchange.domain.handlers import register_taker
        from ccvc.quality import issuers
        from ccvc.quality.actions import judge_again, take_returned
        from ccvc.rules.quality import CHECKS
        from ccvc.standard.quality import register_checks

        register_checks({**CHECKS, **issuers.CHECKS})
        register_taker(take_returned)
        register_watcher(judge_again)
