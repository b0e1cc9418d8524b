"""The steps that undo a reorganisation from a later day on, from what it wrote."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from ccvc.organisations.domain.codes import is_below, written
from ccvc.organisations.domain.steps import Act, Step
from ccvc.organisations.homes import homes
from ccvc.organisations.models import Reorganisation, Unit, UnitState
from ccvc.organisations.selectors.units import states
from ccvc.standard.problems import Problem

Said = dict[str, str]


def undoing_steps(done: Reorganisation, on: date) -> list[Step]:
    """Units it ended stand again, units it opened end, the rest is as before. Raises ORG-UNDO-MOVED, ORG-NO-UNIT."""
    return list(_Undoing(done.outcome, on).steps())


class _Undoing:
    """Where a unit stood under one that another decision ended, such as a province that was merged, it stands under
    whoever took that one over; a code that is not written below its parent's then follows behind it.
    """

    def __init__(self, outcome: dict[str, Any], on: date) -> None:
        self.on = on
        self.outcome = outcome
        self.ended: list[Said] = outcome["closed"]
        self.opened: list[Said] = [*outcome["opened"], *outcome["reopened"]]
        self.changed: list[tuple[Said, Said]] = [(was, now) for was, now in outcome["changed"]]
        self.was: dict[str, Said] = {
            one["key"]: one for one in (*self.ended, *(was for was, _ in self.changed))
        }
        heirs = {key for pair in outcome["heirs"] for key in pair}
        keys = heirs | {one["parent"] for one in (*self.was.values(), *self.opened)} | set(self.was)
        keys |= {one["key"] for one in self.opened}
        self.now: dict[str, UnitState] = {}
        self.after: dict[str, str] = {}
        self._look(keys - {""})

    def _look(self, keys: set[str]) -> None:
        """States of the day by key; of a unit that another decision ended who took it over."""
        rows = states(self.on).filter(unit__key__in=keys)
        self.now = {str(row.unit.key): row for row in rows}
        gone = keys - self.now.keys() - self.was.keys()
        ids = {pk: str(key) for pk, key in Unit.objects.filter(key__in=gone).values_list("pk", "key")}
        places = homes(ids, self.on)
        for row in states(self.on).filter(unit_id__in=places.values()):
            heir = str(row.unit.key)
            self.now[heir] = row
            self.after |= {ids[unit]: heir for unit, place in places.items() if place == row.unit_id}

    def steps(self) -> Iterator[Step]:
        """Every step."""
        for one in self.ended:
            yield Step(
                Act.REOPEN,
                key=one["key"],
                code=self._code(one["key"]),
                name=one["name"],
                parent_code=self._code(self._above(one)),
                administrative_code=one["administrative_code"],
            )
        for was, now in self.changed:
            yield from self._back(was, self._unmoved(now))
        heirs = {after: before for before, after in reversed(self.outcome["heirs"])}
        for one in self.opened:
            into = self._code(heirs.get(one["key"]) or self._above(one))
            yield Step(Act.DISSOLVE, unit=self._unmoved(one).code, into=into)

    def _back(self, was: Said, state: UnitState) -> Iterator[Step]:
        parent = str(state.parent.key) if state.parent else ""
        code, above = self._code(was["key"]), self._above(was)
        if state.name != was["name"]:
            yield Step(Act.RENAME, unit=state.code, name=was["name"])
        if (state.code, parent) != (code, above):
            yield Step(Act.MOVE, unit=state.code, code=code, parent_code=self._code(above))

    def _unmoved(self, said: Said) -> UnitState:
        """The state of the day, if it still is what the reorganisation made of the unit."""
        state = self.now.get(said["key"])
        if state is None or (state.code, state.name) != (said["code"], said["name"]):
            raise Problem("ORG-UNDO-MOVED", where="on", unit=said["code"])
        return state

    def _above(self, said: Said) -> str:
        """Key of what a unit is to stand under: as it did, or who took that over."""
        return self.after.get(said["parent"], said["parent"])

    def _code(self, key: str) -> str:
        """The code a unit will have again, or has."""
        said = self.was.get(key)
        if said is None:
            if key not in self.now:
                raise Problem("ORG-NO-UNIT", where="on", unit=key, on=written(self.on))
            return self.now[key].code
        if not said["parent"]:
            return said["code"]
        above = self._code(self._above(said))
        before = self.was.get(said["parent"], {}).get("code", above)
        if is_below(said["code"], above):
            return said["code"]
        rest = said["code"].removeprefix(f"{before}.") if is_below(said["code"], before) else said["code"]
        return f"{above}.{rest}"
