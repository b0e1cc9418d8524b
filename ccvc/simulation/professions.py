"""What the data files say about professions, activities and posts, ready for drawing."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ccvc.simulation.pay import Rank, rank
from ccvc.simulation.places import home_province
from ccvc.simulation.units import LEADING_OFFICE, Activity, UnitSpec
from ccvc.simulation.wheels import FOLDER, parse_weights, rows, wheel

Words = tuple[str, ...]

CIVIL_SERVANT, PUBLIC_EMPLOYEE, CADRE, CONTRACT = "CC", "VC", "CB", "HD"
ADMINISTRATION = frozenset({Activity.DEPARTMENT, Activity.COMMUNE})


@dataclass(frozen=True, eq=False)
class Profession:
    """Who does a job: ranks from first to last, schooling, and chances drawn once for each person."""

    key: str
    title: str
    category: str
    women: float
    ladder: tuple[Rank, ...]
    promoted: tuple[float, ...]
    after: tuple[int, ...]
    levels: Words
    majors: Words
    schools: str
    study: int
    further: Mapping[str, float]
    party: float
    work: Words


@dataclass(frozen=True)
class Post:
    """A post of leadership: code of the list of positions, title, and allowance ("0.50")."""

    code: str
    title: str
    allowance: str


@dataclass(frozen=True)
class Leaders:
    """Who leads a unit: head, deputies, and heads of teams (None where a unit has none)."""

    head: Post
    deputy: Post
    lead: Post | None


@dataclass(frozen=True)
class Staffing:
    """Who works in units of one activity: heads and deputies are of ``main``, heads of teams of ``lead``."""

    activity: str
    professions: tuple[Profession, ...]
    main: Profession
    lead: Profession
    organisation: str
    deputies: int
    leads: float


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def professions() -> dict[str, Profession]:
    """Professions by key."""
    return {key: _profession(key, entry) for key, entry in _toml("professions").items()}


def _profession(key: str, entry: dict[str, Any]) -> Profession:
    return Profession(
        key=key,
        ladder=tuple(rank(code) for code in entry.pop("ranks")),
        promoted=tuple(entry.pop("promoted")),
        after=tuple(entry.pop("after")),
        levels=wheel(parse_weights(entry.pop("levels"))),
        majors=wheel(parse_weights(entry.pop("majors"))),
        work=tuple(entry.pop("work")),
        **entry,
    )


@cache
def staffing() -> dict[str, Staffing]:
    """Staffing by activity."""
    return {activity: _staffing(activity, entry) for activity, entry in _toml("activities").items()}


def _staffing(activity: str, entry: dict[str, Any]) -> Staffing:
    weights = {professions()[key]: weight for key, weight in parse_weights(entry["staff"]).items()}
    main = professions()[entry["leader"]] if "leader" in entry else max(weights, key=lambda one: weights[one])
    by_key = {one.key: weight for one, weight in weights.items()}
    return Staffing(
        activity=activity,
        professions=tuple(professions()[key] for key in wheel(by_key)),
        main=main,
        lead=professions()[entry["lead"]] if "lead" in entry else main,
        organisation=entry["organisation"],
        deputies=entry["deputies"],
        leads=entry["leads"],
    )


@cache
def _patterns() -> tuple[tuple[str, str], ...]:
    """Beginnings of unit names with their activity, the longest first."""
    pairs = [(text, activity) for activity, entry in _toml("activities").items() for text in entry["pattern"]]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


def activity_of(unit: UnitSpec) -> str:
    """What a unit does: as given, else told from its name, else an administrative office."""
    if unit.activity:
        return unit.activity
    return next((found for text, found in _patterns() if unit.name.startswith(text)), Activity.DEPARTMENT)


def leaders_of(unit: UnitSpec, above: str = "") -> Leaders:
    """The posts of leadership of a unit, by its activity, level and name.

    The leading office of an institution holds the posts of the unit above, named ``above``.
    """
    activity, level = activity_of(unit), "province" if home_province(unit.code) else "ministry"
    name = above if above and unit.name.startswith(LEADING_OFFICE) else unit.name
    for row in rows("leaders"):
        if row["activity"] == activity and row["level"] in {level, "any"} and name.startswith(row["prefix"]):
            return _leaders(row)
    raise ValueError(f"no posts of leadership for {unit.code} {unit.name}")


def _leaders(row: Mapping[str, str]) -> Leaders:
    head, deputy, lead = (
        Post(row[name], row[f"{name}_title"], row[f"{name}_allowance"]) for name in ("head", "deputy", "lead")
    )
    return Leaders(head, deputy, lead if lead.code else None)
