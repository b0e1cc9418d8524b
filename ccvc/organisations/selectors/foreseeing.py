"""What a reorganisation would make of the tree and of people: the same for its page and for the act."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from ccvc.organisations.domain.planning import Known, Named, Plan, Standing, plan
from ccvc.organisations.domain.steps import Step
from ccvc.organisations.homes import homes
from ccvc.organisations.models import Unit, UnitState
from ccvc.organisations.people import people
from ccvc.organisations.selectors.positions import position_units
from ccvc.organisations.selectors.units import as_known, states
from ccvc.standard.problems import Problem

SHOWN = 5
MOST_FAULTS = 10
COLUMNS = (
    "unit_id",
    "code",
    "name",
    "unit__kind",
    "parent_id",
    "administrative_code",
    "unit__opened_on",
    "unit__closed_on",
    "unit__national",
)


@dataclass(frozen=True, slots=True)
class Assigned:
    """Somebody named to go elsewhere than the rest of their unit."""

    person: UUID
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Positions:
    """How many job positions of units that end follow their people, and how many end with their unit."""

    following: int
    ending: int


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The plan, how many people belong to each unit before and after, who needs a decision of their own.

    `digest` is of all that would be written; `faults` name a step each, 0 none.
    """

    on: date
    plan: Plan
    before: Mapping[int, int]
    after: Mapping[int, int]
    assigned: Sequence[Assigned]
    faults: Sequence[tuple[int, Problem]]
    digest: str
    standing: Sequence[Standing] = ()
    positions: Positions = Positions(0, 0)

    @property
    def affected(self) -> int:
        """How many belong to a unit that ends, goes elsewhere or is called otherwise."""
        return sum(self.before.get(unit, 0) for unit in self.plan.touched())

    def figures(self) -> dict[str, Any]:
        """Its size, and the digest of all it would write, for programs."""
        return {
            "digest": self.digest,
            "opened": len(self.plan.opened),
            "reopened": len(self.plan.reopened),
            "changed": len(self.plan.changed),
            "closed": len(self.plan.closed),
            "people": self.affected,
            "assigned": len(self.assigned),
            "positions_following": self.positions.following,
            "positions_ending": self.positions.ending,
        }

    def refuse_faulty(self) -> None:
        """Problem ORG-PLAN-FAULTY with every step that cannot be."""
        if self.faults:
            raise Problem("ORG-PLAN-FAULTY", where="steps", count=len(self.faults), faults=told(self.faults))


def told(faults: Sequence[tuple[int, Problem]]) -> str:
    """The first faults, each with the number of its step."""
    lines = [f"Việc {number}: {problem}" if number else str(problem) for number, problem in faults]
    more = [f"và {len(lines) - MOST_FAULTS} lỗi khác"] if len(lines) > MOST_FAULTS else []
    return " · ".join([*lines[:MOST_FAULTS], *more])


def foresee(on: date, steps: Sequence[Step]) -> Foreseen:
    """What these steps would make of the tree of the day, as it is known now."""
    tree = known(on, [step.key for step in steps if step.key])
    planned = plan(tree, steps)
    counts = people().count()
    places = homes(counts, on)
    before: Counter[int] = Counter()
    for unit, number in counts.items():
        before[places[unit]] += number
    assigned, strange = _assigned(planned.named, places, on)
    faults = [*planned.faults, *((0, problem) for problem in strange)]
    after = _after(planned, counts, places, assigned)
    digest = _digest(on, planned, assigned)
    positions = _positions(planned, on)
    return Foreseen(on, planned, before, after, assigned, faults, digest, tree.standing, positions)


def _positions(planned: Plan, on: date) -> Positions:
    """What becomes of the job positions of units that end."""
    counts = position_units(on)
    followed = {link.before for link in planned.links if link.people and link.positions}
    ended = [one.unit for one in planned.closed]
    following = sum(counts[unit] for unit in ended if unit in followed)
    return Positions(following, sum(counts[unit] for unit in ended) - following)


