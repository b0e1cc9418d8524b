from __future__ import annotations

from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    """The room where proposals are held against the record."""

    name = "ccvc.proposals"
    verbose_name = "Đối chiếu đề nghị bổ nhiệm"
