from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who sign in."""

    name = "ccvc.accounts"
    verbose_name = "Tài khoản"
