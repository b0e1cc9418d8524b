from __future__ import annotations

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents drawn from dossiers, signed and checked."""

    name = "ccvc.documents"
    verbose_name = "Văn bản từ hồ sơ"

    def ready(self) -> None:
        """Tell the ledger how documents are read again, and the papers of dossiers which of them grow."""
        from ccvc.documents.selectors import grown_decision
        from ccvc.documents.verification import KIND, document_faults
        from ccvc.evidence.growing import register_growing
        from ccvc.ledger.domain import register_reader

        register_reader(KIND, document_faults)
        register_growing(grown_decision)
