from __future__ import annotations

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The room that takes people's data in from spreadsheets."""

    name = "ccvc.intake"
