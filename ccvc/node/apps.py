from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings

from ccvc import standard


class NodeConfig(AppConfig):
    """The composing room."""

    name = "ccvc.node"

    def ready(self) -> None:
        """Work by the version of the standard the node's settings name."""
        if version := getattr(settings, "CCVC_STANDARD", None):
            standard.choose(version)
