"""Limits of taking in, each overridable in the node's settings."""

from __future__ import annotations

import os

from django.conf import settings

SLICE_ROWS = 1_000
FEW_ROWS = 4_000  # fewer are judged in this process: starting others would take longer


def most_rows() -> int:
    """Most persons in one file (CCVC_INTAKE_ROWS); a component node serves up to 250,000 people."""
    return int(settings.CCVC_INTAKE_ROWS)


def most_bytes() -> int:
    """Largest file (CCVC_INTAKE_MEGABYTES)."""
    return int(settings.CCVC_INTAKE_MEGABYTES) * 1024 * 1024


def processes() -> int:
    """Processes that judge a large file (CCVC_INTAKE_PROCESSES); default: one for each processor."""
    return int(settings.CCVC_INTAKE_PROCESSES) or os.cpu_count() or 1
