"""What the code of a place means on a day, what it lies in, and what stands in its place today.

The length of a code tells its level: two digits for a province, three for a district (until 30 June 2025), five
for a commune. Codes were reused on 1 July 2025, so each is read with a day on which it held.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Literal

from ccvc.standard.codes import Code
from ccvc.standard.fields import Standard
from ccvc.standard.patterns import COMMUNES, DISTRICTS, PLACE_LIST, PLACE_LISTS
from ccvc.standard.problems import Language
from ccvc.standard.values import earliest, is_partial_date

Level = Literal["province", "district", "commune"]

LAST_DAY_OF_DISTRICTS = date(2025, 6, 30)
"""District level and 63 provinces ended with this day (NQ 202/2025/QH15, NQ 203/2025/QH15)."""

LEVELS: Mapping[str, Level] = MappingProxyType(
    {PLACE_LIST: "province", DISTRICTS: "district", COMMUNES: "commune"}
)


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit with all it lies in, the province last."""

    level: Level
    chain: tuple[Code, ...]

    @property
    def row(self) -> Code:
        """The row of the unit itself."""
        return self.chain[0]

    @property
    def province(self) -> Code:
        """The row of its province."""
        return self.chain[-1]

    @property
    def day(self) -> date | None:
        """A day on which the code held: the last of a closed one, the first of an open one."""
        return self.row.valid_to or self.row.valid_from

    def name(self, lang: Language = "vi") -> str:
        """The unit and all it lies in: "Xã Hòa Tiến, Huyện Hòa Vang, Thành phố Đà Nẵng"."""
        return ", ".join(row.label(lang) for row in self.chain)


@dataclass(frozen=True, slots=True)
class Heir:
    """What a closed unit has become on a day: units that stand in its place, or only the province it lies in now."""

    units: tuple[Unit, ...]
    exact: bool


def unit_of(standard: Standard, code: str, on: date) -> Unit | None:
    """The unit a code means on a day; None where the lists do not know it."""
    name = PLACE_LISTS.get(len(code), "")
    row = standard.codes[name].get(code, on) if name in standard.codes else None
    return _unit(standard, name, row) if row else None


def in_words(standard: Standard, value: Mapping[str, Any]) -> Unit | None:
    """The unit that the code of a place value means."""
    code, day = value.get("code"), value.get("code_date")
    if not isinstance(code, str) or not is_partial_date(day):
        return None
    return unit_of(standard, code, earliest(day))


def _unit(standard: Standard, name: str, row: Code) -> Unit:
    chain = [row]
    on = row.valid_to or row.valid_from or LAST_DAY_OF_DISTRICTS
    while parent := chain[-1].extra.get("parent"):
        above = standard.codes[PLACE_LISTS[len(parent)]].get(parent, on)
        if above is None:
            break
        chain.append(above)
    return Unit(LEVELS[name], tuple(chain))


def heirs(standard: Standard, unit: Unit, on: date) -> Heir | None:
    """What stands on a day in the place of a unit that has ended; None while it stands.

    A district has no heir of its own level: an island district became a special zone, of any other only the
    province of today is certain.
    """
    row = unit.row
    if row.valid_to is None or row.valid_to >= on:
        return None
    if unit.level == "district":
        zone = row.extra.get("commune")
        found = [unit_of(standard, zone, on)] if zone else []
        return _heir(found) or _province(standard, unit, on)
    codes = standard.codes[COMMUNES if unit.level == "commune" else PLACE_LIST]
    after = row.valid_to + timedelta(days=1)
    found = [unit_of(standard, code, max(on, after)) for code in codes.successors(row.code, row.valid_to)]
    return _heir(found) or (_province(standard, unit, on) if unit.level == "commune" else None)


def _heir(found: list[Unit | None]) -> Heir | None:
    units = tuple(unit for unit in found if unit is not None)
    return Heir(units, exact=True) if units else None


def _province(standard: Standard, unit: Unit, on: date) -> Heir | None:
    above = heirs(standard, Unit("province", (unit.province,)), on)
    return Heir(above.units, exact=False) if above else None


def standing(standard: Standard, unit: Unit, on: date) -> tuple[Unit, ...]:
    """The units that stand on a day where a unit was: itself, or what stands in its place."""
    heir = heirs(standard, unit, on)
    return heir.units if heir else (unit,)


def same_province(standard: Standard, one: Unit, other: Unit, on: date) -> bool:
    """Whether two units of different times lie in one province, as they lay then or as it stands on a day."""
    provinces = [Unit("province", (unit.province,)) for unit in (one, other)]
    if provinces[0] == provinces[1]:
        return True
    first, second = ({found.row.code for found in standing(standard, unit, on)} for unit in provinces)
    return bool(first & second)
