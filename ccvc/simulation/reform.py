"""The reform of 1 July 2025 on two small provinces: their units of before, and the steps that make one of them.

Departments merge, the districts end, each district's communes become one, schools go on under it.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from ccvc import organisations
from ccvc.simulation.units import UnitSpec
from ccvc.simulation.wheels import FOLDER

CATALOGUE = Path(organisations.__file__).parent / "data"
STEP_COLUMNS = ("act", "unit", "into", "code", "name", "kind", "parent_code", "people")
FILES = {"agencies.csv": "valid_from", "successions.csv": "on"}
ROOM, COMMUNES = "01", 20
DISTRICTS, NEW_COMMUNES = 30, 50
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class District:
    """A district of before: its code, name, communes, and the code of the commune these become."""

    code: str
    name: str
    communes: tuple[str, ...]
    becomes: str

    @property
    def room(self) -> str:
        """The code of its office of home affairs."""
        return f"{self.code}.{ROOM}"


@dataclass(frozen=True, slots=True)
class Reform:
    """What the data file says: the day, the province that follows, those of before, their parts."""

    day: date
    new: str
    old: tuple[str, ...]
    title: str
    basis: str
    departments: tuple[str, ...]
    districts: tuple[District, ...]
    people: Mapping[str, int]

    @property
    def eve(self) -> date:
        """The last day of before."""
        return self.day - timedelta(days=1)

    def units(self, province: str) -> Iterator[UnitSpec]:
        """The units of one of the provinces before, parents first."""
        for number, name in enumerate(self.departments, 1):
            code = f"{province}.{number:02}"
            yield UnitSpec(code, name, province, "department", self.people["department"])
            yield UnitSpec(f"{code}.01", f"Văn phòng {name}", code, "department", self.people["office"])
        for one in self.districts:
            if one.code.startswith(province):
                yield UnitSpec(one.code, f"Huyện {one.name}", province, "district")
                room = f"Phòng Nội vụ huyện {one.name}"
                yield UnitSpec(one.room, room, one.code, "department", self.people["room"])
                yield from self._communes(one)

    def _communes(self, district: District) -> Iterator[UnitSpec]:
        for number, name in enumerate(district.communes, 1):
            code = f"{district.code}.{COMMUNES + number}"
            office, school = f"Ủy ban nhân dân xã {name}", f"Trường Tiểu học {name}"
            yield UnitSpec(code, office, district.code, "commune", self.people["commune"])
            yield UnitSpec(f"{code}.01", school, code, "public_unit", self.people["school"])

    def steps(self, named: Mapping[str, str]) -> Iterator[Row]:
        """The decision, step by step; `named`: of an office that ends, who goes to the first department."""
        yield from self._departments()
        for one in self.districts:
            yield {"act": "dissolve", "unit": one.code, "into": f"{self.new}.01"}
            name = f"Ủy ban nhân dân xã {one.name}"
            below = {"kind": "commune", "parent_code": self.new}
            yield {"act": "open", "code": one.becomes, "name": name, **below}
            yield from self._room(one, named.get(one.room, ""))
            for number, _ in enumerate(one.communes, 1):
                code = f"{one.code}.{COMMUNES + number}"
                yield {"act": "merge", "unit": code, "into": one.becomes}
                school = {"code": f"{one.becomes}.{number:02}", "parent_code": one.becomes}
                yield {"act": "move", "unit": f"{code}.01", **school}

    def _departments(self) -> Iterator[Row]:
        for number, _ in enumerate(self.departments, 1):
            into = f"{self.new}.{number:02}"
            yield {"act": "move", "unit": into, "parent_code": self.new}
            for code in self.old:
                if code != self.new:
                    yield {"act": "merge", "unit": f"{code}.{number:02}", "into": into}
                    yield {"act": "merge", "unit": f"{code}.{number:02}.01", "into": f"{into}.01"}

    def _room(self, district: District, named: str) -> Iterator[Row]:
        if not named:
            yield {"act": "merge", "unit": district.room, "into": district.becomes}
            return
        yield {"act": "split", "unit": district.room, "into": district.becomes, "people": "*"}
        yield {"act": "split", "unit": district.room, "into": f"{self.new}.01", "people": named}


@cache
def reform() -> Reform:
    """The reform of the data file."""
    said: dict[str, Any] = tomllib.loads((FOLDER / "reform.toml").read_text(encoding="utf-8"))
    provinces = said.pop("province")
    found = [
        (province["code"], number, district)
        for province in provinces
        for number, district in enumerate(province["district"], 1)
    ]
    districts = tuple(
        District(
            f"{code}.{DISTRICTS + number}",
            one["name"],
            tuple(one["communes"]),
            f"{said['new']}.{NEW_COMMUNES + place}",
        )
        for place, (code, number, one) in enumerate(found, 1)
    )
    said["departments"] = tuple(said["departments"])
    return Reform(**said, old=tuple(one["code"] for one in provinces), districts=districts)


def write_steps(path: Path, named: Mapping[str, str]) -> None:
    """The steps as the file an administrator puts in."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, STEP_COLUMNS)
        writer.writeheader()
        writer.writerows(reform().steps(named))


def write_catalogue_before(folder: Path) -> Path:
    """The catalogue of agencies as it was known until the reform; the folder."""
    day, eve = reform().day.isoformat(), reform().eve.isoformat()
    folder.mkdir()
    for name, column in FILES.items():
        with (CATALOGUE / name).open(encoding="utf-8", newline="") as lines:
            rows = [row for row in csv.DictReader(lines) if row[column] < day]
        for row in rows:
            if row.get("valid_to") == eve:
                row["valid_to"] = ""
        with (folder / name).open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return folder
