from __future__ import annotations

from django.apps import AppConfig


class CandidatesConfig(AppConfig):
    """The room where people are sought by criteria."""

    name = "ccvc.candidates"
    verbose_name = "Tìm người đáp ứng tiêu chuẩn"
