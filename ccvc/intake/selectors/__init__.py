"""Reads of the intake room, within the subject's reach."""

from __future__ import annotations

from ccvc.intake.selectors.files import (
    FindingKind,
    MappingSeen,
    findings,
    intake,
    intakes,
    kinds,
    mappings_seen,
    persons_seen,
    rows,
    units,
    worth_reading_again,
)
from ccvc.intake.selectors.outlook import Outcome, Outlook, counts, each, lines, outcomes
from ccvc.intake.selectors.review import Asked, asked, matches, waiting

__all__ = [
    "Asked",
    "FindingKind",
    "MappingSeen",
    "Outcome",
    "Outlook",
    "asked",
    "counts",
    "each",
    "findings",
    "intake",
    "intakes",
    "kinds",
    "lines",
    "mappings_seen",
    "matches",
    "outcomes",
    "persons_seen",
    "rows",
    "units",
    "waiting",
    "worth_reading_again",
]
