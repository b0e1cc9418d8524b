from __future__ import annotations

from django.apps import AppConfig


class ChangesConfig(AppConfig):
    """The changing room: what is proposed for a dossier, until it is approved."""

    name = "ccvc.changes"
