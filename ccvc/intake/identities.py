"""Whether a row without a number and a dossier are the same person: what agrees, what differs. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal
from uuid import UUID

from ccvc import standard
from ccvc.intake.layout import BIRTH, NAME, STAFF
from ccvc.intake.shapes.matching import SEX
from ccvc.standard.fields import Standard
from ccvc.standard.names import normal, plain
from ccvc.standard.places import Unit, recogniser, same_province
from ccvc.standard.places.units import standing
from ccvc.standard.reading import value_at

Document = Mapping[str, Any]
Likeness = Literal["certain", "possible"]

HOME, BORN_AT = "identity.home_town", "identity.birth_place"
OLD_NUMBER = "identity.old_identity_number"
PLACES = (HOME, BORN_AT)
COMPARED = (NAME, BIRTH, SEX, HOME, BORN_AT, STAFF, OLD_NUMBER, "career.recruited_on")
"""What is set side by side, in this order."""
SHOWN = (*COMPARED, "employment.position_title", "employment.unit_code")
_AGAINST = frozenset({SEX, STAFF, OLD_NUMBER, *PLACES})
"""Where one of these differs, nothing is certain."""

_PARTS = re.compile(r"\s*[,;–]\s*|\s+-\s+")
_KINDS = re.compile(
    r"^(?:tinh|thanh pho|tp\.?|t\.|huyen|quan|thi xa|tx\.?|xa|phuong|thi tran|tt\.?|h\.|q\.|x\.|p\.)\s*"
)


@dataclass(frozen=True, slots=True)
class Compared:
    """A dossier held against what a row says: the fields that agree, and those that differ."""

    key: UUID
    agrees: tuple[str, ...]
    differs: tuple[str, ...]

    @property
    def same_person(self) -> bool:
        """Whether name, birth and a place all agree, and nothing speaks against it."""
        return self.possible_rival and any(path in self.agrees for path in PLACES)

    @property
    def possible_rival(self) -> bool:
        """Whether name and birth agree, and nothing speaks against it."""
        return {NAME, BIRTH} <= set(self.agrees) and not _AGAINST & set(self.differs)


def compare(row: Document, dossier: Document, key: UUID) -> Compared:
    """Hold a dossier against a row, field by field; what only one of them says neither agrees nor differs."""
    agrees: list[str] = []
    differs: list[str] = []
    for path in COMPARED:
        one, other = value_at(row, path), value_at(dossier, path)
        if one is not None and other is not None:
            (agrees if _same(path, one, other) else differs).append(path)
    return Compared(key, tuple(agrees), tuple(differs))


def _same(path: str, one: Any, other: Any) -> bool:
    if path == NAME:
        return same_name(one, other)
    if path in PLACES:
        return same_place(one, other)
    if isinstance(one, str) and isinstance(other, str):
        if len(one) != len(other) and one[:4].isdigit() and standard.is_partial_date(one):
            return one.startswith(other) or other.startswith(one)
        return plain(one) == plain(other)
    return bool(one == other)


def same_name(one: str, other: str) -> bool:
    """The same letters and tones, however capitalised and wherever the tone stands; or one typed without any."""
    if normal(one).casefold() == normal(other).casefold():
        return True
    bare = any(plain(name) == " ".join(name.lower().split()) for name in (one, other))
    return bare and plain(one) == plain(other)


def same_place(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """The same province, of before or of today, and no other commune or district where both name one."""
    return _same_place(standard.current(), one["text"], other["text"])


@lru_cache(maxsize=1 << 14)  # of one file and its unit most people come from the same few places
def _same_place(declared: Standard, one: str, other: str) -> bool:
    if plain(one) == plain(other):
        return True
    here, there = _parts(one), _parts(other)
    units = recogniser(declared).unit(one), recogniser(declared).unit(other)
    if units[0] is None or units[1] is None:
        return set(here) <= set(there) or set(there) <= set(here)
    if not same_province(declared, units[0], units[1], date.max):
        return False
    told = _same_unit(declared, units[0], units[1])
    here, there = here[:-1], there[:-1]
    return bool(not here or not there or set(here) & set(there)) if told is None else told


def _same_unit(declared: Standard, one: Unit, other: Unit) -> bool | None:
    """Whether two units of one province are the same or one lies in the other; None where nobody can tell."""
    if "province" in (one.level, other.level):
        return None
    if one.row.code in {row.code for row in other.chain} or other.row.code in {row.code for row in one.chain}:
        return True
    if one.level == other.level == "commune":
        stand = [{unit.row.code for unit in standing(declared, u, date.max)} for u in (one, other)]
        return bool(stand[0] & stand[1])
    return None


def _parts(text: str) -> list[str]:
    return [_KINDS.sub("", plain(part)) for part in _PARTS.split(text) if part.strip()]


def ranked(row: Document, dossiers: Sequence[tuple[UUID, Document]]) -> list[Compared]:
    """The dossiers that may be this person's, the likeliest first: birth or place agrees, or at least the year."""
    found = [compare(row, document, key) for key, document in dossiers]
    years = {key: _year(value_at(document, BIRTH)) for key, document in dossiers}
    year = _year(value_at(row, BIRTH))
    likely = [
        one
        for one in found
        if BIRTH in one.agrees or (year and years[one.key] == year) or set(PLACES) & set(one.agrees)
    ]
    return sorted(
        likely, key=lambda one: (-one.same_person, -len(one.agrees), len(one.differs), str(one.key))
    )


def _year(birth: Any) -> str:
    return birth[:4] if isinstance(birth, str) else ""


def likeness(candidates: Sequence[Compared]) -> Likeness:
    """Certain where one dossier agrees in all that tells a person and no other could be meant."""
    rivals = sum(one.possible_rival for one in candidates)
    return "certain" if rivals == 1 and candidates[0].same_person else "possible"


def told(row: Document) -> dict[str, Any]:
    """What a row says of who it is: a document of that alone."""
    found: dict[str, Any] = {}
    for path in SHOWN:
        if (one := value_at(row, path)) is not None:
            group, _, name = path.partition(".")
            found.setdefault(group, {})[name] = one
    return found


def new_to(row: Mapping[str, dict[str, Any]], dossier: Document) -> dict[str, Any]:
    """What a row gives without that by which its person was told: "1985" does not replace "1985-03-07"."""
    known = set(compare(row, dossier, UUID(int=0)).agrees)
    kept = {
        group: {name: one for name, one in values.items() if f"{group}.{name}" not in known}
        for group, values in row.items()
    }
    return {group: values for group, values in kept.items() if values}


def digest(row: Document) -> str:
    """What tells whether a row read again still says the same of who it is."""
    return standard.digest(standard.canonical(told(row)))


def may_be_sought(row: Document) -> bool:
    """Whether a row says enough to look for its person: a name, and when or where they were born."""
    return bool(value_at(row, NAME)) and any(value_at(row, path) for path in (BIRTH, *PLACES))
