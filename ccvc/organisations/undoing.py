"""The steps that undo a reorganisation from a later day on, from what it wrote."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from ccvc.organisations.domain.codes import written
from ccvc.organisations.domain.steps import Act, Step
from ccvc.organisations.models import Reorganisation, UnitState
from ccvc.organisations.selectors.units import states
from ccvc.standard.problems import Problem

Said = dict[str, str]


def undoing_steps(done: Reorganisation, on: date) -> list[Step]:
    """Units it ended stand again, units it opened end, the rest is as before. Raises ORG-UNDO-MOVED, ORG-NO-UNIT."""
    return list(_Undoing(done.outcome, on).steps())


class _Undoing:
    def __init__(self, outcome: dict[str, Any], on: date) -> None:
        self.on = on
        self.outcome = outcome
        self.ended: list[Said] = outcome["closed"]
        self.opened: list[Said] = [*outcome["opened"], *outcome["reopened"]]
        self.changed: list[tuple[Said, Said]] = [(was, now) for was, now in outcome["changed"]]
        keys = {one["key"] for one in self.opened} | {now["key"] for _, now in self.changed}
        keys |= {one["parent"] for one in (*self.ended, *(was for was, _ in self.changed), *self.opened)}
        rows = states(on).filter(unit__key__in=keys - {""})
        self.now: dict[str, UnitState] = {str(row.unit.key): row for row in rows}
        self.was: dict[str, str] = {
            one["key"]: one["code"] for one in (*self.ended, *(was for was, _ in self.changed))
        }

    def steps(self) -> Iterator[Step]:
        """Every step."""
        for one in self.ended:
            yield Step(
                Act.REOPEN,
                key=one["key"],
                code=one["code"],
                name=one["name"],
                parent_code=self._code(one["parent"]),
                administrative_code=one["administrative_code"],
            )
        for was, now in self.changed:
            yield from self._back(was, self._unmoved(now))
        heirs = {after: before for before, after in reversed(self.outcome["heirs"])}
        for one in self.opened:
            into = self._code(heirs.get(one["key"]) or one["parent"])
            yield Step(Act.DISSOLVE, unit=self._unmoved(one).code, into=into)

    def _back(self, was: Said, state: UnitState) -> Iterator[Step]:
        parent = str(state.parent.key) if state.parent else ""
        if state.name != was["name"]:
            yield Step(Act.RENAME, unit=state.code, name=was["name"])
        if (state.code, parent) != (was["code"], was["parent"]):
            yield Step(Act.MOVE, unit=state.code, code=was["code"], parent_code=self._code(was["parent"]))

    def _unmoved(self, said: Said) -> UnitState:
        """The state of the day, if it still is what the reorganisation made of the unit."""
        state = self.now.get(said["key"])
        if state is None or (state.code, state.name) != (said["code"], said["name"]):
            raise Problem("ORG-UNDO-MOVED", where="on", unit=said["code"])
        return state

    def _code(self, key: str) -> str:
        """The code a unit will have again, or has."""
        if key in self.was:
            return self.was[key]
        if key not in self.now:
            raise Problem("ORG-NO-UNIT", where="on", unit=key, on=written(self.on))
        return self.now[key].code
