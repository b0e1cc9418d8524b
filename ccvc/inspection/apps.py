from __future__ import annotations

from django.apps import AppConfig


class InspectionConfig(AppConfig):
    """Proofs for people and inspectors, and the pages of the ledger."""

    name = "ccvc.inspection"
    verbose_name = "Thanh tra, chứng minh"
