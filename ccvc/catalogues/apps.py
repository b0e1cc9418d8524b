from __future__ import annotations

from django.apps import AppConfig


class CataloguesConfig(AppConfig):
    """Code lists that live."""

    name = "ccvc.catalogues"
    verbose_name = "Danh mục mã"

    def ready(self) -> None:
        """Let the ledger read change sets again."""
        from ccvc.catalogues.verification import KINDS, change_set_faults
        from ccvc.ledger.domain import register_reader

        for kind in KINDS:
            register_reader(kind, change_set_faults)
