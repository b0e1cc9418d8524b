"""Limits of taking in, each overridable in the node's settings."""

from __future__ import annotations

from django.conf import settings

from ccvc.standard.together import processors

SLICE_ROWS = 1_000
FEW_ROWS = 4_000  # fewer are judged in this process: starting others would take longer


def most_rows() -> int:
    """Most persons in one file (CCVC_INTAKE_ROWS); a component node serves up to 250,000 people."""
    return int(settings.CCVC_INTAKE_ROWS)


def most_bytes() -> int:
    """Largest file (CCVC_INTAKE_MEGABYTES)."""
    return int(settings.CCVC_INTAKE_MEGABYTES) * 1024 * 1024


def processes() -> int:
    """Processes that judge a large file (CCVC_JUDGING_PROCESSES)."""
    return processors(settings.CCVC_JUDGING_PROCESSES)
