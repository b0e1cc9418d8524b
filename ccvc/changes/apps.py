from __future__ import annotations

from django.apps import AppConfig


class ChangesConfig(AppConfig):
    """The changing room: what is proposed for a dossier, until it is approved."""

    name = "ccvc.changes"

    def ready(self) -> None:
        """Whoever signs changes must have held the right to at that moment; the ledger reads delegations again."""
        from ccvc.access.actions.delegating import KIND
        from ccvc.access.authority import judge_of
        from ccvc.access.domain import Right
        from ccvc.changes.actions.approving import PURPOSE
        from ccvc.changes.verification import delegation_faults
        from ccvc.ledger.domain import register_reader
        from ccvc.signing.authority import register_judge

        register_reader(KIND, delegation_faults)
        register_judge(PURPOSE, judge_of(Right.CHANGE_APPROVE))
