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


class _Named:
    """What has a name in both languages."""

    label_vi: str
    label_en: str

    @property
    def label(self) -> str:
        """The name in the language of the page."""
        return self.label_en if get_language() == "en" else self.label_vi


@dataclass(frozen=True)
class Line(_Named):
    """A line of headcount, the staff categories that count on it from a day to a day, and the group it is shown in.

    `contracts` are the kinds of contract that count; empty: any.
    """

    name: str
    label_vi: str
    label_en: str
    categories: frozenset[str]
    basis: str
    certainty: str
    group: str
    contracts: frozenset[str] = frozenset()
    valid_from: date = date.min
    valid_to: date = date.max

    def counts(self, category: str | None, contract: str | None) -> bool:
        """Whether somebody of a category, with a kind of contract, may count on it."""
        return category in self.categories and (not self.contracts or contract in self.contracts)


@dataclass(frozen=True)
class Group(_Named):
    """Lines shown together."""

    name: str
    label_vi: str
    label_en: str
    lines: tuple[Line, ...]


@cache
def _declared() -> tuple[tuple[Line, ...], dict[str, tuple[str, str]]]:
    told = tomllib.loads(FILE.read_text("utf-8"))
    sets = ("categories", "contracts")
    found = tuple(
        Line(**{"group": row["name"], **row, **{one: frozenset(row.get(one, ())) for one in sets}})
        for row in told["line"]
    )
    return found, {row["name"]: (row["label_vi"], row["label_en"]) for row in told["group"]}


def every_line() -> tuple[Line, ...]:
    """All lines of all times, in their order."""
    return _declared()[0]


def lines(on: date) -> tuple[Line, ...]:
    """Lines that hold on a day."""
    return tuple(line for line in every_line() if line.valid_from <= on <= line.valid_to)


def grouped_lines(held: Sequence[Line]) -> tuple[Group, ...]:
    """Lines as they are shown together; one that is in no group is its own."""
    labels = _declared()[1]
    names = dict.fromkeys(line.group for line in held)
    together = {name: tuple(line for line in held if line.group == name) for name in names}
    return tuple(
        Group(name, *labels.get(name, (some[0].label_vi, some[0].label_en)), some)
        for name, some in together.items()
    )


def line_of(category: str | None, contract: str | None = None, on: date = date.max) -> str | None:
    """The line somebody counts on by category and kind of contract; None where they count on none."""
    return next((line.name for line in lines(on) if line.counts(category, contract)), None)


def label_of(line: str) -> str:
    """The name of a line in the language of the page; its code where it is none."""
    return next((one.label for one in every_line() if one.name == line), line)


OFF = "off:"
"""Begins the name under which people of a category on no line are counted, so that nobody is left out."""


def place_on(category: str | None, contract: str | None, on: date) -> str:
    """The line somebody counts on, or the name under which those on no line are counted."""
    return line_of(category, contract, on) or f"{OFF}{category or ''}"


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
