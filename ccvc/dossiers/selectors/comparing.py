"""A dossier at two pairs of moments, and what was known at the first that is not held now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Subject
from ccvc.dossiers.selectors.histories import names_of
from ccvc.dossiers.selectors.seeing import Seen, seen

When = tuple[datetime | None, date | None]
"""Known at a moment, valid on a day; None: now, today."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between a dossier at one pair of moments and at another, in what the subject may read.

    `given_up` is what was held of the first day when it was asked first, and is held of that same day no longer.
    """

    before: Seen
    after: Seen
    differences: list[standard.Difference]
    given_up: list[standard.Difference]
    names: Mapping[str, str]


def compare(subject: Subject, key: UUID, one: When, other: When) -> Comparison:
    """The dossier at both; Problem DOS-UNKNOWN."""
    before = seen(subject, key, known_at=one[0], valid_on=one[1])
    after = seen(subject, key, known_at=other[0], valid_on=other[1])
    same_day = seen(subject, key, valid_on=one[1] or timezone.localdate())
    differences = standard.diff(before.document, after.document)
    lost = [d for d in standard.diff(before.document, same_day.document) if d.old is not None]
    names = {
        **names_of(lost, before.document, same_day.document, may_read=before.may_see),
        **names_of(differences, before.document, after.document, may_read=before.may_see),
    }
    return Comparison(before, after, differences, lost, names)
