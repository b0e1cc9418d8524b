"""One synthetic person as an example of a document, always the same."""

from __future__ import annotations

from functools import cache
from typing import Any

from ccvc import standard
from ccvc.simulation.people import people

UNITS = (("H41.01", "Sở Nội vụ", "department"),)


@cache
def example(version: str, *, national: bool = False) -> dict[str, Any]:
    """Give an example document of a version of the standard, or its national part; Problem STD-VERSION-UNKNOWN."""
    declared = standard.of(version)
    person = next(people(2026, "H41", UNITS, 1))
    document = standard.convert(person.document, declared).document
    return standard.national(document, declared) if national else document
