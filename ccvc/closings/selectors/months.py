"""How the months of agencies stand: obliged by which policy, signed when, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.db.models import Exists, Min, OuterRef, QuerySet
from django.utils import timezone

from ccvc.access.domain import EVERYWHERE, Right, Subject, require
from ccvc.closings import domain
from ccvc.closings.domain import TROUBLE, Signed, Stage
from ccvc.closings.models import Closing, Decision, Outcome
from ccvc.exchange.models import Outbound, Peer
from ccvc.organisations.selectors import agencies, reach_agencies
from ccvc.rules.closing import (
    ClosingPolicy,
    Mode,
    Window,
    decided,
    last_day,
    month_after,
    month_before,
    month_of,
    policy_of,
)
from ccvc.standard.problems import Problem

SHOWN_MONTHS = 6
REFUSED = (Outbound.State.REFUSED, Outbound.State.REPLACED)
"""A package refused whole; replaced once another was sent in its place."""


@dataclass(frozen=True, slots=True)
class Month:
    """One month of an agency: where it stands, its last closing and what came of it."""

    agency: str
    month: date
    stage: Stage
    window: Window | None
    closing: Closing | None
    outcome: Outcome | None
    problem: Mapping[str, Any] | None
    days_left: int

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed."""
        return timezone.localdate() > last_day(self.month)

    def as_json(self) -> dict[str, Any]:
        """The month for programs."""
        outcome = self.outcome
        return {
            "agency": self.agency,
            "month": f"{self.month:%Y-%m}",
            "stage": self.stage,
            "opens": self.window.opens.isoformat() if self.window else None,
            "closes": self.window.closes.isoformat() if self.window else None,
            "days_left": self.days_left,
            "closing": self.closing.number if self.closing else None,
            "signed_at": self.closing.signed_at.isoformat() if self.closing else None,
            "statement": bytes(self.closing.snapshot.hash).hex() if self.closing else None,
            "outcome": outcome_json(outcome) if outcome else None,
            "problem": dict(self.problem) if self.problem else None,
        }


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """A comparison for programs."""
    counts = ("people", "register", "agreed", "moved_on", "differing", "recounted")
    return {"at": outcome.at.isoformat(), **{name: getattr(outcome, name) for name in counts}}


@dataclass(frozen=True, slots=True)
class AgencyMonths:
    """An agency and its months, the newest first."""

    code: str
    name: str
    months: list[Month]

    @property
    def trouble(self) -> tuple[int, ...]:
        """By how much a look is needed: the newest months count most."""
        return tuple(sorted(TROUBLE[month.stage] for month in self.months))


def bounds(month: date) -> tuple[datetime, datetime]:
    """The moment a month begins, and the one the next begins."""
    begins, ends = (datetime.combine(day, time.min) for day in (month, month_after(month)))
    return timezone.make_aware(begins), timezone.make_aware(ends)


def policy_for(agency: str, month: date) -> ClosingPolicy | None:
    """The policy an agency closes a month by: its own last decision, or else the law's."""
    return _policies([agency], [month])[agency, month]


def _policies(codes: Iterable[str], months: Iterable[date]) -> dict[tuple[str, date], ClosingPolicy | None]:
    held: dict[str, list[Decision]] = {}
    wanted = list(codes)
    for decision in Decision.objects.filter(agency_code__in=wanted).order_by("at", "pk"):
        held.setdefault(decision.agency_code, []).append(decision)
    return {
        (code, month): _policy(policy_of(month), held.get(code, []), month)
        for month in months
        for code in wanted
    }


def _policy(law: ClosingPolicy | None, acts: list[Decision], month: date) -> ClosingPolicy | None:
    own = next((act for act in reversed(acts) if act.since <= month), None)
    if law is None or own is None:
        return law
    mode: Mode = "monthly" if own.mode == Decision.Mode.MONTHLY else "continuous"
    return decided(law, mode, own.window_days, own.basis)


def months_shown(today: date, since: date | None) -> list[date]:
    """The months a page shows: this one and those before it, none before the agency joined."""
    found = [month_of(today)]
    while len(found) < SHOWN_MONTHS:
        found.append(month_before(found[-1]))
    return [month for month in found if since is None or month >= month_of(since)]


def own_months(subject: Subject) -> list[Month]:
    """The months of this component, for whoever has the right over all of it; Problem ACC-DENIED."""
    require(subject, Right.CLOSING_SEE, settings.CCVC_AGENCY)
    joined = Peer.objects.filter(agency_code=settings.CCVC_NATIONAL_AGENCY).first()
    since = timezone.localdate(joined.enrolled_at) if joined else timezone.localdate()
    return _months({settings.CCVC_AGENCY: since})[settings.CCVC_AGENCY]


def own_month(subject: Subject, month: date) -> Month:
    """One month of this component; Problem ACC-DENIED."""
    require(subject, Right.CLOSING_SEE, settings.CCVC_AGENCY)
    code = settings.CCVC_AGENCY
    return _standing([code], [month])[code, month]


