"""Places as dossiers hold them: text as written, code of the commune, and the date of the code list.

An old place (a birth in 1975) is written with commune, district and one of the 63 provinces, a place of today
with commune and one of the 34 (Resolution 202/2025/QH15), all from the standard's own lists. Names of units of an
agency are made of common syllables: they look real and mean no place in particular.
"""

from __future__ import annotations

import random as randomness
from dataclasses import dataclass
from datetime import date
from functools import cache

from ccvc.simulation.names import region
from ccvc.simulation.wheels import Random, rows, turn, wheel
from ccvc.standard import current
from ccvc.standard.patterns import COMMUNES, DISTRICTS
from ccvc.standard.places import units

Place = dict[str, str]
Places = tuple[Place, ...]

LAST_DAY_OF_63 = date(2025, 6, 30)
FIRST_DAY_OF_34 = date(2025, 7, 1)
OLD_LIST, NEW_LIST = LAST_DAY_OF_63.isoformat(), FIRST_DAY_OF_34.isoformat()
"""Days on which the code lists held: Decision 124/2004/QĐ-TTg as amended, Decision 19/2025/QĐ-TTg."""

PER_PROVINCE = 96
WARDS = 0.3
STREETS = (
    "Trần Hưng Đạo", "Lê Lợi", "Nguyễn Huệ", "Quang Trung", "Hai Bà Trưng", "Lý Thường Kiệt", "Hùng Vương",
    "Ngô Quyền", "Trần Phú", "Nguyễn Trãi", "Phan Đình Phùng", "Bà Triệu", "Lê Lai", "Chu Văn An",
)  # fmt: skip
"""Streets bear names out of history in every town of the country; no living person is named."""


@dataclass(frozen=True)
class Province:
    """One of the 63 provinces to 30/06/2025 with the agency code it had, and the province of today."""

    old_code: str
    old_name: str
    code: str
    name: str
    agency: str
    thousands: int


@cache
def provinces() -> dict[str, Province]:
    """Old code -> province, with names and successors from the standard's own list."""
    codes = current().codes["provinces"]
    found = {}
    for row in rows("province_sizes"):
        old = row["old_province"]
        heirs = codes.successors(old, LAST_DAY_OF_63)
        new = heirs[0] if heirs else old
        found[old] = Province(
            old_code=old,
            old_name=codes.label(old, on=LAST_DAY_OF_63),
            code=new,
            name=codes.label(new, on=FIRST_DAY_OF_34),
            agency=row["agency"],
            thousands=int(row["thousands"]),
        )
    return found


@cache
def place_names(region_name: str) -> tuple[str, ...]:
    """Every pair of syllables of a region ("Yên Lập", "Xuân Thịnh" …), in the order of the file."""
    row = next(row for row in rows("place_words") if row["region"] == region_name)
    pairs = ((first, second) for first in row["first"].split() for second in row["second"].split())
    return tuple(f"{first} {second}" for first, second in pairs if first != second)


def commune_names(seed_text: str, old_province: str, count: int) -> list[str]:
    """Different names for the communes of a province, each with its kind: the same for the same text."""
    rng = randomness.Random(seed_text)  # noqa: S311  (names, not secrets)
    names = rng.sample(place_names(region(old_province)), count)
    return [f"{'phường' if rng.random() < WARDS else 'xã'} {name}" for name in names]


@cache
def places_of_old(old_province: str) -> Places:
    """Places as written before 1 July 2025: commune, district, province."""
    return tuple(
        _written(units.unit_of(current(), code, LAST_DAY_OF_63), OLD_LIST) for code in _sample(old_province)
    )


@cache
def places_of_today(old_province: str) -> Places:
    """Places as written since 1 July 2025, in the part of today's province that was the old one."""
    communes = current().codes[COMMUNES]
    heirs = dict.fromkeys(communes.successors(code, LAST_DAY_OF_63)[0] for code in _sample(old_province))
    return tuple(_written(units.unit_of(current(), code, FIRST_DAY_OF_34), NEW_LIST) for code in heirs)


@cache
def _sample(old_province: str) -> list[str]:
    """Communes of before in an old province, the same ones each time."""
    holders = {row.code for row in current().codes[DISTRICTS] if row.extra["parent"] == old_province}
    found = [row.code for row in current().codes[COMMUNES] if row.valid_to and row.extra["parent"] in holders]
    rng = randomness.Random(f"communes {old_province}")  # noqa: S311  (places, not secrets)
    return rng.sample(found, min(PER_PROVINCE, len(found)))


def _written(unit: units.Unit | None, day: str) -> Place:
    if unit is None:
        raise LookupError(day)
    text = ", ".join(_in_text(row.label_vi) for row in unit.chain)
    return {"text": text, "code": unit.row.code, "code_date": day}


def _in_text(label: str) -> str:
    """Write a unit inside a sentence: "Thị xã Sơn Tây" becomes "thị xã Sơn Tây"."""
    return label[:1].lower() + label[1:]


def address(random: Random, commune: Place) -> Place:
    """A house number and street before a commune."""
    street, number = STREETS[int(random() * len(STREETS))], int(random() * 280) + 1
    return {**commune, "text": f"số {number} đường {street}, {commune['text']}"}


@cache
def birth_provinces(home: str | None) -> tuple[str, ...]:
    """Old codes of where the people of a home province were born; None for a body of the centre (R).

    Three in four are of the province they serve; the others come from anywhere, as populations go.
    """
    everywhere = {code: province.thousands for code, province in provinces().items()}
    if home is None:
        return wheel(
            {code: size * (2.4 if region(code) == "north" else 0.5) for code, size in everywhere.items()}
        )
    total = sum(everywhere.values())
    local = {
        code: size for code, size in everywhere.items() if provinces()[code].code == provinces()[home].code
    }
    weights = {code: 0.25 * size / total for code, size in everywhere.items()}
    for code, size in local.items():
        weights[code] += 0.75 * size / sum(local.values())
    return wheel(weights)


@cache
def heir_agency(old_province: str) -> str:
    """The agency code of today's province: of the old one whose name it bears, else of the one at its seat.

    Which of the codes of merged provinces lives on was not found in a source.
    """
    heir = provinces()[old_province]
    merged = [province for province in provinces().values() if province.code == heir.code]
    same = next((province for province in merged if province.old_name == heir.name), None)
    return (same or provinces()[heir.code]).agency


def home_province(agency_code: str) -> str | None:
    """The old code of the province an agency code stands for, None for bodies of the centre."""
    level1 = agency_code.split(".", 1)[0]
    return next((code for code, province in provinces().items() if province.agency == level1), None)


def pick(random: Random, places: Places) -> Place:
    """One place of a province."""
    return turn(random, places)
