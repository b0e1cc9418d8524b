from __future__ import annotations

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Policy, grants, access log."""

    name = "ccvc.access"
    verbose_name = "Quyền truy cập"
