"""What the authorised person reviews before signing a month: what changed, what waits, who is counted where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.changes.models import Change, State
from ccvc.closings.models import Difference, Outcome, Recount, Snapshot
from ccvc.closings.selectors.months import bounds
from ccvc.closings.selectors.unsettled import quality_scores, unsettled
from ccvc.dossiers.models import Dossier, Head
from ccvc.dossiers.selectors.past import Moment
from ccvc.exchange.domain import snapshots
from ccvc.exchange.domain.snapshots import Statement, Unresolved
from ccvc.insight import selectors as insight
from ccvc.insight.selectors import Answer, Question
from ccvc.organisations.selectors import reach, states
from ccvc.registry.models import Person
from ccvc.registry.selectors import reaches
from ccvc.rules.closing import last_day
from ccvc.standard.problems import Problem

MOST_RECOUNTS = 100


@dataclass(slots=True)
class UnitChanges:
    """What was approved in a unit in a month, by kind of change."""

    code: str
    name: str
    kinds: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All kinds together."""
        return sum(self.kinds.values())


@dataclass(frozen=True, slots=True)
class Review:
    """A month within reach: approved changes by unit, what waits, scores, and headcount where it may be counted."""

    units: list[UnitChanges]
    unresolved: Unresolved
    quality: dict[str, str] | None
    headcount: Answer | None

    @property
    def changed(self) -> int:
        """Changes approved in the month."""
        return sum(unit.total for unit in self.units)


def covers(subject: Subject, right: Right) -> bool:
    """Whether the subject has the right over the whole agency."""
    try:
        require(subject, right, settings.CCVC_AGENCY)
    except Problem:
        return False
    return True


def review(subject: Subject, month: date) -> Review | None:
    """A month of the agency, people within reach; None for one who may list nobody. Problem ACC-DENIED."""
    require(subject, Right.CLOSING_SEE, settings.CCVC_AGENCY)
    if not subject.may(Right.DOSSIER_LIST):
        return None
    counts = subject.may(Right.STATISTICS_SEE)
    return Review(
        units=_by_unit(subject, month),
        unresolved=unsettled(subject),
        quality=quality_scores(subject) if counts else None,
        headcount=insight.statistics(subject, _headcount(month)) if counts else None,
    )


def _headcount(month: date) -> Question:
    """Everyone by category and status: now, or at the end of a month that is over, as known then."""
    if timezone.localdate() <= last_day(month):
        return Question("category", "status", everyone=True)
    known_at = bounds(month)[1] - timedelta(microseconds=1)
    moment = Moment(known_at, last_day(month))
    return Question("category", "status", everyone=True, on=moment.valid_on, moment=moment)


def approved(subject: Subject, month: date, *, kind: str = "", unit: str = "") -> QuerySet[Change]:
    """Changes approved in a month within reach, the newest first; Problem ACC-DENIED."""
    require(subject, Right.CLOSING_SEE, settings.CCVC_AGENCY)
    require(subject, Right.DOSSIER_LIST)
    units = reach(subject, Right.DOSSIER_LIST, timezone.localdate())
    begins, ends = bounds(month)
    found = Change.objects.filter(
        Q(unit_id__in=units) & Q(dossier__unit_id__in=units),
        state=State.APPROVED,
        version__known_at__gte=begins,
        version__known_at__lt=ends,
    )
    asked = {name: value for name, value in (("kind", kind), ("unit_code", unit)) if value}
    return found.filter(**asked).select_related("version", "dossier").order_by("-version__position")


def _by_unit(subject: Subject, month: date) -> list[UnitChanges]:
    rows = approved(subject, month).order_by().values_list("unit_code", "kind").annotate(n=Count("pk"))
    names = dict(states(timezone.localdate()).values_list("code", "name"))
    units: dict[str, UnitChanges] = {}
    for code, kind, number in rows:
        units.setdefault(code, UnitChanges(code, names.get(code, code))).kinds[kind] = number
    return sorted(units.values(), key=lambda unit: (-unit.total, unit.code))


def prepared(month: date) -> Snapshot | None:
    """The figures drawn up for a month and not signed. Asked for those who were let see the month."""
    rows = Snapshot.objects.filter(agency_code=settings.CCVC_AGENCY, month=month, closing=None)
    return rows.order_by("-at").first()


def stated(snapshot: Snapshot) -> Statement:
    """What a snapshot says."""
    return snapshots.decode_statement(snapshot.statement.encode())


@dataclass(frozen=True, slots=True)
class Named:
    """A difference with the person's name; empty where nobody of that key is within reach."""

    row: Difference
    name: str
    unit: str


def differences(subject: Subject, outcome: Outcome) -> QuerySet[Difference]:
    """The differences of a comparison within reach: at the agency by the dossier's unit, nationally by the agency."""
    rows = outcome.differences.order_by("kind", "person")
    if settings.CCVC_KIND == "national":
        require(subject, Right.REGISTER_READ)
        within = reaches(subject, Right.REGISTER_READ)(outcome.closing.agency_code)
        return rows if within else rows.none()
    require(subject, Right.DOSSIER_LIST)
    if covers(subject, Right.DOSSIER_LIST):
        return rows
    units = reach(subject, Right.DOSSIER_LIST, timezone.localdate())
    return rows.filter(person__in=Dossier.objects.filter(unit_id__in=units).values("key"))


def named(rows: Sequence[Difference]) -> list[Named]:
    """Differences the caller found within reach, with names from this node."""
    names = _names([row.person for row in rows])
    return [Named(row, *names.get(row.person, ("", ""))) for row in rows]


def _names(people: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    """Name and unit of people, by key."""
    if settings.CCVC_KIND == "national":
        found = Person.objects.filter(key__in=people).values_list("key", "full_name", "unit_name")
        return {key: (name, unit or "") for key, name, unit in found}
    heads = Head.objects.filter(dossier__key__in=people)
    rows = heads.values_list("dossier__key", "full_name", "unit_name")
    return {key: (name, unit or "") for key, name, unit in rows}


def recounts(outcome: Outcome) -> list[tuple[Recount, str]]:
    """Numbers of a closing that are others when made again, the furthest apart first, each with its unit's name.

    Asked for those who may list everybody counted; at most MOST_RECOUNTS.
    """
    rows = list(outcome.recounts.order_by("pk")[:MOST_RECOUNTS])
    known = states(timezone.localdate()).filter(code__in={row.unit for row in rows})
    names = dict(known.values_list("code", "name"))
    return [(row, names.get(row.unit, "")) for row in rows]


def found_problem(outcome: Outcome) -> bool:
    """Whether sums of a comparison do not add up: what agreed and what differs is everybody of the closing."""
    own = outcome.differences.filter(number__isnull=False).count()
    return outcome.people != outcome.agreed + own
