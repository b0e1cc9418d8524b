from __future__ import annotations

from django.apps import AppConfig


class InsightConfig(AppConfig):
    """The reading room: what the numbers say."""

    name = "ccvc.insight"
    verbose_name = "Thống kê"
