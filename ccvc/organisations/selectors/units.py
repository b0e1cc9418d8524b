"""Reads of units as of a day, and as known at a moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from ccvc.access.domain import EVERYWHERE, Right, Scope, Subject, require
from ccvc.organisations import homes
from ccvc.organisations import tree as walk
from ccvc.organisations.domain import KIND_LABELS, Kind, Period, agency_of, parse_code, written
from ccvc.organisations.homes import belonging
from ccvc.organisations.models import Succession, Unit, UnitState
from ccvc.standard.problems import Problem

DEEPEST = 50


@dataclass(frozen=True, slots=True)
class Node:
    """One unit in a tree."""

    unit_id: int
    key: UUID
    code: str
    name: str
    kind: str
    depth: int
    has_children: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A unit before or after another, as it was on the day it handed over or took over."""

    state: UnitState
    way: str
    on: date
    basis: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """All about one unit as of a day."""

    unit: Unit
    state: UnitState | None
    history: list[UnitState]
    path: list[UnitState]
    children: list[Node]
    predecessors: list[Link]
    successors: list[Link]


def states(on: date, known: datetime | None = None) -> QuerySet[UnitState]:
    """States of the day, as known at a moment (default: now)."""
    return as_known(known).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)


def as_known(known: datetime | None = None) -> QuerySet[UnitState]:
    """States of all days, as known at a moment (default: now)."""
    rows = UnitState.objects.select_related("unit")
    if known is None:
        return rows.filter(known_to__isnull=True)
    return rows.filter(Q(known_to__isnull=True) | Q(known_to__gt=known), known_from__lte=known)


def unit_by_code(code: str, on: date, known: datetime | None = None) -> UnitState | None:
    """The unit that had this electronic code (present or old form) on the day. Raises ORG-CODE."""
    return states(on, known).filter(code=parse_code(code)).first()


def code_on(unit: Unit, on: date) -> str:
    """The code of a unit on a day. Raises ORG-NO-UNIT where it does not stand."""
    last = as_known().filter(unit=unit).order_by("-valid_from").values_list("code", flat=True)
    found = states(on).filter(unit=unit).values_list("code", flat=True).first()
    if found is None:
        raise Problem("ORG-NO-UNIT", where="on", unit=last[0], on=written(on))
    return found


def unit_by_administrative_code(code: str, on: date) -> UnitState | None:
    """The unit that had this administrative code on the day: 15 was Yên Bái, then Lào Cai."""
    return states(on).filter(administrative_code=code).first()


def subtree(codes: Iterable[str], on: date, known: datetime | None = None) -> frozenset[int]:
    """Ids of the units whose people belong on the day in or under those with these codes; as known at a moment.

    Among them closed ones whose people were taken over by these.
    """
    found = states(on, known).filter(code__in=[parse_code(code) for code in codes])
    return belonging(found.values_list("unit_id", flat=True), on, known)


def reach(subject: Subject, right: Right, on: date) -> frozenset[int]:
    """Ids of the units over whose people the subject has the right on the day: those standing, and those closed."""
    return reached(subject.scopes(right), on)


def reached(scopes: Sequence[Scope], on: date) -> frozenset[int]:
    """Ids of the units whose people belong on the day in or under any of these scopes."""
    if any(scope.unit_code == EVERYWHERE for scope in scopes):
        return frozenset(Unit.objects.values_list("id", flat=True))
    granted = walk.roots(scopes, on)
    return belonging(granted, on) if granted else frozenset()


def reach_agencies(subject: Subject, right: Right, on: date) -> frozenset[str]:
    """Level-1 codes of the agencies wholly within reach, for rows that name their agency by its code.

    People of an agency that ended are those of whoever took them over; a code is its last holder's by the day.
    """
    scopes = subject.scopes(right)
    rows = as_known().filter(parent__isnull=True)
    if any(scope.unit_code == EVERYWHERE for scope in scopes):
        return frozenset(agency_of(code) for code in rows.values_list("code", flat=True))
    granted = states(on).filter(unit_id__in=walk.roots(scopes, on)).values_list("unit_id", flat=True)
    held = rows.filter(valid_from__lte=on).order_by("valid_from")
    last = {agency_of(code): unit for code, unit in held.values_list("code", "unit_id")}
    places, within = homes.homes(set(last.values()), on), frozenset(granted)
    return frozenset(code for code, unit in last.items() if places[unit] in within)


