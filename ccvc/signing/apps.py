from __future__ import annotations

from django.apps import AppConfig


class SigningConfig(AppConfig):
    """Keys of people, and the signatures made with them."""

    name = "ccvc.signing"
    verbose_name = "Ký số"
