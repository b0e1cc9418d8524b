"""The personal identification number: PPP G YY RRRRRR (province, century and sex, year of birth, random).

Decree 137/2015 Article 13, now the Identity Law 26/2023/QH15 and Decree 70/2024 (K). There is no check digit.
Only the twelve digits are a must: sex and year may have been corrected, and the province is that of the birth
registration, neither home town nor place of birth. What does not fit is a warning that asks for evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ccvc.standard.findings import Finding, finding
from ccvc.standard.patterns import PERSONAL_ID
from ccvc.standard.values import is_partial_date
from ccvc.standard.versions import current

_TWELVE_DIGITS = re.compile(PERSONAL_ID)
_FIRST_COUNTRY = 100  # prefixes from here on stand for births registered abroad (?)
_SEXES = ("1", "2")  # codes of the list "sex" in the order of the digit's parity: even male, odd female
_PROVINCES = "provinces"


def check_personal_id(pid: Any, sex: Any, birth: Any, path: str = "identity.personal_id") -> list[Finding]:
    """Hold a number against sex (code) and birth date (partial date), as far as these are there."""
    if not isinstance(pid, str) or not _TWELVE_DIGITS.search(pid):
        return [finding("STD-PERSONAL-ID", path, pid)]
    return list(_doubts(pid, sex, birth, path))


def born_in(pid: str) -> int:
    """Give the year of birth written in a number: "001085…" -> 1985."""
    return 1900 + int(pid[3]) // 2 * 100 + int(pid[4:6])


def _doubts(pid: str, sex: Any, birth: Any, path: str) -> Iterator[Finding]:
    if not _known_province(pid[:3]):
        yield finding("STD-PERSONAL-ID-PROVINCE", path, pid, prefix=pid[:3])
    if sex in _SEXES and sex != _SEXES[int(pid[3]) % 2]:
        yield finding("STD-PERSONAL-ID-SEX", path, pid, digit=pid[3])
    if is_partial_date(birth) and int(birth[:4]) != born_in(pid):
        yield finding("STD-PERSONAL-ID-YEAR", path, pid, number=born_in(pid), declared=birth[:4])


def _known_province(prefix: str) -> bool:
    """Provinces keep their prefix for life of the number, so codes closed by mergers count as well."""
    return int(prefix) >= _FIRST_COUNTRY or prefix[1:] in current().codes[_PROVINCES]
