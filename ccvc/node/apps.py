from __future__ import annotations

from django.apps import AppConfig


class NodeConfig(AppConfig):
    """The composing room."""

    name = "ccvc.node"
