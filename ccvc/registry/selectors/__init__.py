"""Reads of the register. Whoever is outside the subject's reach is answered like one who does not exist."""

from __future__ import annotations

from ccvc.registry.selectors.accepting import register_for, state_rows
from ccvc.registry.selectors.components import Component, Components, components, conflicts, counts
from ccvc.registry.selectors.histories import SeenVersion, Timeline, compare, history, timeline
from ccvc.registry.selectors.past import reached, search_as_of, standing
from ccvc.registry.selectors.people import (
    MOST_SHOWN,
    Found,
    SeenPerson,
    coming,
    managing_agencies,
    person,
    reaches,
    search,
    signed_papers,
    units_of_person,
    within,
)
from ccvc.registry.selectors.together import Told, seen_together

__all__ = [
    "MOST_SHOWN",
    "Component",
    "Components",
    "Found",
    "SeenPerson",
    "SeenVersion",
    "Timeline",
    "Told",
    "coming",
    "compare",
    "components",
    "conflicts",
    "counts",
    "history",
    "managing_agencies",
    "person",
    "reached",
    "reaches",
    "register_for",
    "search",
    "search_as_of",
    "seen_together",
    "signed_papers",
    "standing",
    "state_rows",
    "timeline",
    "units_of_person",
    "within",
]
