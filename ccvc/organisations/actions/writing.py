"""Writing a plan: states ended and written, units opened and closed, who follows whom; in a handful of statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from ccvc.organisations.domain.planning import Plan, Standing
from ccvc.organisations.models import Reassignment, Reorganisation, Succession, Unit, UnitState
from ccvc.organisations.selectors.foreseeing import Foreseen, keys_of
from ccvc.organisations.selectors.units import states

DAY = timedelta(days=1)
BATCH = 1000
COPIED = (
    "unit_id",
    "parent_id",
    "code",
    "name",
    "administrative_code",
    "valid_from",
    "valid_to",
    "basis",
    "certainty",
)
Outcome = dict[str, Any]


def carry_out(made: Reorganisation, foreseen: Foreseen) -> Outcome:
    """Write the plan; what is needed to undo it. Knows no rights: whoever calls has judged the plan under the lock."""
    planned, on = foreseen.plan, made.on
    ids = _open(planned, on)
    now = timezone.now()
    rows = list(_rows(planned, made, ids))
    for row in rows:
        row.known_from = now
    _end(planned, on, now)
    UnitState.objects.bulk_create(rows, batch_size=BATCH)
    _date(planned, on)
    _link(planned, made, ids, now)
    Reassignment.objects.bulk_create(
        (
            Reassignment(
                reorganisation=made, person=one.person, before_id=one.before, after_id=ids(one.after)
            )
            for one in foreseen.assigned
        ),
        batch_size=BATCH,
    )
    return outcome(planned, ids)


class _Ids:
    """Ids of units, those just opened too."""

    def __init__(self, fresh: Mapping[int, int]) -> None:
        self.fresh = fresh

    def __call__(self, unit: int) -> int:
        return self.fresh.get(unit, unit)


def _open(planned: Plan, on: date) -> _Ids:
    units = [Unit(kind=one.kind, opened_on=on) for one in planned.opened]
    Unit.objects.bulk_create(units, batch_size=BATCH)
    return _Ids({one.unit: unit.pk for one, unit in zip(planned.opened, units, strict=True)})


def _rows(planned: Plan, made: Reorganisation, ids: _Ids) -> Iterator[UnitState]:
    """The states written: what a unit was until the day before, and what it is from the day on."""
    held = {row.unit_id: row for row in states(made.on).filter(unit_id__in=list(planned.touched()))}
    for one in planned.closed:
        yield from _until(held[one.unit], made.on)
    for before, after in planned.changed:
        yield from _until(held[before.unit], made.on)
        yield _from(after, made, ids, held[before.unit].valid_to)
    for one in (*planned.opened, *planned.reopened):
        yield _from(one, made, ids, None)


def _until(state: UnitState, on: date) -> Iterator[UnitState]:
    if state.valid_from < on:
        kept = {name: getattr(state, name) for name in COPIED}
        yield UnitState(**{**kept, "valid_to": on - DAY})


def _from(one: Standing, made: Reorganisation, ids: _Ids, last: date | None) -> UnitState:
    return UnitState(
        unit_id=ids(one.unit),
        code=one.code,
        name=one.name,
        parent_id=None if one.parent is None else ids(one.parent),
        administrative_code=one.administrative_code,
        valid_from=made.on,
        valid_to=last,
        basis=made.basis,
    )


def _end(planned: Plan, on: date, now: datetime) -> None:
    """What was known of the units from the day on is known no longer."""
    touched = [*(one.unit for one in planned.closed), *(before.unit for before, _ in planned.changed)]
    held = states(on).filter(unit_id__in=touched).values("pk")
    UnitState.objects.filter(pk__in=held).update(known_to=now)


def _date(planned: Plan, on: date) -> None:
    Unit.objects.filter(pk__in=[one.unit for one in planned.closed]).update(closed_on=on - DAY)
    Unit.objects.filter(pk__in=[one.unit for one in planned.reopened]).update(closed_on=None)


def _link(planned: Plan, made: Reorganisation, ids: _Ids, now: datetime) -> None:
    Succession.objects.bulk_create(
        (
            Succession(
                predecessor_id=link.before,
                successor_id=ids(link.after),
                kind=Succession.Way(link.way),
                on=made.on,
                basis=made.basis,
                people=link.people,
                positions=link.positions,
                known_from=now,
            )
            for link in planned.links
        ),
        batch_size=BATCH,
    )


def outcome(planned: Plan, ids: _Ids) -> Outcome:
    """Keys of the units and what they were, from which a later reorganisation undoes this one."""
    units = [*planned.closed, *planned.reopened, *planned.opened]
    every = [one for pair in planned.changed for one in pair] + units
    heirs = [(link.before, ids(link.after)) for link in planned.links if link.people]
    met = {ids(unit) for one in every for unit in (one.unit, one.parent or 0)}
    keys = keys_of(met | {unit for pair in heirs for unit in pair})

    def said(one: Standing) -> dict[str, str]:
        parent = "" if one.parent is None else keys[ids(one.parent)]
        told = {"key": keys[ids(one.unit)], "code": one.code, "name": one.name, "parent": parent}
        return told | {"administrative_code": one.administrative_code}

    return {
        "closed": [said(one) for one in planned.closed],
        "opened": [said(one) for one in planned.opened],
        "reopened": [said(one) for one in planned.reopened],
        "changed": [[said(before), said(after)] for before, after in planned.changed],
        "heirs": [[keys[before], keys[after]] for before, after in heirs],
    }
