"""Laying out the units of an agency: offices, communes, schools, hospitals, each of a size people manage."""

from __future__ import annotations

import random as randomness
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from ccvc.simulation.names import region
from ccvc.simulation.places import commune_names, home_province, place_names
from ccvc.simulation.units import Activity, UnitSpec
from ccvc.simulation.wheels import FOLDER, apportion

LEAST, MOST = 10, 80
"""How few and how many people work directly in one unit."""

PUBLISHED_COMMUNES = 98
"""3,321 communes in 34 provinces: the average of one province."""

KINDS = {Activity.DEPARTMENT: "department", Activity.COMMUNE: "commune"}
OF_COMMUNES = {
    Activity.KINDERGARTEN: "Trường Mầm non",
    Activity.PRIMARY: "Trường Tiểu học",
    Activity.LOWER_SECONDARY: "Trường Trung học cơ sở",
    Activity.HEALTH_STATION: "Trạm Y tế",
}
OF_MINISTRIES = {
    Activity.UNIVERSITY: "Trường Đại học",
    Activity.INSTITUTE: "Viện Nghiên cứu",
    Activity.HOSPITAL: "Bệnh viện",
    Activity.SERVICE: "Trung tâm",
}
Parts = Mapping[str, int]


@cache
def _plan() -> dict[str, dict[str, Any]]:
    return tomllib.loads((FOLDER / "layout.toml").read_text(encoding="utf-8"))


def lay_out(agency_code: str, people: int) -> list[UnitSpec]:
    """The units of an agency for so many people, parents first."""
    builder = _Builder(agency_code)
    shares = _plan()["shares"]
    if home_province(agency_code):
        _province(builder, _parts(people, shares["province"]))
    else:
        _ministry(builder, _parts(people, shares.get(agency_code, shares["ministry"])))
    return builder.units


def _parts(people: int, shares: Mapping[str, float]) -> Parts:
    """People by activity; one too small for a unit joins the largest."""
    parts = Counter(apportion(people, shares))
    largest = max(parts, key=lambda activity: parts[activity])
    for activity, number in list(parts.items()):
        if number < LEAST and activity != largest:
            parts[largest] += number
            parts[activity] = 0
    return parts


