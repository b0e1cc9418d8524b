"""Certified copies: their forms as data, and where the agency's mark stands on them. NĐ 30/2020/NĐ-CP Điều 25. Pure."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import msgspec
from pyhanko.pdf_utils.reader import PdfFileReader

from ccvc.signing.embedded import UNREADABLE
from ccvc.standard.problems import Problem

KIND = "copy"
FILE = Path(__file__).with_name("data") / "copies.toml"
LONGEST_EXCERPT = 20_000
MILLIMETRE = 72 / 25.4
FROM_EDGE = 4.0
SIZE = {False: (84.0, 24.0), True: (108.0, 36.0)}
"""Millimetres of the agency's mark on a copy: in words alone, and with the seal at its real size."""
QUARTER, HALF, FULL = 90, 180, 360
Medium = Literal["paper", "electronic", "copy"]


class CopyForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One form of copy with its basis: `whole`, or of a passage; `of` names what it may be made of."""

    label: str
    label_en: str
    heading: str
    symbol: str
    of: Sequence[Medium]
    whole: bool
    valid_from: date
    basis: str
    certainty: str
    valid_to: date | None = None
    name: str = ""

    def fits(self, medium: Medium, on: date) -> bool:
        """Whether it is made of this on a day."""
        return medium in self.of and self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class Spot(msgspec.Struct, frozen=True):
    """Where the mark stands on the first page: its rectangle in points, how the page is turned, how it is shrunk."""

    box: tuple[int, int, int, int]
    turned: int
    scale: float
    sealed: bool


@cache
def copy_forms() -> Mapping[str, CopyForm]:
    """Every form of copy by name."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return MappingProxyType(
        {name: msgspec.convert(one | {"name": name}, CopyForm) for name, one in data.items()}
    )


def copy_form(name: str) -> CopyForm:
    """The form of this name; Problem DOC-FORM-UNKNOWN."""
    found = copy_forms().get(name)
    if found is None:
        raise Problem("DOC-FORM-UNKNOWN", form=name[:40])
    return found


def offered(medium: Medium, on: date) -> list[CopyForm]:
    """The forms something may be copied in on a day."""
    return [one for one in copy_forms().values() if one.fits(medium, on)]


def spot_on(pdf: bytes, *, sealed: bool) -> Spot:
    """Where the mark stands: in the upper right corner of the first page, as it is looked at.

    Problem DOC-COPY-PDF where the file cannot be read as a PDF, DOC-COPY-LOCKED where it allows nothing to be added.
    """
    try:
        return _spot(pdf, sealed=sealed)
    except UNREADABLE as error:
        raise Problem("DOC-COPY-PDF") from error


def _spot(pdf: bytes, *, sealed: bool) -> Spot:
    reader = PdfFileReader(io.BytesIO(pdf))
    if "/Perms" in reader.root and "/DocMDP" in reader.root["/Perms"]:
        raise Problem("DOC-COPY-LOCKED")
    page = _first_page(reader)
    turned = int(_inherited(page, "/Rotate", 0)) % FULL
    left, low, right, high = _edges(_inherited(page, "/CropBox") or _inherited(page, "/MediaBox"))
    across = high - low if turned % HALF else right - left
    width, height = (side * MILLIMETRE for side in SIZE[sealed])
    edge = FROM_EDGE * MILLIMETRE
    scale = min(1.0, (across - 2 * edge) / width)
    box = _corner((left, low, right, high), turned, (width * scale, height * scale), edge)
    return Spot(box, turned, round(scale, 4), sealed)


def _first_page(reader: PdfFileReader) -> Any:
    page = reader.root["/Pages"]
    while page["/Type"] != "/Page":
        page = page["/Kids"][0]
    return page


def _inherited(page: Any, name: str, default: Any = None) -> Any:
    """A value a page has from those above it."""
    while name not in page:
        if "/Parent" not in page:
            return default
        page = page["/Parent"]
    return page[name]


def _edges(box: Any) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = (float(number) for number in box)
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _corner(
    page: tuple[float, float, float, float], turned: int, size: tuple[float, float], edge: float
) -> tuple[int, int, int, int]:
    """The rectangle in the page's own axes that is seen in the upper right corner when it is shown turned clockwise."""
    left, low, right, high = page
    width, height = size if turned % HALF == 0 else (size[1], size[0])
    x = left + edge if turned in {QUARTER, HALF} else right - edge - width
    y = low + edge if turned in {HALF, HALF + QUARTER} else high - edge - height
    x1, y1, x2, y2 = (round(one) for one in (x, y, x + width, y + height))
    return x1, y1, x2, y2