def agencies(on: date, known: datetime | None = None) -> list[UnitState]:
    """Ministries, other central bodies and provinces standing on the day, by code."""
    return list(states(on, known).filter(parent__isnull=True).order_by("code"))


def successors(code: str, on: date) -> list[UnitState]:
    """Units that took over from the one with this code on that day, each as it was when it took over."""
    state = unit_by_code(code, on)
    return [link.state for link in _after(state.unit_id)] if state else []


def predecessors(code: str, on: date) -> list[UnitState]:
    """Units that the one with this code on that day took over from, each as it was on its last day."""
    state = unit_by_code(code, on)
    return [link.state for link in _before(state.unit_id)] if state else []


def equivalents(code: str, on: date, at: date) -> list[UnitState]:
    """What stands on the day `at` for the unit with this code on `on`: itself, or what followed it."""
    found = unit_by_code(code, on)
    waiting = {found.unit_id} if found else set()
    seen: set[int] = set()
    while waiting:
        seen |= waiting
        standing = set(states(at).filter(unit_id__in=waiting).values_list("unit_id", flat=True))
        steps = Succession.objects.filter(predecessor_id__in=waiting - standing, on__lte=at)
        waiting = set(steps.values_list("successor_id", flat=True)) - seen
    return list(states(at).filter(unit_id__in=seen).order_by("code"))


