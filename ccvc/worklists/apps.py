from __future__ import annotations

from django.apps import AppConfig


class WorklistsConfig(AppConfig):
    """Who is due what, and telling those who are to act."""

    name = "ccvc.worklists"
    verbose_name = "Danh sách công việc"

    def ready(self) -> None:
        """Say what notices of this room speak of, what is late here, and what a closing states of it."""
        from ccvc.closings.overdue import Keeper, register_keeper
        from ccvc.worklists import overseeing
        from ccvc.worklists.selectors import overdue

        overseeing.register()
        register_keeper(Keeper(overdue.overdue, overdue.named))