def known(on: date, keys: Iterable[str] = ()) -> Known:
    """The tree of the day and what stands in the way of changing it; the units with these keys that do not stand."""
    standing = [Standing(*row) for row in states(on).values_list(*COLUMNS)]
    later: dict[int, date] = {}
    taken: dict[str, tuple[int, date]] = {}
    coming = as_known().filter(valid_from__gt=on).order_by("-valid_from")
    for unit, code, since in coming.values_list("unit_id", "code", "valid_from"):
        later[unit] = since
        taken[code] = unit, since
    return Known(on, standing, later, taken, _gone(keys, {one.unit for one in standing}))


def _gone(keys: Iterable[str], standing: set[int]) -> dict[str, Standing]:
    rows = as_known().filter(unit__key__in=list(keys)).exclude(unit_id__in=standing).order_by("valid_from")
    return {str(row.unit.key): _last(row) for row in rows}


def _last(row: UnitState) -> Standing:
    unit = row.unit
    return Standing(
        unit.pk, row.code, row.name, unit.kind, row.parent_id, row.administrative_code, unit.opened_on
    )


def _assigned(
    named: Sequence[Named], places: Mapping[int, int], on: date
) -> tuple[list[Assigned], list[Problem]]:
    """Whoever is named, and the numbers that are not of people of their unit."""
    if not named:
        return [], []
    found = people().whose({number for row in named for number in row.numbers})
    places = {**places, **homes({unit for _, unit in found.values()} - set(places), on)}
    times = Counter(number for row in named for number in row.numbers)
    assigned: list[Assigned] = []
    strange: defaultdict[int, list[str]] = defaultdict(list)
    for row in named:
        for number in row.numbers:
            key, unit = found.get(number, (None, 0))
            if key is None or places[unit] != row.before or times[number] > 1:
                strange[row.before].append(number)
            else:
                assigned.append(Assigned(key, row.before, row.after))
    return assigned, [_not_of(unit, numbers) for unit, numbers in strange.items()]


def _not_of(unit: int, numbers: Sequence[str]) -> Problem:
    code = as_known().filter(unit_id=unit).order_by("-valid_from").values_list("code", flat=True)[0]
    shown = ", ".join(number[:12] for number in numbers[:SHOWN])
    return Problem("ORG-PEOPLE-NAMED", where="people", count=len(numbers), unit=code, numbers=shown)


def _after(
    planned: Plan, counts: Mapping[int, int], places: Mapping[int, int], assigned: Sequence[Assigned]
) -> dict[int, int]:
    """People by unit from the day on: back where a unit stands again, else with whoever takes over, or where named."""
    heirs = {link.before: link.after for link in planned.links if link.people}
    back = _returning(planned, counts)
    after: Counter[int] = Counter()
    for unit, number in counts.items():
        place = places[unit]
        after[back.get(unit) or heirs.get(place, place)] += number
    for one in assigned:
        after[heirs.get(one.before, one.before)] -= 1
        after[one.after] += 1
    return after


def _returning(planned: Plan, counts: Mapping[int, int]) -> dict[int, int]:
    """By the unit of their dossiers, the unit standing again to which people belonged on its last day."""
    again = [one.unit for one in planned.reopened]
    ends = dict(Unit.objects.filter(pk__in=again).values_list("pk", "closed_on"))
    found: dict[int, int] = {}
    for last in {end for end in ends.values() if end is not None}:
        places = homes(counts, last)
        found |= {unit: place for unit, place in places.items() if ends.get(place) == last}
    return found


def _digest(on: date, planned: Plan, assigned: Sequence[Assigned]) -> str:
    """SHA-256 over all that would be written, in an order of its own."""
    units = (*planned.opened, *planned.reopened, *planned.closed, *(after for _, after in planned.changed))
    said = {
        "on": on.isoformat(),
        "units": sorted([*map(_said, units)], key=json.dumps),
        "closed": sorted(one.unit for one in planned.closed),
        "links": sorted([one.before, one.after, one.way, one.people, one.positions] for one in planned.links),
        "people": sorted([str(one.person), one.before, one.after] for one in assigned),
    }
    return sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _said(one: Standing) -> list[Any]:
    return [one.unit, one.code, one.name, one.kind, one.parent, one.administrative_code]


def keys_of(units: Iterable[int]) -> dict[int, str]:
    """Keys of units."""
    found = Unit.objects.filter(pk__in=[unit for unit in units if unit > 0])
    return {pk: str(key) for pk, key in found.values_list("pk", "key")}
