"""What would change, field by field: how often, and whether it is left out."""

from __future__ import annotations

from dataclasses import dataclass

from ccvc.intake import selectors
from ccvc.intake.models import Intake
from ccvc.intake.outlook import fields_left, may_be_left


@dataclass(frozen=True, slots=True)
class FieldChanged:
    """A field or table, in how many dossiers it changes, and whether that is left out."""

    path: str
    count: int
    left: bool
    may_be_left: bool


def fields_changed(intake: Intake) -> list[FieldChanged]:
    """The fields of existing dossiers that the file changes, the most frequent first."""
    left = set(fields_left(intake))
    found = dict(selectors.counts(intake).fields)
    paths = [*found, *sorted(left - set(found))]
    return [FieldChanged(path, found.get(path, 0), path in left, may_be_left(path)) for path in paths]
