"""Electronic agency codes (QĐ 20/2020/QĐ-TTg), kinds of units and what may follow what. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from ccvc.standard.problems import Problem

LONGEST_CODE = 35
CODE = re.compile(r"[A-Y]\d{2}(?:\.[A-Z0-9]+)*")
OLD_CODE = re.compile(r"(\d{3})\.(\d{2})\.(\d{2})\.([A-Y]\d{2})")
"""QCVN 102:2016/BTTTT, read right to left by level: 000.00.18.G12 is unit 18 of G12."""

OLD_WIDTHS = (2, 2, 3)


class Kind(StrEnum):
    """Kinds of units. The list may grow; no rule of the program counts levels."""

    MINISTRY = "ministry"
    MINISTERIAL_BODY = "ministerial_body"
    GOVERNMENT_BODY = "government_body"
    CENTRAL_BODY = "central_body"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    DEPARTMENT = "department"
    PUBLIC_UNIT = "public_unit"


KIND_LABELS = {
    Kind.MINISTRY: _("Bộ"),
    Kind.MINISTERIAL_BODY: _("Cơ quan ngang bộ"),
    Kind.GOVERNMENT_BODY: _("Cơ quan thuộc Chính phủ"),
    Kind.CENTRAL_BODY: _("Cơ quan khác ở trung ương"),
    Kind.PROVINCE: _("Tỉnh, thành phố trực thuộc trung ương"),
    Kind.DISTRICT: _("Đơn vị hành chính cấp huyện"),
    Kind.COMMUNE: _("Xã, phường, đặc khu"),
    Kind.DEPARTMENT: _("Tổ chức hành chính"),
    Kind.PUBLIC_UNIT: _("Đơn vị sự nghiệp công lập"),
}


def parse_code(text: str) -> str:
    """The electronic code in its present form, from the present or the old one. Raises ORG-CODE."""
    code = text.strip().upper()
    if old := OLD_CODE.fullmatch(code):
        *levels, top = old.groups()
        return _from_old(levels, top)
    if CODE.fullmatch(code) and len(code) <= LONGEST_CODE:
        return code
    raise Problem("ORG-CODE", where="code", given=text[:60])


def _from_old(levels: list[str], top: str) -> str:
    lowest, middle, second = levels
    given = [second, middle, lowest]
    while given and not int(given[-1]):
        given.pop()
    return ".".join([top, *given])


def old_code(code: str) -> str | None:
    """The form of QCVN 102:2016, as older systems write it; None where it would not come back the same."""
    top, *levels = code.split(".")
    if len(levels) > len(OLD_WIDTHS):
        return None
    padded = [*levels, *("0" * width for width in OLD_WIDTHS[len(levels) :])]
    old = ".".join([*reversed(padded), top])
    return old if OLD_CODE.fullmatch(old) and parse_code(old) == code else None


def agency_of(code: str) -> str:
    """The level-1 code that a code belongs to: H41.12.03 -> H41."""
    return code.partition(".")[0]


def is_below(code: str, parent: str) -> bool:
    """Whether a code is written as one below its parent's: each group of a code is one level."""
    return code.startswith(f"{parent}.")


def check_placed(code: str, parent: str | None) -> None:
    """Raise ORG-CODE-PARENT unless the code fits its place: level 1 without a parent, else below its code."""
    placed = "." not in code if parent is None else is_below(code, parent)
    if not placed:
        raise Problem("ORG-CODE-PARENT", where="code", code=code, parent=parent or "—")


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both included; an open end has no last day."""

    first: date
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the day lies within."""
        return self.first <= day and (self.last is None or day <= self.last)


def written(day: date | None) -> str:
    """A day as people write it."""
    return f"{day:%d/%m/%Y}" if day else ""
