"""What people write in worked cases: categories, forms of discipline, days, in Vietnamese or English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

SEXES: Mapping[str, str] = MappingProxyType({"nam": "1", "nữ": "2", "male": "1", "female": "2"})
CATEGORIES: Mapping[str, str] = MappingProxyType(
    {"cán bộ": "CB", "công chức": "CC", "viên chức": "VC", "người lao động": "HD", "hợp đồng": "HD"}
)
FORMS: Mapping[str, str] = MappingProxyType(
    {
        "khiển trách": "HC1",
        "cảnh cáo": "HC2",
        "hạ bậc lương": "HC3",
        "giáng chức": "HC4",
        "cách chức": "HC5",
        "bãi nhiệm": "HC6",
        "buộc thôi việc": "HC7",
    }
)
PARTY: Mapping[str, str] = MappingProxyType(
    {"khiển trách": "D1", "cảnh cáo": "D2", "cách chức": "D3", "khai trừ": "D4"}
)
DAY = r"(\d{4}-\d{2}-\d{2})"
_DAY = re.compile(DAY)


Case = Mapping[str, str]
"""A row of a file of cases, by column."""


@dataclass(frozen=True, slots=True)
class Solved:
    """What the rules give for a case, by the columns it is compared with; `remark`: what was read with doubt."""

    found: Mapping[str, str]
    remark: str = ""


def category(text: str) -> str:
    """The code of a category of staff; an expert counts as a civil servant."""
    known = text.strip().casefold()
    return next((code for name, code in CATEGORIES.items() if name in known), "CC")


def days(text: str) -> list[date]:
    """All days a text names."""
    return [date.fromisoformat(found) for found in _DAY.findall(text)]


def day(text: str) -> date | None:
    """The first day a text names."""
    return next(iter(days(text)), None)
