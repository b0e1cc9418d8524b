from __future__ import annotations

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Papers that prove what dossiers hold."""

    name = "ccvc.evidence"
    verbose_name = "Giấy tờ chứng minh"

    def ready(self) -> None:
        """Tell the ledger how papers are read again, and the pages of a dossier which there are."""
        from ccvc.dossiers.papers import register_papers
        from ccvc.evidence.presentation import beside
        from ccvc.evidence.verification import KIND, attachment_faults
        from ccvc.ledger.domain import register_reader

        register_reader(KIND, attachment_faults)
        register_papers(beside)
