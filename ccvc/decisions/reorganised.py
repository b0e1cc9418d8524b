"""Who needs a decision because units ended: everyone of a unit that ended is in exactly one draft.

Whoever holds no office is transferred to the unit that takes them over, or to the one they are named for. Offices end
with their unit: where the unit that follows is new, its holders are drafted to be appointed there; where it stood
before, and has its own leadership, they are drafted to be relieved. The officer moves people between the drafts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Right, Subject
from ccvc.changes.inputs import language
from ccvc.decisions import selectors
from ccvc.decisions.kinds import kind
from ccvc.decisions.models import Decision, DecisionPerson, State
from ccvc.decisions.presentation import standing
from ccvc.decisions.scope import visible_people
from ccvc.dossiers.models import Head
from ccvc.organisations.homes import homes
from ccvc.organisations.models import Reassignment, Reorganisation, Unit
from ccvc.organisations.selectors import as_known, reach
from ccvc.standard.reading import serving

TRANSFER, APPOINT, RELIEVE = "transfer", "appoint", "relieve"
KINDS = (TRANSFER, APPOINT, RELIEVE)
SHOWN = 20
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bound:
    """Somebody who needs a decision: the name of their unit before, the code of the one they go to, their post."""

    key: UUID
    before: str
    into: str
    title: str
    position: str


class Affected:
    """Everyone within the subject's reach whose unit a reorganisation ended, and who has no decision of it yet."""

    def __init__(self, subject: Subject, made: Reorganisation) -> None:
        self.subject, self.made = subject, made
        self.offices = frozenset(row.code for row in _positions() if row.extra.get("leader") == "yes")
        self.named = dict(Reassignment.objects.filter(reorganisation=made).values_list("person", "after_id"))

    def counts(self) -> dict[str, int]:
        """How many each kind of draft would be about."""
        found: Counter[str] = Counter()
        rows = self._heads().exclude(dossier__key__in=self.named).values_list("dossier__unit_id", "position")
        for unit, position, number in rows.annotate(number=Count("*")):
            found[self._office(self.before[unit]) if position in self.offices else TRANSFER] += number
        found[TRANSFER] += self._heads().filter(dossier__key__in=self.named).count()
        return {name: found[name] for name in KINDS if found[name]}

    def people(self, name: str, most: int) -> list[Bound]:
        """The first of them whom a kind of draft would be about, by unit."""
        leads, named = Q(position__in=self.offices), Q(dossier__key__in=self.named)
        rows = self._heads()
        if name == TRANSFER:
            rows = rows.exclude(leads & ~named)
        else:
            units = [unit for unit, before in self.before.items() if self._office(before) == name]
            rows = rows.filter(leads & ~named, dossier__unit_id__in=units)
        ordered = rows.order_by("dossier__unit_id", "name_key", "pk")
        asked = ordered.values_list("dossier__key", "dossier__unit_id", "position_title", "position")
        return [self._bound(*row) for row in asked[:most]]

    def _heads(self) -> QuerySet[Head]:
        """Those who serve, have no decision of this reorganisation that stands, and are not the subject themself."""
        decided = DecisionPerson.objects.filter(decision__in=standing_decisions(self.made))
        affected = Q(dossier__unit_id__in=list(self.before)) | Q(dossier__key__in=list(self.named))
        rows = Head.objects.filter(affected, dossier__unit_id__in=self.units, status__in=serving())
        rows = rows.exclude(dossier__key__in=decided.values("person_key"))
        own = self.subject.person_key
        return rows.exclude(dossier__key=own).order_by() if own else rows.order_by()

    def _office(self, before: int) -> str:
        """What becomes of an office in a unit that ended."""
        return APPOINT if self.heirs[before] in self.new else RELIEVE

    def _bound(self, key: UUID, unit: int, title: str | None, position: str | None) -> Bound:
        before = self.before.get(unit, unit)
        into = self.named.get(key) or self.heirs[before]
        return Bound(key, self.names[before][1], self.names[into][0], title or "", position or "")

    @cached_property
    def units(self) -> frozenset[int]:
        """Units whose people the subject may draft decisions about."""
        return reach(self.subject, Right.DECISION_DRAFT, timezone.localdate())

    @cached_property
    def heirs(self) -> dict[int, int]:
        """Who takes over from each unit that ended, by id."""
        pairs = self.made.outcome.get("heirs", ())
        ids = _ids(key for pair in pairs for key in pair)
        return {ids[before]: ids[after] for before, after in pairs}

    @cached_property
    def new(self) -> frozenset[int]:
        """Units that were opened, or stand again."""
        outcome = self.made.outcome
        return frozenset(
            _ids(one["key"] for name in ("opened", "reopened") for one in outcome.get(name, ())).values()
        )

    @cached_property
    def before(self) -> dict[int, int]:
        """The unit that ended, by the unit a dossier was last approved for: it may have been taken over before."""
        held = Head.objects.filter(dossier__unit_id__in=self.units).order_by()
        units = set(held.values_list("dossier__unit_id", flat=True).distinct())
        places = homes(units, self.made.on - DAY)
        return {unit: place for unit, place in places.items() if place in self.heirs}

    @cached_property
    def names(self) -> dict[int, tuple[str, str]]:
        """Codes and names of the units, on the day or else as they were last."""
        wanted = {*self.heirs, *self.heirs.values(), *self.named.values(), *self.units}
        rows = as_known().filter(unit_id__in=wanted, valid_from__lte=self.made.on).order_by("valid_from")
        return {unit: (code, name) for unit, code, name in rows.values_list("unit_id", "code", "name")}


