"""What the steps of a reorganisation make of a tree on their day, or everything that is wrong with them. Pure.

The steps are one act: their order says nothing. Codes of units that change are read in the tree as it would stand on
the day without them; codes of what they become, go into or stand under, in the tree they make, and where no unit of
it has the code, of the one that had it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from ccvc.organisations.domain.codes import agency_of, check_placed, is_below, written
from ccvc.organisations.domain.steps import CLOSING, END, REST, Act, Step
from ccvc.standard.problems import Problem

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit as it stands on a day; one not yet written has a negative id. `ends`: its last day, where known."""

    unit: int
    code: str
    name: str
    kind: str
    parent: int | None
    administrative_code: str = ""
    opened_on: date = date.min
    ends: date | None = None
    national: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """The tree of the day without the steps, and what stands in their way later.

    `later`: first later change of a unit; `taken`: units that will have a code; `gone`: closed units by key.
    """

    on: date
    standing: Sequence[Standing]
    later: Mapping[int, date] = field(default_factory=dict)
    taken: Mapping[str, tuple[int, date]] = field(default_factory=dict)
    gone: Mapping[str, Standing] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """Who takes over from whom; `people`: those not named belong to it from the day on; `positions`: so do those."""

    before: int
    after: int
    way: str
    people: bool
    positions: bool = True


@dataclass(frozen=True, slots=True)
class Named:
    """People of a unit who go elsewhere than the rest, by their numbers."""

    before: int
    after: int
    numbers: tuple[str, ...]


@dataclass(slots=True)
class Plan:
    """What is written: units opened, standing again, changed (before, after), closed; links; people named."""

    opened: list[Standing] = field(default_factory=list)
    reopened: list[Standing] = field(default_factory=list)
    changed: list[tuple[Standing, Standing]] = field(default_factory=list)
    closed: list[Standing] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)
    over: frozenset[int] = frozenset()
    faults: list[tuple[int, Problem]] = field(default_factory=list)

    def touched(self) -> Iterator[int]:
        """Ids of the units it changes, ends, opens again."""
        yield from (one.unit for one in (*self.closed, *self.reopened))
        yield from (before.unit for before, _ in self.changed)


def plan(known: Known, steps: Sequence[Step]) -> Plan:
    """The plan of these steps; with faults it must not be carried out."""
    planner = _Planner(known)
    for number, step in enumerate(steps, start=1):
        planner.hear(number, step)
    return planner.result()


