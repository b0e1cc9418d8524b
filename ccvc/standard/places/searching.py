"""Suggestions while somebody types a place: units whose names begin with what was typed, those of today first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from ccvc.standard.codes import Code, squeezed
from ccvc.standard.fields import Standard
from ccvc.standard.patterns import COMMUNES, DISTRICTS, PLACE_LIST
from ccvc.standard.places.units import LAST_DAY_OF_DISTRICTS, Unit, unit_of
from ccvc.standard.places.words import Reading, core_of, parts_of, readings, without_country

FEWEST_LETTERS = 2
LONGEST_TYPED = 200


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A unit somebody may mean, and its name as it may be written."""

    unit: Unit
    text: str


def suggest(standard: Standard, typed: str, most: int = 12) -> list[Suggestion]:
    """Units that fit what was typed so far, such as "hoa ti", "Q.1" or "xã hòa tiến, đà".

    The first part begins a unit's name, each further one the name of something it lies in.
    """
    parts = parts_of(without_country(typed[:LONGEST_TYPED]))
    if not parts:
        return []
    heads = [r for r in readings(parts[0]) if r.letters and (r.kind or len(r.letters) >= FEWEST_LETTERS)]
    above = [{reading.letters for reading in readings(part)} for part in parts[1:]]
    return list(islice(_fitting(standard, heads, above), most))


def _fitting(standard: Standard, heads: Sequence[Reading], above: Sequence[set[str]]) -> Iterator[Suggestion]:
    for kind, letters, row in _searched(standard):
        if any(letters.startswith(head.letters) and head.kind in {None, kind} for head in heads):
            unit = unit_of(standard, row.code, row.valid_to or row.valid_from or LAST_DAY_OF_DISTRICTS)
            if unit and all(_lies_in(unit, names) for names in above):
                yield Suggestion(unit, unit.name())


def _lies_in(unit: Unit, names: set[str]) -> bool:
    held = [squeezed(core_of(row.label_vi)[1]) for row in unit.chain[1:]]
    return any(name.startswith(letters) for name in held for letters in names)


@lru_cache(maxsize=4)
def _searched(standard: Standard) -> list[tuple[str, str, Code]]:
    """Every row by kind and its name's letters: of today before closed ones, short names first."""
    lists = [standard.codes[name] for name in (PLACE_LIST, DISTRICTS, COMMUNES) if name in standard.codes]
    rows = [(*core_of(row.label_vi), row) for codes in lists for row in codes]
    found = [(kind, squeezed(name), row) for kind, name, row in rows]
    return sorted(found, key=lambda one: (one[2].valid_to is not None, len(one[1])))
