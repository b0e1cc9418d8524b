"""Personal identification numbers: 12 digits, coherent with the person, never twice.

Shape: province of birth registration (three digits of the list of 63), century and sex, two digits of the
year of birth, six digits that mean nothing (Decree 137/2015/NĐ-CP Art. 13; Law 26/2023/QH15). Each agency
draws the last six from a share of its own, so that agencies made apart, under whatever seeds, never issue the
same.
"""

from __future__ import annotations

from zlib import crc32

MEANINGLESS = 1_000_000
SLOTS = 128
SHARE = MEANINGLESS // SLOTS
"""Numbers an agency may give for one province, sex and year of birth."""

SCATTER = 386_747
"""Coprime to 1,000,000: neighbours in counting land far apart, and none twice."""

_MINISTRIES_FROM = 64
_FIRST_CENTURY = 19


def slot(agency_code: str) -> int:
    """The share of an agency by its level-1 code: H01-H63 and G01-G63 have their own, others one by hash."""
    level1 = agency_code.split(".", 1)[0]
    letter, number = level1[:1], level1[1:]
    if letter in "GH" and number.isdigit() and 0 < int(number) < _MINISTRIES_FROM:
        return int(number) + (_MINISTRIES_FROM if letter == "G" else 0)
    return crc32(level1.encode()) % SLOTS


def prefix(old_province: str, sex: str, born: int) -> str:
    """The six digits that mean something."""
    century_and_sex = (born // 100 - _FIRST_CENTURY) * 2 + int(sex) - 1
    return f"0{old_province}{century_and_sex}{born % 100:02}"


class PersonalIds:
    """Numbers for the people of one agency, counted on from person to person."""

    def __init__(self, agency_code: str) -> None:
        self._from = slot(agency_code) * SHARE
        self._given: dict[str, int] = {}
        self._offsets: dict[str, int] = {}

    def mint(self, old_province: str, sex: str, born: int) -> str:
        """A number nobody else has; ValueError once the agency's share for this province and year is used."""
        known = prefix(old_province, sex, born)
        given = self._given.get(known, 0)
        if given >= SHARE:
            raise ValueError(f"no number left for {known}: more than {SHARE} people of one birth year")
        self._given[known] = given + 1
        offset = self._offsets.get(known)
        if offset is None:
            offset = self._offsets[known] = crc32(known.encode()) % MEANINGLESS
        return f"{known}{(SCATTER * (self._from + given) + offset) % MEANINGLESS:06}"
