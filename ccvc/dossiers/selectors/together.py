"""Many dossiers as one subject sees them, for programs that go through people: as many questions as for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from ccvc.access.domain import Right, Subject
from ccvc.dossiers import domain
from ccvc.dossiers.models import Dossier, Version
from ccvc.dossiers.selectors.seeing import Seen, is_own, redact, sight
from ccvc.organisations.selectors import reach


@dataclass(frozen=True, slots=True)
class Told:
    """A dossier as seen, and the newest version known then by number and hash; 0 where there was none yet."""

    seen: Seen
    version: int
    version_hash: bytes


def seen_together(
    subject: Subject, keys: Sequence[UUID], right: Right, *, known_at: datetime, valid_on: date
) -> dict[UUID, Told]:
    """Each as `seen` would show it, of those the subject may read and has a further right over, by key.

    Who is out of reach is not in the answer, like who does not exist.
    """
    found = list(Dossier.objects.filter(*_within(subject, {Right.DOSSIER_READ, right}), key__in=keys))
    versions = _needed([one.pk for one in found], known_at, valid_on)
    eyes, result = sight(subject), {}
    for one in found:
        rows = versions.get(one.pk, [])
        view = domain.as_of(rows, known_at=known_at, valid_on=valid_on)
        may_see = eyes(one.key, one.kept_unit_id)
        document, hidden = redact(view.document or {}, may_see)
        seen = Seen(one, document, hidden, may_see, is_own(subject, one), view.changes_on)
        last = rows[-1] if rows else None
        result[one.key] = Told(seen, last.number if last else 0, bytes(last.hash) if last else b"")
    return result


def _within(subject: Subject, rights: set[Right]) -> list[Q]:
    """One condition a right: within reach, or the subject's own."""
    today, conditions = timezone.localdate(), []
    for right in sorted(rights):
        within = Q(unit_id__in=reach(subject, right, today))
        if subject.may_own(right):
            within |= Q(key=subject.person_key)
        conditions.append(within)
    return conditions


def _needed(dossiers: Sequence[int], known_at: datetime, valid_on: date) -> dict[int, list[Version]]:
    """Of each dossier the versions its fold needs, in committed order."""
    known = Version.objects.filter(dossier__in=dossiers, known_at__lte=known_at)
    told = known.order_by("dossier_id", "number").values_list("dossier_id", "pk", "valid_from", "known_at")
    wanted: list[int] = []
    for _dossier, group in groupby(told, key=lambda row: row[0]):
        rows = list(group)
        first = domain.first_needed([row[2:] for row in rows], known_at=known_at, valid_on=valid_on)
        wanted += [row[1] for row in rows[first:]]
    found: dict[int, list[Version]] = {}
    for version in Version.objects.filter(pk__in=wanted).order_by("dossier_id", "number"):
        found.setdefault(version.dossier_id, []).append(version)
    return found
