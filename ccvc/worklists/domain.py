"""The lists as declared, the days they ask of a milestone, and what a number of people comes to. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import msgspec

from ccvc.rules.milestones import Milestone
from ccvc.rules.parameters import Parameter, parameter
from ccvc.rules.raises import Standing
from ccvc.standard.problems import Language, Problem
from ccvc.standard.quality.case import later

FILE = Path(__file__).parent / "data" / "lists.toml"
PERIODS = ("q", "q1", "1", "3", "6", "12", "24")
"""What a list may be asked for: to the end of this quarter or the next, or so many months from the day."""
QUARTER = 3


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What has to be done so long before the day, by a parameter of the rules."""

    parameter: str
    label_vi: str
    label_en: str

    def by(self, day: date) -> date:
        """The last day for it."""
        return _before(day, parameter(self.parameter, day))


class WorkList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One list of ``data/lists.toml``: what its keys mean is said there."""

    name: str
    topic: str
    period: str
    label_vi: str
    label_en: str
    next_vi: str
    next_en: str
    reads: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    ahead: str = ""
    decision: str = ""
    passes: bool = False
    told: bool = False
    upwards_after: int = 0
    step: tuple[Step, ...] = ()

    def label(self, language: Language = "vi") -> str:
        """What people call it."""
        return self.label_vi if language == "vi" else self.label_en

    def band(self, on: date, period: str = "") -> Band:
        """The days a milestone must fall on to be in the list asked for on a day, for one of PERIODS."""
        until = until_of(period or self.period, on)
        if not self.ahead:
            return Band(None, until)
        return Band(until, later(until, parameter(self.ahead, on).value))

    def speaks_of(self, one: Milestone) -> bool:
        """Whether a milestone is of the list's topic and kind; one nobody can tell is of every kind."""
        return one.topic == self.topic and (not self.kinds or not one.kind or one.kind in self.kinds)

    def missed(self, last: date | None, on: date) -> bool:
        """Whether the day has passed without a decision, where one is needed."""
        return not self.passes and last is not None and last < on


@dataclass(frozen=True, slots=True)
class Band:
    """Days from after one (None: from ever) to another, that one included."""

    after: date | None
    until: date

    def standing(self, one: Milestone) -> Standing:
        """Whether a milestone falls in, does not, or may."""
        if self.after is not None and one.standing(self.after) == "due":
            return "not_due"
        found = one.standing(self.until)
        if found == "due" and self.after is not None and one.first is not None and one.first <= self.after:
            return "cannot_tell"
        return found


def standing(found: Iterable[Milestone], band: Band) -> Standing:
    """What a person's milestones come to: due if any is, else not to be told if any cannot, else not due."""
    told = {band.standing(one) for one in found}
    return "due" if "due" in told else "cannot_tell" if "cannot_tell" in told else "not_due"


@dataclass(frozen=True, slots=True)
class Totals:
    """How the people within reach stand to a list: the three together are everyone.

    `waiting` of the undecided were not computed since their dossier or the rules changed; `missed` and `upwards` are
    among the due. `computed_on` is the oldest day a milestone was computed on, None where none was.
    """

    people: int
    due: int
    cannot_tell: int
    missed: int = 0
    upwards: int = 0
    waiting: int = 0
    computed_on: date | None = None

    @property
    def not_due(self) -> int:
        """Everyone else."""
        return self.people - self.due - self.cannot_tell


def until_of(period: str, on: date) -> date:
    """The last day of one of PERIODS."""
    if not period.startswith("q"):
        return later(on, int(period))
    begun = date(on.year, (on.month - 1) // QUARTER * QUARTER + 1, 1)
    return later(begun, QUARTER * (2 if period == "q1" else 1)) - timedelta(days=1)


def _before(day: date, told: Parameter) -> date:
    if told.unit == "months":
        return later(day, -told.value)
    return day - timedelta(days=told.value)


@cache
def lists() -> tuple[WorkList, ...]:
    """Every list, in the order of the file."""
    declared = tomllib.loads(FILE.read_text("utf-8"))["list"]
    return msgspec.convert(declared, tuple[WorkList, ...])


def list_named(name: str) -> WorkList:
    """The list of a name; Problem WRK-UNKNOWN."""
    found = next((one for one in lists() if one.name == name), None)
    if found is None:
        raise Problem("WRK-UNKNOWN", name=name[:60])
    return found
