"""Places in the headcount that a decision takes: asked for everyone of it together, held when it is signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ccvc.access.domain import Subject
from ccvc.decisions.kinds import Kind, kind
from ccvc.dossiers.domain import columns
from ccvc.headcount import actions as headcount
from ccvc.headcount.domain import every_line, line_of
from ccvc.headcount.selectors import Arrival, Level, exceeded, room
from ccvc.organisations.actions.records import lock as still_tree
from ccvc.organisations.homes import lineage

if TYPE_CHECKING:
    from ccvc.decisions.grounds import Worked
    from ccvc.decisions.models import Decision

CONDITION = "headcount"
Asked = tuple[int, str, date]
"""A unit, a line, a day."""
Facts = dict[str, Any]


def rooms(meant: Kind, found: Sequence[Worked]) -> list[Facts | None]:
    """For each person what the check of headcount reads: the unit, or the one above, that decides on their place."""
    coming = arrivals(meant, found)
    full = exceeded(one for one in coming if one is not None)
    known: dict[Asked, Facts] = {}
    for one in coming:
        if one is not None and _asked(one) not in known:
            known[_asked(one)] = _facts(_deciding(one, coming, full))
    return [known[_asked(one)] if one is not None else None for one in coming]


def arrivals(meant: Kind, found: Sequence[Worked]) -> list[Arrival | None]:
    """Who comes to a unit of this agency, and on which line; None of whoever does not, or is on no line."""
    if CONDITION not in meant.checks:
        return [None] * len(found)
    return [_arrival(one) for one in found]


def hold(row: Decision, found: Sequence[Worked]) -> None:
    """In the transaction that signs: Problem HC-FULL where a place is not free any more and nobody let it pass."""
    meant = kind(row.kind)
    if CONDITION in meant.checks:
        headcount.hold([one for one in arrivals(meant, found) if one is not None], row.pk)


def keep_still() -> None:
    """No other decision takes a place, and no unit changes, until the transaction ends. Before all other locks."""
    still_tree()


def let_exceed(subject: Subject, row: Decision, found: Sequence[Worked], said: headcount.Authority) -> None:
    """Record beside the figures that a decision may go beyond them; Problem ACC-DENIED, HC-AUTHORITY."""
    coming = [one for one in arrivals(kind(row.kind), found) if one is not None]
    headcount.pass_stops(subject, coming, decision=row.pk, authority=said)


def _arrival(one: Worked) -> Arrival | None:
    if one.unit is None or one.outside or not one.after:
        return None
    held: Mapping[str, Any] = columns(one.after)
    line = line_of(held["category"], held["contract_kind"], one.day)
    person: UUID | None = one.person.person_key if one.before else None
    return Arrival(one.unit.unit_id, line, one.day, person) if line else None


def _asked(one: Arrival) -> Asked:
    return one.unit_id, one.line, one.on


def _deciding(one: Arrival, coming: Sequence[Arrival | None], full: Sequence[Level]) -> Level:
    """The level that is exceeded, else the first with a number, else the unit itself."""
    above = lineage(one.unit_id, one.on)
    stopping = (level for level in full if level.line == one.line and level.unit.unit_id in above)
    if level := next(stopping, None):
        return level
    same = [other for other in coming if other is not None and _asked(other) == _asked(one)]
    people = [other.person for other in same if other.person is not None]
    levels = room(*_asked(one), len(same), people=people).levels
    return next((level for level in levels if level.assigned is not None), levels[0])


def _facts(level: Level) -> Facts:
    label = next((line.label_vi for line in every_line() if line.name == level.line), level.line)
    figures = {name: getattr(level, name) for name in ("assigned", "actual", "promised", "coming")}
    return {"unit": level.unit.name, "line": label, "over": level.beyond, **figures}