def tree(subject: Subject, on: date) -> list[Node]:
    """The units the subject may see on the day, each parent before its children. Raises ACC-DENIED."""
    require(subject, Right.ORGANISATION_SEE)
    sees = sight(subject, on)
    children: dict[int | None, list[UnitState]] = {}
    for row in filter(sees, states(on).order_by("code")):
        children.setdefault(row.parent_id, []).append(row)
    nodes: list[Node] = []
    waiting = [(row, 0) for row in reversed(children.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        below = children.get(row.unit_id, [])
        nodes.append(_node(row, depth, has_children=bool(below)))
        waiting += [(child, depth + 1) for child in reversed(below)]
    return nodes


def branch(subject: Subject, parent: UUID | None, on: date, known: datetime | None = None) -> list[Node]:
    """The units directly under one (under none: the agencies) that the subject may see on the day."""
    require(subject, Right.ORGANISATION_SEE)
    sees, found = sight(subject, on), states(on, known)
    rows = found.filter(parent__key=parent) if parent else found.filter(parent__isnull=True)
    return _nodes(filter(sees, rows.order_by("code")), sees, found)


def granted(subject: Subject, on: date, known: datetime | None = None) -> list[Node]:
    """The units that the subject's grants to see the organisation name, and those that they took over."""
    require(subject, Right.ORGANISATION_SEE)
    named = walk.roots(subject.scopes(Right.ORGANISATION_SEE), on)
    units = named.union(*(homes.taken_in(unit, subject.on) for unit in named))
    found = states(on, known)
    return _nodes(found.filter(unit_id__in=units).order_by("code"), sight(subject, on), found)


def _nodes(
    rows: Iterable[UnitState], sees: Callable[[UnitState], bool], states_then: QuerySet[UnitState]
) -> list[Node]:
    found = list(rows)
    lower = states_then.filter(parent_id__in=[row.unit_id for row in found])
    parents = {row.parent_id for row in filter(sees, lower)}
    return [_node(row, 0, has_children=row.unit_id in parents) for row in found]


def _node(row: UnitState, depth: int, *, has_children: bool) -> Node:
    return Node(row.unit_id, row.unit.key, row.code, row.name, row.unit.kind, depth, has_children)


def sight(subject: Subject, on: date) -> Callable[[UnitState], bool]:
    """Which states of the day the subject sees: within reach then or now, above it, or agencies, whose list is public.

    What a unit of today took over is seen on the days before, too: the province that was merged, with its units.
    """
    scopes = subject.scopes(Right.ORGANISATION_SEE)
    if any(scope.unit_code == EVERYWHERE for scope in scopes):
        return lambda _state: True
    granted = walk.roots(scopes, on)
    seen = walk.below(granted, on) | frozenset(walk.above(granted, on))
    if on != subject.on:
        seen |= reached(scopes, subject.on)
    return lambda state: state.parent_id is None or state.unit_id in seen


def sheet(subject: Subject, key: UUID, on: date, known: datetime | None = None) -> Sheet:
    """One unit as of a day, as known at a moment.

    Raises ACC-DENIED, ORG-UNIT-UNKNOWN (also for a unit the subject may not see), ORG-NOT-KNOWN.
    """
    require(subject, Right.ORGANISATION_SEE)
    unit = Unit.objects.filter(key=key).first()
    if unit is None or not _may_see(subject, unit, on):
        raise Problem("ORG-UNIT-UNKNOWN")
    history = list(as_known(known).filter(unit=unit).order_by("-valid_from"))
    if not history:
        raise Problem("ORG-NOT-KNOWN", where="known")
    return Sheet(
        unit=unit,
        state=next((row for row in history if Period(row.valid_from, row.valid_to).holds(on)), None),
        history=history,
        path=_path(unit.pk, on, known),
        children=branch(subject, unit.key, on, known),
        predecessors=_before(unit.pk, known),
        successors=_after(unit.pk, known),
    )


def _may_see(subject: Subject, unit: Unit, on: date) -> bool:
    if unit.national:
        return True
    scopes = subject.scopes(Right.ORGANISATION_SEE)
    day = max(on, unit.opened_on)
    if any(walk.covers_unit(scopes, unit.pk, one) for one in (day, max(subject.on, unit.opened_on))):
        return True
    return unit.pk in walk.above(walk.roots(scopes, day), day)


def _path(unit_id: int, on: date, known: datetime | None) -> list[UnitState]:
    """The units it stands or last stood under, the highest first."""
    last = as_known(known).filter(valid_from__lte=on).order_by("-valid_from")
    found: list[UnitState] = []
    below = last.filter(unit_id=unit_id).first()
    while below is not None and below.parent_id is not None and len(found) < DEEPEST:
        below = last.filter(unit_id=below.parent_id).first()
        if below is not None and Period(below.valid_from, below.valid_to).holds(on):
            found.insert(0, below)
    return found


def _after(unit_id: int, known: datetime | None = None) -> list[Link]:
    rows = _links(known).filter(predecessor_id=unit_id)
    return [link for row in rows if (link := _link(row, row.successor_id, row.on, known))]


def _before(unit_id: int, known: datetime | None = None) -> list[Link]:
    rows = _links(known).filter(successor_id=unit_id)
    before = timedelta(days=1)
    return [link for row in rows if (link := _link(row, row.predecessor_id, row.on - before, known))]


def _links(known: datetime | None) -> QuerySet[Succession]:
    rows = Succession.objects.order_by("on", "pk")
    return rows if known is None else rows.filter(known_from__lte=known)


def _link(row: Succession, other: int, day: date, known: datetime | None) -> Link | None:
    state = states(day, known).filter(unit_id=other).first()
    if state is None:
        return None
    return Link(state, str(Succession.Way(row.kind).label), row.on, row.basis, row.certainty)


def kind_label(kind: str) -> str:
    """The name of a kind of unit in the language of the page."""
    return str(KIND_LABELS[Kind(kind)])


def first_root(scopes: Sequence[Scope], on: date) -> int | None:
    """Id of a unit the first of these scopes was granted on; None where it names none."""
    return min(walk.roots(scopes[:1], on), default=None)


def above(scopes: Sequence[Scope], on: date) -> frozenset[int]:
    """Ids of the units these scopes were granted on, and of all they stand or last stood under."""
    return frozenset(walk.above(walk.roots(scopes, on), on))


def lineage(unit_id: int, on: date) -> list[int]:
    """Ids of the unit where the people of this one belong, and all it stands or last stood under, nearest first."""
    return homes.lineage(unit_id, on)
