"""A file for each room: what is planted there, and beside it the samples and forms its pages are tried with."""

from __future__ import annotations

from tests.access.world.rooms import (
    access,
    candidates,
    changes,
    closings,
    decisions,
    documents,
    dossiers,
    evidence,
    exchange,
    inspection,
    intake,
    means,
    organisations,
    proposals,
    quality,
    registry,
    transfers,
    web,
    worklists,
)

IN_ORDER = (
    dossiers,
    changes,
    evidence,
    intake,
    exchange,
    registry,
    closings,
    quality,
    access,
    organisations,
    means,
    documents,
    candidates,
    proposals,
    inspection,
    transfers,
    decisions,
    worklists,
    web,
)
"""What a room plants may stand on what those before it planted."""
