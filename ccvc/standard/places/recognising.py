"""From a place as people write it to the code of the most precise unit it names; never a guess where two fit.

A text of three levels is of the time of districts, one of two levels (commune, province) of today. Where a
commune's name fits two, the unit both lie in is what is known for sure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from ccvc.standard.codes import Code, Codes, squeezed
from ccvc.standard.fields import Standard
from ccvc.standard.patterns import COMMUNES, DISTRICTS, PLACE_LIST
from ccvc.standard.places.units import LAST_DAY_OF_DISTRICTS, Unit, unit_of
from ccvc.standard.places.words import (
    LEVEL_OF_KIND,
    Reading,
    core_of,
    has_dash,
    is_bare,
    marked,
    parts_of,
    readings,
    without_country,
)

_FEWEST_WITHOUT_PROVINCE = 2
_MOST_PARTS = 3  # commune, district, province; what stands before is a street or a hamlet
_REMEMBERED = 50_000

Rows = tuple[Code, ...]
Read = tuple[Reading, ...]


class Bearer(NamedTuple):
    """A row under one of its names: kind of unit, and the name squeezed with its marks."""

    row: Code
    kind: str
    marked: str


Named = Mapping[str, tuple[Bearer, ...]]
"""Bearers by the squeezed letters of their names."""


@lru_cache(maxsize=16)
def recogniser(standard: Standard) -> Recogniser:
    """The recogniser of a standard, made once for each."""
    return Recogniser(standard)


def coded(standard: Standard, text: str) -> dict[str, str]:
    """A place value: the text as written, with the code and its day where a unit is recognised."""
    unit = recogniser(standard).unit(text)
    if unit is None or unit.day is None:
        return {"text": text}
    return {"text": text, "code": unit.row.code, "code_date": unit.day.isoformat()}


class Recogniser:
    """Recognises units by the place lists of one standard; remembers what it has seen."""

    def __init__(self, standard: Standard) -> None:
        self._standard = standard
        self._provinces: Codes | None = standard.codes.get(PLACE_LIST)
        self._lists = _Lists(standard)
        self._known: dict[str, Unit | None] = {}

    def unit(self, text: str) -> Unit | None:
        """The most precise unit that a text names for sure; None where it names none.

        House numbers and hamlets make texts differ that name one commune: the last two pieces are looked up first,
        and decide where they name a commune; else the last three do.
        """
        pieces = without_country(text).rsplit(",", _MOST_PARTS)
        found = self._remembered(",".join(pieces[-2:]))
        if len(pieces) < _MOST_PARTS or (found and found.level == "commune"):
            return found
        return self._remembered(",".join(pieces[-_MOST_PARTS:]))

    def _remembered(self, tail: str) -> Unit | None:
        if tail not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[tail] = self._of_tail(tail)
        return self._known[tail]

    def _of_tail(self, tail: str) -> Unit | None:
        found = self._recognised(parts_of(tail))
        if not has_dash(tail) or (found and found.level != "province"):
            return found
        return self._recognised(parts_of(tail, dashes=True)) or found

    def _recognised(self, parts: Sequence[str]) -> Unit | None:
        if not parts or self._provinces is None:
            return None
        bare = all(is_bare(part) for part in parts)  # else a name without marks has none
        read = [readings(part, bare=bare) for part in parts]
        provinces = self._lists.provinces(parts[-1])
        if not provinces:
            return self._without_province(read)
        return self._unit(self._below(provinces, read[:-1]) or _province(provinces, read[:-1]))

    def _unit(self, row: Code | None) -> Unit | None:
        day = (row.valid_to or row.valid_from) if row else None
        return unit_of(self._standard, row.code, day) if row and day else None

    def _below(self, provinces: Rows, parts: Sequence[Read]) -> Code | None:
        """The district or commune that the parts before the province name, if exactly one fits."""
        if not parts:
            return None
        old = list(dict.fromkeys(row.code for row in provinces if row.valid_to))
        new = [row.code for row in provinces if not row.valid_to]
        read = parts[-1]
        of_commune = _says(read, "commune")
        districts = [] if of_commune else self._fitting(read, "district", map(self._lists.districts, old))
        if districts:
            return self._in_districts(districts, read, parts, old + new)
        if not of_commune:
            return None
        today = self._fitting(read, "commune", map(self._lists.communes, new), strict=True)
        return _only(today or self._fitting(read, "commune", self._lists.all_old(old), strict=True))

    def _in_districts(
        self, districts: list[Code], read: Read, parts: Sequence[Read], provinces: list[str]
    ) -> Code | None:
        """The commune before the district; the district alone where it is named as one, or nothing else fits."""
        found = self._communes_before(districts, parts)
        if found or len({row.code for row in districts}) > 1:
            return _only(found)
        if _says(read, "district"):
            return districts[0]
        others = [*map(self._lists.communes, provinces), *self._lists.all_old(provinces)]
        return None if self._fitting(read, "commune", others) else districts[0]

    def _communes_before(self, districts: Iterable[Code], parts: Sequence[Read]) -> list[Code]:
        if len(parts) < _FEWEST_WITHOUT_PROVINCE:
            return []
        named = [self._lists.communes(district.code) for district in districts]
        return self._fitting(parts[-2], "commune", named)

    def _without_province(self, parts: Sequence[Read]) -> Unit | None:
        """A district named as one, and the commune before it, where the country has only one such."""
        read = [reading for reading in parts[-1] if LEVEL_OF_KIND.get(reading.kind or "") == "district"]
        districts = self._fitting(read, "district", [self._lists.all_districts])
        communes = self._communes_before(districts, parts)
        return self._unit(_only(communes) or (_only(districts) if not communes else None))

    def _fitting(
        self, read: Sequence[Reading], level: str, holders: Iterable[Named], *, strict: bool = False
    ) -> list[Code]:
        """Rows a part names: of the kind it says, else (unless strict) of another kind of the level.

        Kinds changed over time: a commune became a township, a district a town.
        """
        held = list(holders)
        exact: dict[int, Code] = {}
        other: dict[int, Code] = {}
        for reading in read:
            if reading.kind and LEVEL_OF_KIND[reading.kind] != level:
                continue
            for bearer in _named(held, reading):
                same = reading.kind in {None, bearer.kind}
                (exact if same else other)[id(bearer.row)] = bearer.row
        return list(exact.values() or ([] if strict else other.values()))


def _only(rows: Sequence[Code]) -> Code | None:
    return rows[0] if len(rows) == 1 else None


def _named(holders: Iterable[Named], reading: Reading) -> Iterator[Bearer]:
    for holder in holders:
        for bearer in holder.get(reading.letters, ()):
            if reading.marked in {None, bearer.marked}:
                yield bearer


def _named_city(districts: Named, reading: Reading) -> bool:
    return any(bearer.kind == reading.kind for bearer in _named([districts], reading))


def _says(read: Sequence[Reading], level: str) -> bool:
    """Whether a part says the kind of its unit, one of a level."""
    return any(LEVEL_OF_KIND.get(reading.kind or "") == level for reading in read)


def _province(provinces: Rows, parts: Sequence[Read]) -> Code:
    """The province itself: by the list of before July 2025 where a district is written, else the newest."""
    if any(_says(read, "district") for read in parts):
        old = [row for row in provinces if row.in_force(LAST_DAY_OF_DISTRICTS)]
        if old:
            return old[0]
    return max(provinces, key=lambda row: row.valid_from or row.valid_to or LAST_DAY_OF_DISTRICTS)


class _Lists:
    """The place lists by holder and name, each part made when first needed."""

    def __init__(self, standard: Standard) -> None:
        self._codes = standard.codes
        self._provinces: dict[str, Rows] = {}
        self._communes: dict[str, Named] = {}

    def provinces(self, part: str) -> Rows:
        """The provinces of every time that bear a name, with or without the word for one before it.

        "TP. Vĩnh Long" is the city of that name, and not the province.
        """
        if part not in self._provinces:
            read = [reading for reading in readings(part) if reading.kind in _KINDS_OF_PROVINCE]
            found = [(r, bearer) for r in read for bearer in _named([self._all_provinces], r)]
            exact = [pair for pair in found if pair[0].kind == pair[1].kind]
            city = [r for r in read if r.kind == "Thành phố" and _named_city(self.all_districts, r)]
            self._provinces[part] = tuple(
                {id(b.row): b.row for _, b in exact or ([] if city else found)}.values()
            )
        return self._provinces[part]

    def districts(self, province: str) -> Named:
        """The districts of a province of before July 2025."""
        return self._districts.get(province, _NOBODY)

    def communes(self, holder: str) -> Named:
        """The communes of a district of before, or of a province of today."""
        if holder not in self._communes:
            self._communes[holder] = _by_name(self._rows_of_holder.get(holder, ()))
        return self._communes[holder]

    def all_old(self, provinces: Iterable[str]) -> list[Named]:
        """The communes of all districts of provinces of before."""
        return [self.communes(code) for province in provinces for code in self._codes_of_districts[province]]

    @cached_property
    def all_districts(self) -> Named:
        """The districts of the whole country."""
        return _by_name(self._codes.get(DISTRICTS, ()))

    @cached_property
    def _all_provinces(self) -> Named:
        return _by_name(self._codes[PLACE_LIST], whole=True)

    @cached_property
    def _districts(self) -> Mapping[str, Named]:
        held: dict[str, list[Code]] = defaultdict(list)
        for row in self._codes.get(DISTRICTS, ()):
            held[row.extra["parent"]].append(row)
        return {province: _by_name(rows) for province, rows in held.items()}

    @cached_property
    def _codes_of_districts(self) -> Mapping[str, list[str]]:
        held: dict[str, list[str]] = defaultdict(list)
        for row in self._codes.get(DISTRICTS, ()):
            held[row.extra["parent"]].append(row.code)
        return held

    @cached_property
    def _rows_of_holder(self) -> Mapping[str, list[Code]]:
        held: dict[str, list[Code]] = defaultdict(list)
        for row in self._codes.get(COMMUNES, ()):
            held[row.extra["parent"]].append(row)
        return held


_KINDS_OF_PROVINCE = {None, "Tỉnh", "Thành phố"}
_NOBODY: Named = {}


def _by_name(rows: Iterable[Code], *, whole: bool = False) -> Named:
    """Rows by the names they bear; `whole`: also by the label as it stands, and by synonyms with their kind."""
    held: dict[str, tuple[Bearer, ...]] = defaultdict(tuple)
    for row in rows:
        kind = core_of(row.label_vi)[0]
        for text in {row.label_vi, *row.synonyms}:
            for name in {core_of(text)[1], text} if whole else {core_of(text)[1]}:
                held[squeezed(name)] += (Bearer(row, kind, marked(name)),)
    return held
