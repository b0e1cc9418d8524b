"""Administrative units of three levels and two times, and what a place as people write it names of them. Pure."""

from __future__ import annotations

from ccvc.standard.places.recognising import Recogniser, coded, recogniser
from ccvc.standard.places.searching import Suggestion, suggest
from ccvc.standard.places.units import Heir, Unit, heirs, in_words, same_province, unit_of

__all__ = [
    "Heir",
    "Recogniser",
    "Suggestion",
    "Unit",
    "coded",
    "heirs",
    "in_words",
    "recogniser",
    "same_province",
    "suggest",
    "unit_of",
]
