from __future__ import annotations

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Agencies and units, dated."""

    name = "ccvc.organisations"
    verbose_name = "Tổ chức"

    def ready(self) -> None:
        """Lend the tree of units to `access`, which decides by it whom a grant covers."""
        from ccvc.access.reach import register_tree
        from ccvc.organisations.tree import DatedTree

        register_tree(DatedTree())
