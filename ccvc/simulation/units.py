"""Units as the simulation speaks of them, and what they do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LEADING_OFFICE = "Ban lãnh đạo và Văn phòng"
"""The part of a large unit that holds the leaders of the whole."""

UNIT_BASIS = "Đơn vị mô phỏng, không có thật"
"""What to give as the legal basis where such a unit is opened."""


class Activity(StrEnum):
    """What a unit does: it decides who works there."""

    DEPARTMENT = "department"
    COMMUNE = "commune"
    KINDERGARTEN = "kindergarten"
    PRIMARY = "primary"
    LOWER_SECONDARY = "lower_secondary"
    UPPER_SECONDARY = "upper_secondary"
    UNIVERSITY = "university"
    INSTITUTE = "institute"
    HOSPITAL = "hospital"
    HEALTH_STATION = "health_station"
    SERVICE = "service"


@dataclass(frozen=True)
class UnitSpec:
    """A unit to open: code, name, place in the tree, kind as ``organisations`` knows it, and who works there.

    ``people`` work directly in it: 0 for a unit that only holds others. ``activity`` is an Activity; without
    one it is told from the name.
    """

    code: str
    name: str
    parent_code: str
    kind: str
    people: int = 0
    activity: str = ""
