"""Under which procedure a change begins, by when it is due, and whether its person is asked to confirm it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from ccvc.accounts.models import User
from ccvc.changes import procedures
from ccvc.changes.domain import AWAITING
from ccvc.changes.models import Change, Confirmation, Procedure
from ccvc.changes.procedures import Candidate, Source
from ccvc.dossiers.selectors import fields_at
from ccvc.organisations.selectors import lineage
from ccvc.rules import time_limits, working_days

LONGEST_AGO = timedelta(days=30)
"""A dossier opened longer after the day it holds from was taken over from elsewhere: no limit is counted."""


def in_force(on: date) -> QuerySet[Procedure]:
    """Procedures in force on a day."""
    return Procedure.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)


class Governing:
    """The procedures in force today; read once for all changes of an act."""

    def __init__(self) -> None:
        self.today = timezone.localdate()
        self.by_unit: dict[int, list[Procedure]] = {}
        for row in in_force(self.today):
            self.by_unit.setdefault(row.unit_id, []).append(row)
        self.chosen: dict[tuple[int, str, Source, frozenset[str]], Procedure | None] = {}

    def of(self, unit_id: int, kind: str, source: Source, groups: Iterable[str]) -> Procedure | None:
        """The procedure of a change of this unit, kind and source that touches these groups; None: the shipped one."""
        asked = (unit_id, kind, source, frozenset(groups))
        if asked not in self.chosen:
            self.chosen[asked] = self._choose(*asked)
        return self.chosen[asked]

    def _choose(self, unit_id: int, kind: str, source: Source, groups: Iterable[str]) -> Procedure | None:
        if not self.by_unit:
            return None
        rows = {
            row.pk: (distance, row)
            for distance, unit in enumerate(lineage(unit_id, self.today))
            for row in self.by_unit.get(unit, [])
        }
        candidates = [Candidate(distance, pk, row.said) for pk, (distance, row) in rows.items()]
        found = procedures.choose(candidates, kind, source, groups)
        return rows[found.number][1] if found else None


def begin(change: Change, governing: Governing, source: Source, paths: Sequence[str]) -> None:
    """Put a change not stored yet under its procedure, at its first step, with its limits."""
    groups = {path.partition(".")[0] for path in paths}
    change.procedure = governing.of(change.unit_id, change.kind, source, groups)
    step, now = change.terms.after(None), change.created_at
    change.state, change.awaited_since = AWAITING[step], now
    change.due_at, change.due_by_law = change.terms.due(step, now), by_law(change, source)


def by_law(change: Change, source: Source) -> datetime | None:
    """The moment by which the law wants it entered: 3 days after the decision for a new dossier, 3 working days for
    what other agencies brought about; None for what people declare of themselves, and for what was taken over.
    """
    if change.kind == "create":
        decided = datetime.combine(change.valid_from, time(), working_days.ZONE)
        fresh = timedelta() <= change.created_at - decided <= LONGEST_AGO
        return time_limits.due("create_dossier", decided) if fresh else None
    return time_limits.due("synchronise_others", change.created_at) if source == "office" else None


def ask_to_confirm(asked: Sequence[tuple[Change, Source, Sequence[str]]]) -> None:
    """Mark those of these new changes that their person is asked to confirm: who has an account, and about whom
    another declared what only people themselves declare.
    """
    wanted = [
        (change, paths)
        for change, source, paths in asked
        if source in change.terms.confirm_sources and not change.confirmation
    ]
    personal = [change for change, paths in wanted if any(map(_personal, paths))]
    with_account = holders({change.person_key for change in personal})
    for change in personal:
        if change.person_key in with_account:
            waits = change.terms.confirm_waits
            change.confirmation = Confirmation.ASKED
            change.waits_until = working_days.ends(change.created_at, waits) if waits else None


def _personal(path: str) -> bool:
    return any(field.declared_by and "agency" not in field.declared_by for field in fields_at(path))


def holders(person_keys: Iterable[UUID]) -> frozenset[UUID]:
    """Those of these people who have an open account of their own."""
    keys = set(person_keys)
    rows = User.objects.filter(person_key__in=keys, is_active=True) if keys else User.objects.none()
    return frozenset(key for key in rows.values_list("person_key", flat=True) if key is not None)
