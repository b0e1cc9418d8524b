from __future__ import annotations

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents drawn from dossiers, signed and checked."""

    name = "ccvc.documents"
    verbose_name = "Văn bản từ hồ sơ"

    def ready(self) -> None:
        """Tell the ledger how documents are read again."""
        from ccvc.documents.verification import KIND, document_faults
        from ccvc.ledger.domain import register_reader

        register_reader(KIND, document_faults)
