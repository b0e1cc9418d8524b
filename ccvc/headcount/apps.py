from __future__ import annotations

from django.apps import AppConfig


class HeadcountConfig(AppConfig):
    """The room of numbers assigned and filled."""

    name = "ccvc.headcount"
    verbose_name = "Biên chế"
