from __future__ import annotations

from django.apps import AppConfig


class MeansConfig(AppConfig):
    """Means of signing of people, the agency's seal, signing in the officer's own machine."""

    name = "ccvc.means"
    verbose_name = "Phương tiện ký"
