from __future__ import annotations

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    """Decisions on personnel, from draft to effect."""

    name = "ccvc.decisions"
    verbose_name = "Quyết định nhân sự"

    def ready(self) -> None:
        """The ledger reads decisions again; a reorganisation shows those that follow from it."""
        from ccvc.decisions.reorganised import Following
        from ccvc.decisions.verification import KIND, decision_faults
        from ccvc.ledger.domain import register_reader
        from ccvc.organisations.deciding import register_deciding

        register_reader(KIND, decision_faults)
        register_deciding(Following())