def overview(subject: Subject) -> list[AgencyMonths]:
    """Every agency within reach and its months, the most troubled first; Problem ACC-DENIED."""
    require(subject, Right.CLOSING_SEE)
    peers = Peer.objects.exclude(agency_code=settings.CCVC_AGENCY)
    if EVERYWHERE not in subject.roots(Right.CLOSING_SEE):
        peers = peers.filter(agency_code__in=reach_agencies(subject, Right.CLOSING_SEE, subject.on))
    names = {unit.code: unit.name for unit in agencies(timezone.localdate())}
    joined = {peer.agency_code: timezone.localdate(peer.enrolled_at) for peer in peers}
    listed = {peer.agency_code: names.get(peer.agency_code, peer.name) for peer in peers}
    found = _months(joined)
    rows = [AgencyMonths(code, listed[code], months) for code, months in found.items()]
    return sorted(rows, key=lambda row: (row.trouble, row.code))


def agency_month(subject: Subject, agency: str, month: date) -> Month:
    """One month of an agency within reach; Problem ACC-DENIED, CLS-UNKNOWN."""
    found = next((row for row in overview(subject) if row.code == agency), None)
    if found is None:
        raise Problem("CLS-UNKNOWN", where=agency[:35])
    return _standing([agency], [month])[agency, month]


def _months(joined: Mapping[str, date]) -> dict[str, list[Month]]:
    today, acts = timezone.localdate(), _first_acts(joined)
    by_code = {code: months_shown(today, min(since, acts.get(code, since))) for code, since in joined.items()}
    standing = _standing(list(joined), sorted({month for months in by_code.values() for month in months}))
    return {code: [standing[code, month] for month in months] for code, months in by_code.items()}


def _first_acts(codes: Iterable[str]) -> dict[str, date]:
    """The earliest month an act speaks of, by agency: it may lie before the agency joined."""
    rows = Decision.objects.filter(agency_code__in=list(codes)).order_by()
    return dict(rows.values_list("agency_code").annotate(first=Min("since")))


def _standing(codes: list[str], months: list[date]) -> dict[tuple[str, date], Month]:
    """Each month of each agency; the number of queries does not grow with either."""
    today = timezone.localdate()
    policies = _policies(codes, months)
    closings = _closings(codes, months)
    outcomes, problems = _outcomes(closings), _problems(closings)
    found = {}
    for key, policy in policies.items():
        held = closings.get(key, [])
        last = held[-1] if held else None
        outcome = outcomes.get(last.pk) if last else None
        problem = problems.get(last.pk) if last else None
        signed = _signed(held, outcome, refused=problem is not None) if held else None
        window = policy.window(key[1]) if policy else None
        found[key] = Month(
            agency=key[0],
            month=key[1],
            stage=domain.stage_of(policy, key[1], today, signed),
            window=window,
            closing=last,
            outcome=outcome,
            problem=problem,
            days_left=window.days_left(today) if window else 0,
        )
    return found


def _signed(held: list[Closing], outcome: Outcome | None, *, refused: bool) -> Signed:
    wrong = outcome.differing + outcome.recounted if outcome else None
    return Signed(any(one.in_time for one in held), refused, wrong)


def _closings(codes: list[str], months: list[date]) -> dict[tuple[str, date], list[Closing]]:
    rows = held().filter(agency_code__in=codes, month__in=months).order_by("number")
    found: dict[tuple[str, date], list[Closing]] = {}
    for row in rows.select_related("snapshot").defer("snapshot__statement"):
        found.setdefault((row.agency_code, row.month), []).append(row)
    return found


def _outcomes(closings: Mapping[tuple[str, date], list[Closing]]) -> dict[Any, Outcome]:
    """The last comparison of each closing."""
    last = [held[-1].pk for held in closings.values()]
    return {row.closing_id: row for row in Outcome.objects.filter(closing__in=last).order_by("at", "pk")}


def _problems(closings: Mapping[tuple[str, date], list[Closing]]) -> dict[Any, Mapping[str, Any]]:
    """Why the national node refused the package of a closing."""
    last = [held[-1].pk for held in closings.values()]
    refused = Outbound.objects.filter(group__in=last, state__in=REFUSED)
    return {group: error or {} for group, error in refused.values_list("group", "last_error") if group}


def latest(agency: str, month: date) -> Closing | None:
    """The last closing of a month that was not refused whole: what a further one takes the place of."""
    return _standing_closings(agency).filter(month=month).order_by("-number").first()


def before(agency: str, month: date) -> Closing | None:
    """The last closing of an earlier month that was not refused whole: what figures are compared with."""
    return _standing_closings(agency).filter(month__lt=month).order_by("-month", "-number").first()


def _standing_closings(agency: str) -> QuerySet[Closing]:
    refused = Outbound.objects.filter(group=OuterRef("pk"), state__in=REFUSED)
    rows = held().filter(~Exists(refused), agency_code=agency)
    return rows.select_related("snapshot", "signature")


def next_number(agency: str, month: date) -> int:
    """The number of a month's next closing."""
    return held().filter(agency_code=agency, month=month).count() + 1


def held() -> QuerySet[Closing]:
    """The closings of this node: at a component those signed here, on the national node those taken."""
    return Closing.objects.filter(package__isnull=settings.CCVC_KIND == "component")
