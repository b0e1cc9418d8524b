from __future__ import annotations

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The room that takes people's data in from spreadsheets."""

    name = "ccvc.intake"

    def ready(self) -> None:
        """Have waiting files read again once the meaning of a value in them is confirmed."""
        from ccvc.catalogues.actions.meanings import register_reader
        from ccvc.intake.tasks import read_again_for

        register_reader(read_again_for)