def standing_decisions(made: Reorganisation) -> QuerySet[Decision]:
    """Decisions that follow from a reorganisation, but for those given up or revoked."""
    return Decision.objects.filter(reorganisation=made, revoked_by=None).exclude(state=State.DISCARDED)


def _positions() -> Iterable[standard.Code]:
    return standard.current().codes["positions"]


def _ids(keys: Iterable[str]) -> dict[str, int]:
    found = Unit.objects.filter(key__in=set(keys)).values_list("key", "pk")
    return {str(key): pk for key, pk in found}


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of decision: how many within reach have no draft yet, are in drafts, submitted, signed."""

    name: str
    label: str
    waiting: int
    draft: int
    submitted: int
    signed: int


class Following:
    """What the page of a reorganisation shows of its decisions (`ccvc.organisations.deciding.Deciding`)."""

    template = "decisions/_reorganised.html"

    def shown(self, subject: Subject, made: Reorganisation) -> Mapping[str, Any]:
        """Counts by kind, the newest decisions, and whether the subject may have more drafted."""
        if made.state != Reorganisation.State.APPLIED or not subject.may(Right.DECISION_SEE):
            return {}
        drafts = subject.may(Right.DECISION_DRAFT)
        waiting = Affected(subject, made).counts() if drafts else {}
        found = selectors.decisions(subject, following=made.key)
        rows = [_row(name, waiting.get(name, 0), _people(subject, found, name)) for name in KINDS]
        rows = [row for row in rows if row.waiting or row.draft or row.submitted or row.signed]
        newest = list(found[:SHOWN])
        return {
            "rows": rows,
            "waiting": sum(waiting.values()),
            "decisions": [(row, standing(row)) for row in newest],
            "count": found.count(),
            "authority": newest[0].authority if newest else "",
            "may_draft": drafts,
        }


def _row(name: str, waiting: int, people: Mapping[str, int]) -> Row:
    counts = {state: people.get(state, 0) for state in (State.DRAFT, State.SUBMITTED, State.SIGNED)}
    return Row(name, kind(name).label(language()), waiting, *counts.values())


def _people(subject: Subject, found: QuerySet[Decision], name: str) -> dict[str, int]:
    """People in decisions of a kind the subject may see, by the state of the decision."""
    rows = visible_people(subject).filter(decision__in=found.filter(kind=name, revoked_by=None).order_by())
    return dict(rows.order_by().values_list("decision__state").annotate(n=Count("pk")))
