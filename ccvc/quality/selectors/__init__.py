"""Reads of the quality room. Whoever is out of the subject's reach is answered like one who does not exist."""

from __future__ import annotations

from ccvc.quality.selectors.covering import Covered, Share, UnitShare, covered
from ccvc.quality.selectors.findings import (
    Asked,
    Line,
    Preview,
    by_rule,
    findings,
    lines,
    of_person,
    preview,
    returned,
    unit_choices,
)
from ccvc.quality.selectors.scoring import UnitScore, family_scores, unit_scores

__all__ = [
    "Asked",
    "Covered",
    "Line",
    "Preview",
    "Share",
    "UnitScore",
    "UnitShare",
    "by_rule",
    "covered",
    "family_scores",
    "findings",
    "lines",
    "of_person",
    "preview",
    "returned",
    "unit_choices",
    "unit_scores",
]
