from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The room of layout, components and entry pages."""

    name = "ccvc.web"
