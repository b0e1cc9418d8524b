"""Data quality: what may stand in a dossier but should be looked at, by rules declared as data. Pure.

Rules are of four families: correct (đúng), complete (đủ), clean (sạch), live (sống). What no dossier may hold is
refused by ``ccvc.standard.sense``; nothing here refuses anything.
"""

from __future__ import annotations

from ccvc.standard.quality.declaring import FAMILIES, Rule, rules
from ccvc.standard.quality.judging import Judge, QualityFinding, judge, scores
from ccvc.standard.quality.named import register_checks

__all__ = [
    "FAMILIES",
    "Judge",
    "QualityFinding",
    "Rule",
    "judge",
    "register_checks",
    "rules",
    "scores",
]
