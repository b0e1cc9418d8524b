"""A dossier at two pairs of moments, and what was known at the first that is not held now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Subject
from ccvc.dossiers.domain import Document
from ccvc.dossiers.selectors.histories import names_of
from ccvc.dossiers.selectors.seeing import MaySee, Seen, seen


class Looked(Protocol):
    """A person's document as somebody may see it."""

    @property
    def document(self) -> Document: ...
    @property
    def may_see(self) -> MaySee: ...


S = TypeVar("S", bound=Looked)
When = tuple[datetime | None, date | None]
"""Known at a moment, valid on a day; None: now, today."""


@dataclass(frozen=True, slots=True)
class Comparison(Generic[S]):
    """What differs between a dossier at one pair of moments and at another, in what the subject may read.

    `given_up` is what was held of the first day when it was asked first, and is held of that same day no longer.
    """

    before: S
    after: S
    differences: list[standard.Difference]
    given_up: list[standard.Difference]
    names: Mapping[str, str]


def compare(subject: Subject, key: UUID, one: When, other: When) -> Comparison[Seen]:
    """The dossier at both; Problem DOS-UNKNOWN."""
    return compared(lambda known_at, day: seen(subject, key, known_at=known_at, valid_on=day), one, other)


def compared(look: Callable[[datetime | None, date | None], S], one: When, other: When) -> Comparison[S]:
    """What looking at two pairs of moments shows, side by side."""
    before, after, same_day = look(*one), look(*other), look(None, one[1] or timezone.localdate())
    differences = standard.diff(before.document, after.document)
    lost = [d for d in standard.diff(before.document, same_day.document) if d.old is not None]
    names = {
        **names_of(lost, before.document, same_day.document, may_read=before.may_see),
        **names_of(differences, before.document, after.document, may_read=before.may_see),
    }
    return Comparison(before, after, differences, lost, names)
