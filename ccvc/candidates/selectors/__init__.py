"""Reads of the candidates room: only one's own searches, and of them only whom one still reaches."""

from __future__ import annotations

from ccvc.candidates.selectors.comparing import Comparison, compare
from ccvc.candidates.selectors.results import RECENT, Found, found, recent, search, whole
from ccvc.candidates.selectors.saved import definition, saved, saved_of, shared

__all__ = [
    "RECENT",
    "Comparison",
    "Found",
    "compare",
    "definition",
    "found",
    "recent",
    "saved",
    "saved_of",
    "search",
    "shared",
    "whole",
]
