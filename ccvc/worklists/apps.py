from __future__ import annotations

from django.apps import AppConfig


class WorklistsConfig(AppConfig):
    """Who is due what, and telling those who are to act."""

    name = "ccvc.worklists"
    verbose_name = "Danh sách công việc"

    def ready(self) -> None:
        """Say what notices of this room speak of, and what is late here."""
        from ccvc.worklists import overseeing

        overseeing.register()