class _Builder:
    """Units being laid out: codes are given in order below each parent."""

    def __init__(self, agency_code: str) -> None:
        self.agency = agency_code
        self.units: list[UnitSpec] = []
        self.rng = randomness.Random(f"units {agency_code}")  # noqa: S311  (a layout, not a secret)
        self._children: Counter[str] = Counter()
        self._names: Counter[str] = Counter()

    def add(self, parent: str, name: str, activity: str, people: int = 0) -> str:
        """Open a unit and give its code. A name met again below one parent gets a number."""
        self._children[parent] += 1
        self._names[f"{parent} {name}"] += 1
        again = self._names[f"{parent} {name}"]
        code = f"{parent}.{self._children[parent]:02}"
        full = f"{name} {again}" if again > 1 else name
        kind = KINDS.get(Activity(activity), "public_unit")
        self.units.append(UnitSpec(code, full, parent, kind, people, activity))
        return code

    def sizes(self, activity: str, parts: Parts) -> list[int]:
        """Sizes of the units of an activity, between LEAST and MOST, adding up to its people.

        Fewer people than LEAST make one unit: a whole agency may be as small as that.
        """
        total = parts.get(activity, 0)
        if total <= LEAST:
            return [total] if total else []
        wanted = max(1, round(total / _plan()["typical"][activity]), -(-total // MOST))
        count = min(wanted, max(1, total // LEAST))
        extra = apportion(total - LEAST * count, {at: 0.5 + self.rng.random() for at in range(count)})
        return _within([LEAST + part for part in extra.values()], MOST)

    def spread(self, parents: Iterable[tuple[str, str]], activity: str, sizes: list[int]) -> None:
        """Open units (parent, name) with these sizes: each whole, or in parts if there are more sizes."""
        places = list(parents)
        subs = _plan()["parts"][activity]
        for at, (parent, name) in enumerate(places):
            own = sizes[at :: len(places)]
            if len(own) == 1:
                self.add(parent, name, activity, own[0])
            elif own:
                above = self.add(parent, name, activity)
                for number, size in enumerate(own):
                    self.add(above, subs[number % len(subs)], activity, size)

    def institutions(self, activity: str, parts: Parts, names: Iterator[str], parent: str) -> None:
        """Institutions below a parent, as many as their parts fill."""
        sizes = self.sizes(activity, parts)
        count = -(-len(sizes) // len(_plan()["parts"][activity]))
        self.spread([(parent, next(names)) for _ in range(count)], activity, sizes)

    def names(self, old_province: str) -> Iterator[str]:
        """Place names without end, shuffled for the agency."""
        names = list(place_names(region(old_province)))
        self.rng.shuffle(names)
        yield from names
        for number in range(2, 1000):
            yield from (f"{name} số {number}" for name in names)


def _within(sizes: list[int], most: int) -> list[int]:
    """Move what is above the bound to those below it."""
    surplus = sum(max(0, size - most) for size in sizes)
    kept = [min(size, most) for size in sizes]
    for at, size in enumerate(kept):
        moved = min(surplus, most - size)
        kept[at], surplus = size + moved, surplus - moved
    return kept


def _province(builder: _Builder, parts: Parts) -> None:
    agency, home = builder.agency, home_province(builder.agency) or ""
    names = _plan()["names"]
    offices = [(agency, name) for name in names["province_offices"]]
    builder.spread(offices, Activity.DEPARTMENT, builder.sizes(Activity.DEPARTMENT, parts))
    opened = {unit.name: unit.code for unit in builder.units}
    communes = list(_communes(builder, home, builder.sizes(Activity.COMMUNE, parts)))
    for activity, title in OF_COMMUNES.items():
        for at, size in enumerate(builder.sizes(activity, parts)):
            code, name = communes[at % len(communes)]
            builder.add(code, f"{title} {name}", activity, size)
    places = builder.names(home)
    for size in builder.sizes(Activity.UPPER_SECONDARY, parts):
        school = f"Trường Trung học phổ thông {next(places)}"
        builder.add(opened.get("Sở Giáo dục và Đào tạo", agency), school, Activity.UPPER_SECONDARY, size)
    hospitals = (f"Bệnh viện Đa khoa khu vực {name}" for name in places)
    builder.institutions(Activity.HOSPITAL, parts, hospitals, opened.get("Sở Y tế", agency))
    centres = [(agency, name) for name in names["centres"]]
    builder.spread(centres, Activity.SERVICE, builder.sizes(Activity.SERVICE, parts))


def _communes(builder: _Builder, home: str, sizes: list[int]) -> Iterator[tuple[str, str]]:
    """Communes with their offices: code and bare name of each; the agency's own code if there are none."""
    names = commune_names(f"units {builder.agency}", home, PUBLISHED_COMMUNES)[: max(1, len(sizes))]
    known = {f"Ủy ban nhân dân {name}": name.split(" ", 1)[1] for name in names}
    builder.spread([(builder.agency, name) for name in known], Activity.COMMUNE, sizes)
    opened = {unit.name: unit.code for unit in builder.units if unit.parent_code == builder.agency}
    for name, bare in known.items():
        yield opened.get(name, builder.agency), bare


def _ministry(builder: _Builder, parts: Parts) -> None:
    offices = [(builder.agency, name) for name in _plan()["names"]["ministry_offices"]]
    builder.spread(offices, Activity.DEPARTMENT, builder.sizes(Activity.DEPARTMENT, parts))
    names = builder.names("01")
    for activity, title in OF_MINISTRIES.items():
        builder.institutions(activity, parts, (f"{title} {name}" for name in names), builder.agency)
