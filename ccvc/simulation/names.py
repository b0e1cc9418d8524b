"""Vietnamese names as they are met: family, middle and given names by region, sex and generation.

Sources: family names after the shares published for the whole country (Nguyễn 31-38 %, Trần 11-12 %, Lê 9 %,
Phạm 6-7 %, Hoàng/Huỳnh 5 %, Vũ/Võ 4-5 %), split by region (Huỳnh and Võ in the south, Hoàng and Vũ in the
north); middle and given names by generation from common knowledge (K). Peoples with ways of naming of their
own (Thái, Hmông, Khơ-me, Ê-đê, Gia-rai …) keep them.
"""

# ruff: noqa: PLR2004  (chances and ages of the model are read best where they are drawn)

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ccvc.simulation.wheels import Random, parse_weights, rows, turn, wheel

KINH = "01"
MALE, FEMALE = "1", "2"
STRIDE = 587
GENERATIONS = ("before_1970", "before_1985", "later")
NORTH_END, CENTRE_END = 38, 70
"""Old province codes below 38 lie north of Thanh Hóa, those from 70 on in the south."""

FAMILY_SHARE_OF_MINORITIES = 0.75
"""Minorities among staff against their share of the population of a province (R)."""

Words = tuple[str, ...]


def region(old_province: str) -> str:
    """north, centre or south for a province code of the list in force to 30/06/2025."""
    number = int(old_province)
    if number < NORTH_END:
        return "north"
    return "centre" if number < CENTRE_END else "south"


def generation(born: int) -> str:
    """The column of the name tables for a year of birth."""
    if born < 1970:
        return GENERATIONS[0]
    return GENERATIONS[1] if born < 1985 else GENERATIONS[2]


@dataclass(frozen=True)
class Tradition:
    """How one people names its children: family names, and by sex prefixes and given names of its own."""

    family: Words
    given_first: bool
    prefix: dict[str, Words]
    given: dict[str, Words]


@cache
def _kinh_family(region_name: str) -> Words:
    return wheel({row["name"]: float(row[region_name]) for row in rows("family_names")})


@cache
def _kinh_words(table: str, sex: str, column: str) -> Words:
    return wheel({row["name"]: float(row[column]) for row in rows(table) if row["sex"] == sex})


@cache
def _kinh_wheels(sex: str, column: str) -> tuple[Words, Words]:
    """Middle names and given names of a sex and generation."""
    return _kinh_words("middle_names", sex, column), _kinh_words("given_names", sex, column)


@cache
def _tradition(ethnic_group: str) -> Tradition | None:
    """None for peoples that name their children as the Kinh do."""
    found = next((row for row in rows("minority_names") if row["ethnic_group"] == ethnic_group), None)
    if found is None:
        return None
    given = next((row for row in rows("minority_given_names") if row["ethnic_group"] == ethnic_group), None)
    sexes = {MALE: "male", FEMALE: "female"}
    return Tradition(
        family=wheel(parse_weights(found["family"])),
        given_first=found["order"] == "given-first",
        prefix={sex: wheel(parse_weights(found[column])) for sex, column in sexes.items() if found[column]},
        given={sex: wheel(parse_weights(given[column])) for sex, column in sexes.items()} if given else {},
    )


def family_name(random: Random, ethnic_group: str, region_name: str) -> str:
    """A family name as common in a region, or of a people with names of its own."""
    tradition = None if ethnic_group == KINH else _tradition(ethnic_group)
    return turn(random, tradition.family if tradition else _kinh_family(region_name))


def full_name(random: Random, sex: str, born: int, ethnic_group: str, family: str) -> str:
    """The full name of someone of this family, sex ("1" male, "2" female) and year of birth."""
    column = generation(born)
    tradition = None if ethnic_group == KINH else _tradition(ethnic_group)
    prefixes = tradition.prefix.get(sex) if tradition else None
    givens = tradition.given.get(sex) if tradition else None
    if tradition is None or not (prefixes or givens):
        return _kinh_name(random, sex, column, family)
    given = turn(random, givens) if givens else turn(random, _kinh_words("given_names", sex, column))
    middle = turn(random, prefixes) if prefixes else turn(random, _kinh_words("middle_names", sex, column))
    if middle.endswith("'"):
        middle, given = "", middle + given
    words = (middle, given, family) if tradition.given_first else (family, middle, given)
    return " ".join(word for word in words if word)


def _kinh_name(random: Random, sex: str, column: str, family: str) -> str:
    """No word comes twice: the slot moves on by a step that visits every part of the wheel."""
    middles, givens = _kinh_wheels(sex, column)
    at = int(random() * len(middles))
    middle = middles[at]
    while family in middle:
        at = (at + STRIDE) % len(middles)
        middle = middles[at]
    at = int(random() * len(givens))
    given = givens[at]
    while given in middle or given == family:
        at = (at + STRIDE) % len(givens)
        given = givens[at]
    return f"{family} {middle} {given}"


@cache
def ethnic_groups(old_province: str) -> Words:
    """The peoples among the staff of a province: its population shares, minorities somewhat fewer (R)."""
    found = next((row["groups"] for row in rows("ethnic_mix") if row["province"] == old_province), "")
    minorities = {
        group: weight * FAMILY_SHARE_OF_MINORITIES
        for group, weight in parse_weights(found).items()
        if group != KINH
    }
    return wheel({**minorities, KINH: 100 - sum(minorities.values())})
