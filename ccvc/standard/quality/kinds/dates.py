"""Dates against dates and against the day. Of partial dates only what is sure counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from ccvc.standard.fields import Standard
from ccvc.standard.quality.case import (
    YEAR,
    Asked,
    Case,
    Found,
    Place,
    first_day,
    last_day,
    later,
    months_between,
    written,
)
from ccvc.standard.quality.declaring import Rule
from ccvc.standard.quality.kinds.making import Check, Make, cells, places
from ccvc.standard.reading import Row, cell
from ccvc.standard.values import precision

DAYS_AFTER = {"month": 1, "year": YEAR}


def apart(rule: Rule, asked: Asked, _standard: Standard) -> Check:
    """The second date at least (`least`) or at most (`most`) so many months after the first."""
    first, second = places(rule)
    inside = bool(first.cell) and (first.group, first.name) == (second.group, second.name)

    least, most = asked.parameters.get("least"), asked.parameters.get("most")

    def check(case: Case) -> Iterator[Found]:
        outer = None if inside else case.value(first)
        for row, value in cells(case, asked, second):
            before = cell(row, first.cell) if inside and row is not None else outer
            if before is None or not _too_near_or_far(before, value, least, most):
                continue
            yield Found(second.at(row), {"first": _shown(before), "second": _shown(value)})

    return check


def _too_near_or_far(before: Any, after: Any, least: int | None, most: int | None) -> bool:
    first, last = first_day(before), last_day(after)
    if first is None or last is None:
        return False
    if least is not None and last < later(first, least):
        return True
    start, end = first_day(after), last_day(before)
    return most is not None and start is not None and end is not None and start > later(end, most)


def _shown(value: Any) -> str:
    return "/".join(reversed(str(value).split("-")))


def future(rule: Rule, asked: Asked, _standard: Standard) -> Check:
    """A date of something that has happened, later than the day."""
    looked_at = places(rule)

    def check(case: Case) -> Iterator[Found]:
        today = case.on.isoformat()
        for place in looked_at:
            for row, value in cells(case, asked, place):
                if type(value) is str and value <= today:  # dates known in part sort as their first days do
                    continue
                day = first_day(value)
                if day is not None and day > case.on:
                    yield Found(place.at(row), {"second": _shown(value)})

    return check


def past(rule: Rule, asked: Asked, _standard: Standard) -> Check:
    """A date that lies more than `months` before the day."""
    looked_at, months = places(rule), asked.parameters["months"]

    def check(case: Case) -> Iterator[Found]:
        limit = later(case.on, -months)
        for place in looked_at:
            for row, value in cells(case, asked, place):
                day = last_day(value)
                if day is not None and day < limit:
                    yield Found(place.at(row), {"second": _shown(value)})

    return check


def vague(rule: Rule, asked: Asked, _standard: Standard) -> Check:
    """A date of which the day is not known."""
    looked_at = places(rule)

    def check(case: Case) -> Iterator[Found]:
        for place in looked_at:
            for row, value in cells(case, asked, place):
                if precision(value) != "day":
                    yield Found(place.at(row), {"second": _shown(value)})

    return check


def ended(rule: Rule, asked: Asked, _standard: Standard) -> Check:
    """Every row of a table has ended by the day: none is open. `fields` is the cell with the end."""
    (end,) = places(rule)

    def check(case: Case) -> Iterator[Found]:
        rows = asked.rows(case, end)
        ends = [last_day(value) if (value := cell(row, end.cell)) else None for row in rows]
        closed = [day for day in ends if day is not None]
        if rows and len(closed) == len(rows) and max(closed) < case.on:
            newest = rows[closed.index(max(closed))]
            yield Found(end.at(newest), {"second": written(max(closed))})

    return check


def age_over(rule: Rule, asked: Asked, _standard: Standard) -> Check:
    """Older than the parameter `male` or `female` says, in months. `fields`: birth date, sex."""
    birth, sex = places(rule)[:2]
    limits: Mapping[str, str] = {"1": "male", "2": "female"}

    def check(case: Case) -> Iterator[Found]:
        born, which = case.value(birth), limits.get(case.value(sex) or "")
        months = asked.parameters.get(which) if which else None
        last = last_day(born) if born else None
        if months is not None and last is not None and later(last, months) < _month_of(case.on):
            years = months_between(last, case.on) // YEAR
            yield Found(birth.path, {"first": _shown(born), "age": years, "limit": _years(months)})

    return check


def _month_of(day: date) -> date:
    """The month's first day: service ends with the month in which the age is reached."""
    return day.replace(day=1)


def _years(months: int) -> str:
    years, rest = divmod(months, YEAR)
    return f"{years} tuổi {rest} tháng" if rest else f"{years} tuổi"


def yearly(rule: Rule, asked: Asked, _standard: Standard) -> Check:
    """A row for the year before, once the month `month` of a year has begun. `fields`: the cell with the year."""
    (year,), month = places(rule), asked.parameters["month"]

    def check(case: Case) -> Iterator[Found]:
        wanted = case.on.year - 1 - (case.on.month < month)
        if not any(year_of(row, year) == wanted for row in asked.rows(case, year)):
            yield Found(f"{year.group}.{year.name}", {"year": wanted})

    return check


def year_of(row: Row, place: Place) -> int | None:
    """The year a cell holds."""
    day = first_day(row.get(place.cell)) if place.cell in row else None
    return day.year if day else None


KINDS: Mapping[str, Make] = {
    "apart": apart,
    "future": future,
    "past": past,
    "vague": vague,
    "ended": ended,
    "age_over": age_over,
    "yearly": yearly,
}