class _Planner:
    def __init__(self, known: Known) -> None:
        self.known = known
        self.units = {one.unit: one for one in known.standing}
        self.codes = {one.code: one for one in known.standing}
        self.after = dict(self.units)
        self.closing: dict[int, list[tuple[int, Step]]] = defaultdict(list)
        self.parting: list[tuple[int, Step, int]] = []
        self.named: dict[int, int] = {}
        self.placed: dict[int, tuple[int, Step]] = {}
        self.reopened: set[int] = set()
        self.plan = Plan()

    def fault(self, number: int, problem: Problem) -> None:
        self.plan.faults.append((number, problem))

    def hear(self, number: int, step: Step) -> None:
        """Take one step in, as far as it can be told alone."""
        if step.act is Act.OPEN:
            self._place(number, step, -len(self.placed) - 1)
        elif step.act is Act.REOPEN:
            self._reopen(number, step)
        elif (unit := self._unit(number, step)) is not None:
            self._touch(number, step, unit)

    def _unit(self, number: int, step: Step) -> Standing | None:
        unit = self.codes.get(step.unit)
        if unit is None:
            on = written(self.known.on)
            self.fault(number, Problem("ORG-NO-UNIT", where="unit", unit=step.unit, on=on))
        elif unit.national:
            self.fault(number, Problem("ORG-NATIONAL", where="unit", unit=step.unit))
        else:
            return unit
        return None

    def _place(self, number: int, step: Step, unit: int) -> None:
        self.placed[unit] = number, step
        self.after[unit] = Standing(
            unit, step.code, step.name, step.kind, None, step.administrative_code, self.known.on
        )

    def _reopen(self, number: int, step: Step) -> None:
        gone = self.known.gone.get(step.key)
        if gone is None:
            self.fault(number, Problem("ORG-STANDS", where="unit", unit=step.code))
            return
        self._place(number, replace(step, kind=gone.kind), gone.unit)
        self.reopened.add(gone.unit)

    def _touch(self, number: int, step: Step, unit: Standing) -> None:
        """An act on a unit that stands: it ends, gives a part away, or goes on under another name or elsewhere."""
        twice = False
        if step.act in CLOSING:
            others = self.closing[unit.unit]
            twice = bool(others) and (step.act is not Act.SPLIT or others[0][1].act is not Act.SPLIT)
            others.append((number, step))
        elif step.act is Act.SEPARATE:
            self.parting.append((number, step, unit.unit))
        elif step.act is Act.RENAME:
            twice = unit.unit in self.named
            self.named[unit.unit] = number
            self.after[unit.unit] = replace(self.after[unit.unit], name=step.name)
        else:
            twice = unit.unit in self.placed
            self.placed[unit.unit] = number, step
        if twice:
            self.fault(number, Problem("ORG-STEP-TWICE", where="unit", unit=unit.code))

    def result(self) -> Plan:
        for unit, steps in self.closing.items():
            self._close(unit, steps)
        self._recode()
        by_code = self._by_code()
        self._settle_parents(by_code)
        self._follow(by_code)
        self._compare()
        self._check_left()
        self.plan.faults.sort(key=lambda fault: fault[0])
        return self.plan

    def _close(self, unit: int, steps: list[tuple[int, Step]]) -> None:
        number, first = steps[0]
        closed = self.units[unit]
        if unit in self.named or unit in self.placed or any(other == unit for _, _, other in self.parting):
            self.fault(number, Problem("ORG-STEP-TWICE", where="unit", unit=closed.code))
            self.placed.pop(unit, None)
        if closed.opened_on >= self.known.on:
            opened = written(closed.opened_on)
            self.fault(number, Problem("ORG-OPENS-LATER", where="unit", unit=closed.code, opened=opened))
        if first.act is Act.SPLIT and sum(step.people == REST for _, step in steps) != 1:
            self.fault(number, Problem("ORG-SPLIT-REST", where="people", unit=closed.code))
        self.plan.closed.append(closed)
        del self.after[unit]

    def _recode(self) -> None:
        """Codes from the day on: a unit written below one that gets another code follows it."""
        for one in sorted(self.known.standing, key=lambda row: row.code.count(".")):
            if one.unit not in self.after:
                continue
            _, step = self.placed.get(one.unit, (0, None))
            parent = self.units.get(one.parent) if one.parent is not None else None
            code = one.code
            if step is not None:
                code = step.code or code
            elif parent is not None and parent.unit in self.after and is_below(code, parent.code):
                code = self.after[parent.unit].code + code.removeprefix(parent.code)
            if code != one.code:
                self.after[one.unit] = replace(self.after[one.unit], code=code)

    def _number(self, unit: int) -> int:
        """The step that speaks of a unit; 0 where it only follows another."""
        return self.placed[unit][0] if unit in self.placed else self.named.get(unit, 0)

    def _by_code(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for unit, one in self.after.items():
            other = found.setdefault(one.code, unit)
            if other != unit:
                number = max(self._number(unit), self._number(other))
                self.fault(number, self._taken(one.code, self.after[other].name, self.known.on))
        return found

    @staticmethod
    def _taken(code: str, name: str, since: date) -> Problem:
        return Problem("ORG-CODE-TAKEN", where="code", unit=code, name=name, since=written(since))

    def _settle_parents(self, by_code: Mapping[str, int]) -> None:
        over: set[int] = set()
        for unit, (number, step) in self.placed.items():
            parent = self._going_on(by_code, step.parent_code)
            if parent is None:
                on = written(self.known.on)
                problem = Problem("ORG-NO-UNIT", where="parent_code", unit=step.parent_code, on=on)
                self.fault(number, problem)
                continue
            over.add(parent)
            self.after[unit] = replace(self.after[unit], parent=parent)
            if (ends := self.after[parent].ends) is not None:
                problem = Problem(
                    "ORG-PARENT-ENDS", where="parent_code", unit=step.parent_code, last=written(ends)
                )
                self.fault(number, problem)
        self.plan.over = frozenset(unit for unit in over if unit > 0)
        for unit in self.placed:
            self._check_place(unit)

    def _going_on(self, by_code: Mapping[str, int], code: str) -> int | None:
        """The unit with this code from the day on; else the one that had it and goes on under another."""
        before = self.codes.get(code)
        return by_code.get(code, before.unit if before and before.unit in self.after else None)

    def _check_place(self, unit: int) -> None:
        one, number = self.after[unit], self._number(unit)
        if one.parent is None:
            return
        parent = self.after[one.parent]
        if unit in self._above(unit):
            problem = Problem("ORG-INTO-ITSELF", where="parent_code", unit=one.code, parent=parent.code)
            self.fault(number, problem)
            return
        try:
            check_placed(one.code, parent.code)
        except Problem as problem:
            self.fault(number, problem)

    def _above(self, unit: int) -> set[int]:
        found: set[int] = set()
        step = self.after[unit].parent
        while step is not None and step not in found and step in self.after:
            found.add(step)
            step = self.after[step].parent
        return found

    def _follow(self, by_code: Mapping[str, int]) -> None:
        """Who takes over, and which people are named to go there."""
        leaving = [(number, step, unit) for unit, rows in self.closing.items() for number, step in rows]
        met: set[tuple[int, int]] = set()
        for number, step, unit in (*leaving, *self.parting):
            after = self._going_on(by_code, step.into)
            if after is None or after == unit:
                on = written(self.known.on)
                self.fault(number, Problem("ORG-NO-UNIT", where="into", unit=step.into, on=on))
                continue
            if (unit, after) in met:
                self.fault(number, Problem("ORG-STEP-TWICE", where="into", unit=step.unit))
                continue
            met.add((unit, after))
            self._link(step, unit, after)

    def _link(self, step: Step, unit: int, after: int) -> None:
        way = "split" if step.act in {Act.SPLIT, Act.SEPARATE} else "merge"
        rest = step.act in {Act.MERGE, Act.DISSOLVE} or (step.act is Act.SPLIT and step.people == REST)
        follow = rest and step.positions != END
        self.plan.links.append(Link(unit, after, way, people=rest, positions=follow))
        if after > 0:
            self.plan.over |= {after}
        if step.named:
            self.plan.named.append(Named(unit, after, step.named))

    def _compare(self) -> None:
        for unit, one in sorted(self.after.items(), key=lambda row: row[1].code):
            if unit < 0:
                self.plan.opened.append(one)
            elif unit in self.reopened:
                self.plan.reopened.append(one)
            elif one != self.units[unit]:
                self.plan.changed.append((self.units[unit], one))
        fresh = {one.unit: one.code for one in (*self.plan.opened, *self.plan.reopened)}
        fresh |= {after.unit: after.code for before, after in self.plan.changed if after.code != before.code}
        for unit, code in fresh.items():
            holder, since = self.known.taken.get(code, (unit, self.known.on))
            if holder != unit:
                self.fault(self._number(unit), self._taken(code, "…", since))
        for unit in self.plan.touched():
            if later := self.known.later.get(unit):
                code = (self.units.get(unit) or self.after[unit]).code
                problem = Problem("ORG-LATER", where="unit", unit=code, later=written(later))
                self.fault(self._number_of(unit), problem)

    def _number_of(self, unit: int) -> int:
        return self.closing[unit][0][0] if unit in self.closing else self._number(unit)

    def _check_left(self) -> None:
        """Nobody is left under nothing: not under what ends, nor in an agency the steps touch."""
        agencies = {agency_of(code) for code in self._codes_touched()}
        ended = {one.unit for one in self.plan.closed}
        left: dict[int, list[str]] = defaultdict(list)
        for one in self.after.values():
            if one.parent is None or one.parent in self.after:
                continue
            if one.parent in ended or agency_of(one.code) in agencies:
                left[one.parent].append(one.code)
        for parent, codes in left.items():
            number = self._number_of(parent) if parent in ended else 0
            told = ", ".join(sorted(codes)[:SHOWN]) + (" …" if len(codes) > SHOWN else "")
            self.fault(number, Problem("ORG-LEFT-UNDER", count=len(codes), units=told))

    def _codes_touched(self) -> Iterable[str]:
        yield from (one.code for one in self.plan.closed)
        yield from (before.code for before, _ in self.plan.changed)
