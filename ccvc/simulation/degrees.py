"""Degrees: the first one a career starts from, and those taken in service, at plausible ages."""

# ruff: noqa: PLR2004  (chances and ages of the model are read best where they are drawn)

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ccvc.simulation.days import month_texts
from ccvc.simulation.professions import Profession
from ccvc.simulation.wheels import FOLDER, Random, turn, wheel

Row = dict[str, Any]
Span = tuple[int, int]

YEAR, SEPTEMBER = 12, 8
SCHOOL_LEAVING_AGE = 18

ORDER = ("0", "3", "4", "5", "6", "7B", "7A", "7", "8A", "8", "9")
RANKING = {code: place for place, code in enumerate(ORDER)}
FULL_TIME, IN_SERVICE, ARTICULATION = "1", "2", "5"
RESULTS = wheel({"1": 3, "2": 16, "3": 56, "4": 9, "5": 16}, 512)
CATEGORY_OF_LEVEL = {
    "3": "SC",
    "4": "TC",
    "5": "CD",
    "6": "DH",
    "7": "ThS",
    "7A": "CKI",
    "8": "TS",
    "8A": "CKII",
}

NUMBERS = tuple(f"{number:06}" for number in range(1, 1_000_000, 61))


@cache
def institutions() -> dict[str, list[str]]:
    """Institutions by the kind of profession they teach."""
    return tomllib.loads((FOLDER / "institutions.toml").read_text(encoding="utf-8"))


@dataclass(slots=True)
class Schooling:
    """What a person studied: month numbers of the first degree and of a bachelor's, and the highest level."""

    start: int
    end: int
    first: str
    highest: str
    bachelor: int = 0
    rows: list[Row] = field(default_factory=list)


def first_degree(random: Random, profession: Profession, born: int, later: int) -> Schooling:
    """The degree a career starts from; ``later`` months after school, for those who served or paused."""
    level = turn(random, profession.levels)
    start = (born + SCHOOL_LEAVING_AGE) * YEAR + SEPTEMBER + later
    study = profession.study
    end = start + (study - 3 if study >= YEAR else study)
    schooling = Schooling(start, end, level, level, end if RANKING[level] >= RANKING["6"] else 0)
    if level != "0":
        schooling.rows.append(_degree(random, profession, [], level=level, span=(start, end), mode=FULL_TIME))
    return schooling


def further_degrees(
    random: Random, profession: Profession, schooling: Schooling, recruited: int, today: int
) -> None:
    """Degrees taken in service, as the profession's chances go and time allows."""
    free = recruited + 18 + int(random() * 90)
    for name, level, months, mode in (
        ("bachelor", "6", 30, ARTICULATION if random() < 0.5 else IN_SERVICE),
        ("master", "7", 24, FULL_TIME),
        ("specialist", "7A", 24, FULL_TIME),
        ("doctor", "8", 42, FULL_TIME),
    ):
        chance = profession.further.get(name, 0.0)
        if not chance or random() >= chance or free + months >= today:
            continue
        if name != "bachelor" and not schooling.bachelor:
            continue
        span = (free, free + months)
        schooling.rows.append(_degree(random, profession, schooling.rows, level=level, span=span, mode=mode))
        if name == "bachelor":
            schooling.bachelor = free + months
        schooling.highest = max(schooling.highest, level, key=lambda code: RANKING[code])
        free += months + 12 + int(random() * 36)


def _degree(
    random: Random, profession: Profession, before: list[Row], *, level: str, span: Span, mode: str
) -> Row:
    months, (start, end) = month_texts(), span
    schools = institutions()[profession.schools]
    return {
        "id": f"d{len(before) + 1}",
        "from": months[start],
        "to": months[end],
        "institution": schools[int(random() * len(schools))],
        "country": "VN",
        "major": before[0]["major"] if before else turn(random, profession.majors),
        "mode": mode,
        "level": level,
        "result": RESULTS[int(random() * len(RESULTS))],
        "certificate_number": f"{CATEGORY_OF_LEVEL[level]} {NUMBERS[int(random() * len(NUMBERS))]}",
        "issued_on": months[end + 1],
    }
