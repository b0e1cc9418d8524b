"""Columns as agencies keep them, what old programs made of them, and foreign text that must stay as it is."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from ccvc.simulation.degrees import institutions
from ccvc.simulation.names import ethnic_groups, family_name, full_name, region
from ccvc.simulation.places import places_of_old, places_of_today, provinces
from ccvc.simulation.professions import professions
from ccvc.simulation.wheels import turn
from ccvc.standard import current
from ccvc.standard.encodings import Encoding
from ccvc.standard.encodings.tables import codes

Draw = Callable[[random.Random], str]
FOREIGN = (Path(__file__).parent / "foreign.txt").read_text(encoding="utf-8").splitlines()
_LISTS = ("positions", "ranks", "education_levels", "ethnic_groups", "religions", "languages", "kinship")


def name(rng: random.Random) -> str:
    old = rng.choice(list(provinces()))
    group, sex, born = turn(rng.random, ethnic_groups(old)), rng.choice("12"), rng.randint(1950, 2000)
    return full_name(rng.random, sex, born, group, family_name(rng.random, group, region(old)))


def place(rng: random.Random) -> str:
    where = rng.choice((places_of_old, places_of_today))(rng.choice(list(provinces())))
    return rng.choice(where)["text"]


def sex(rng: random.Random) -> str:
    return rng.choice(("Nam", "Nữ"))


def decision(rng: random.Random) -> str:
    number, year = rng.randint(1, 4_000), rng.randint(1990, 2025)
    act, office = (
        rng.choice(("QĐ-UBND", "QĐ-BNV", "QĐ-SNV", "TB-HĐND")),
        rng.choice(("UBND", "Chủ tịch UBND")),
    )
    return (
        f"Số {number}/{act} ngày 05/03/{year} của {office} {rng.choice(list(provinces().values())).old_name}"
    )


def degree(rng: random.Random) -> str:
    level = rng.choice(
        ("Kỹ sư", "Cử nhân", "Thạc sĩ", "Tiến sĩ (PhD)", "BS CKI", "ĐH", "CĐ", "B2 tiếng Anh, IELTS 6.5")
    )
    return f"{level} - {rng.choice(_words('institutions'))}"


def listed(which: str) -> Draw:
    return lambda rng: rng.choice(_words(which))


@cache
def _words(which: str) -> list[str]:
    if which == "institutions":
        return [text for texts in institutions().values() for text in texts]
    if which == "professions":
        return [profession.title for profession in professions().values()]
    return [code.label_vi for code in current().codes[which]]


KINDS: Mapping[str, Draw] = {
    "name": name,
    "capital name": lambda rng: name(rng).upper(),
    "place": place,
    "sex": sex,
    "decision": decision,
    "degree": degree,
    "institution": listed("institutions"),
    "profession": listed("professions"),
    **{which: listed(which) for which in _LISTS},
}


def column(kind: str, rng: random.Random, size: int) -> list[str]:
    return [KINDS[kind](rng) for _ in range(size)]


def latin_column(rng: random.Random, size: int) -> list[str]:
    """Unicode names of which none has a letter beyond Latin-1: "Lê Hà", "Võ Tài"."""
    found: list[str] = []
    while len(found) < size:
        text = name(rng)
        if not text.isascii() and text.encode("latin-1", "ignore").decode("latin-1") == text:
            found.append(text)
    return found


def foreign_column(rng: random.Random, size: int) -> list[str]:
    return rng.choices(FOREIGN, k=size)


def written(text: str, encoding: Encoding) -> str:
    """A text as a spreadsheet shows it that was typed in an old encoding."""
    table = codes(encoding)
    return "".join(table.get(letter) or table.get(letter.lower(), letter) for letter in text)
