"""Lines of headcount, numbers assigned through time, and where the parts go beyond the whole. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

FILE = Path(__file__).parent / "data" / "lines.toml"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of headcount and the staff categories that count on it."""

    name: str
    label_vi: str
    label_en: str
    categories: frozenset[str]
    basis: str
    certainty: str

    @property
    def label(self) -> str:
        """The name in the language of the page."""
        return self.label_en if get_language() == "en" else self.label_vi


@cache
def lines() -> tuple[Line, ...]:
    """All lines in their order."""
    rows = tomllib.loads(FILE.read_text("utf-8"))["line"]
    names = ("name", "label_vi", "label_en", "basis", "certainty")
    return tuple(
        Line(**{name: row[name] for name in names}, categories=frozenset(row["categories"])) for row in rows
    )


def line_of(category: str | None) -> str | None:
    """The line a staff category counts on; None where it counts on none."""
    return next((line.name for line in lines() if category in line.categories), None)


def label_of(line: str) -> str:
    """The name of a line in the language of the page; its code where it is none."""
    return next((one.label for one in lines() if one.name == line), line)


def categories_of(line: str) -> frozenset[str]:
    """The staff categories that count on a line."""
    return next((one.categories for one in lines() if one.name == line), frozenset())


OFF = "off:"
"""Begins the name under which people of a category on no line are counted, so that nobody is left out."""


def place_on(category: str | None) -> str:
    """The line of a category, or the name under which those on no line are counted."""
    return line_of(category) or f"{OFF}{category or ''}"


def off_lines(place: str) -> str | None:
    """The category ("": none stated) of those counted under a name that is no line; None for a line."""
    return place.removeprefix(OFF) if place.startswith(OFF) else None


@dataclass(frozen=True, slots=True)
class Given:
    """A number assigned to a unit from a day to a day, both included (None: open)."""

    unit: int
    number: int
    first: date
    last: date | None = None

    def on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Excess:
    """On a day the parts together have more than the whole."""

    day: date
    whole: int
    parts: int


def excess(whole: Sequence[Given], parts: Sequence[Given], since: date) -> Excess | None:
    """The first day from `since` on with more in the parts than in the whole; where nothing is assigned, no bound."""
    for day in sorted({since, *(one.first for one in (*whole, *parts) if one.first > since)}):
        bound = next((one.number for one in whole if one.on(day)), None)
        together = sum(one.number for one in parts if one.on(day))
        if bound is not None and together > bound:
            return Excess(day, bound, together)
    return None


def without(rows: Iterable[Given], unit: int, first: date, last: date | None) -> Iterator[Given]:
    """Rows with the days of one unit cut out: what stands before and after a new number."""
    for row in rows:
        if row.unit != unit or not _meet(row, first, last):
            yield row
            continue
        yield from cut(row, first, last)


def cut(row: Given, first: date, last: date | None) -> Iterator[Given]:
    """What is left of a row before and after some days."""
    if row.first < first:
        yield Given(row.unit, row.number, row.first, date.fromordinal(first.toordinal() - 1))
    if last is not None and (row.last is None or row.last > last):
        yield Given(row.unit, row.number, date.fromordinal(last.toordinal() + 1), row.last)


@dataclass(frozen=True, slots=True)
class Stay:
    """The days a unit stands somewhere, both included (None: open)."""

    unit: int
    first: date
    last: date | None = None


def during(row: Given, stays: Iterable[Stay]) -> Iterator[Given]:
    """A number on the days its unit stands somewhere."""
    for stay in stays:
        if stay.unit == row.unit and _meet(row, stay.first, stay.last):
            lasts = [day for day in (row.last, stay.last) if day is not None]
            yield Given(row.unit, row.number, max(row.first, stay.first), min(lasts, default=None))


def _meet(row: Given, first: date, last: date | None) -> bool:
    return (last is None or row.first <= last) and (row.last is None or row.last >= first)


@dataclass(frozen=True, slots=True)
class Cell:
    """A line of a unit on a day: assigned (None: by nobody), and who is there."""

    assigned: int | None
    actual: int

    @property
    def vacant(self) -> int | None:
        """Free places; below zero where there are more people than places: shown, never hidden."""
        return None if self.assigned is None else self.assigned - self.actual

    @property
    def over(self) -> bool:
        """Whether there are more people than places."""
        return self.vacant is not None and self.vacant < 0
