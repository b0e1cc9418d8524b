"""Rows of one table against each other: overlaps, gaps, the same thing twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from ccvc.standard.documents import Difference
from ccvc.standard.fields import Standard
from ccvc.standard.names import plain
from ccvc.standard.quality.case import Asked, Case, Found, Place, first_day, last_day, later, written
from ccvc.standard.quality.declaring import Rule
from ccvc.standard.quality.kinds.making import Check, Make, places
from ccvc.standard.reading import Row

Span = tuple[date, date, date, Row]
"""The last day a row may begin, the first day it may end, the last day it may end, the row."""


def spans(case: Case, asked: Asked, begin: Place, end: Place) -> list[Span]:
    """The times of the rows, by their beginning; a row without an end lasts until the day."""
    found = []
    for row in asked.rows(case, begin):
        start = last_day(row[begin.cell]) if begin.cell in row else None
        ends = row.get(end.cell) or case.on.isoformat()
        first, last = first_day(ends), last_day(ends)
        if start is not None and first is not None and last is not None:
            found.append((start, first, last, row))
    return sorted(found, key=lambda span: span[:3])


def overlap(rule: Rule, asked: Asked, _standard: Standard) -> Check:
    """Two rows that surely hold at once for more than `months`; one with a word of `words` may stand beside others."""
    begin, end, *beside = places(rule)
    words = tuple(plain(word) for word in rule.options.get("words", ()))

    months = asked.parameters["months"]

    def check(case: Case) -> Iterator[Found]:
        if _in_a_row(case.rows(begin), begin.cell, end.cell):
            return
        found = spans(case, asked, begin, end)
        if not _overlapping(found, months):
            return
        for (_, ends, _, one), (_, _, _, other) in _overlapping(
            [span for span in found if not _is_beside(span[3], beside, words)], months
        ):
            yield Found(begin.at(other), {"first": _name(one, beside), "day": written(ends)})

    return check


def _in_a_row(rows: Sequence[Row], begin: str, end: str) -> bool:
    """Whether each row surely ends before the next begins: dates known in part sort as texts do."""
    before: str | None = ""
    for row in rows:
        start, ends = row.get(begin), row.get(end)
        if before is None or type(start) is not str or start < before:
            return False
        before = ends if type(ends) is str and ends >= start else None
    return True


def _overlapping(found: list[Span], months: int) -> list[tuple[Span, Span]]:
    """Each row that holds at once with one before it: of those before, the one that surely lasts longest."""
    pairs, longest = [], found[0] if found else None
    for other in found[1:]:
        if longest is not None and later(other[0], months) < min(longest[1], other[1]):
            pairs.append((longest, other))
        longest = max(longest or other, other, key=_sure_end)
    return pairs


def _sure_end(span: Span) -> date:
    return span[1]


def _is_beside(row: Row, places_: list[Place], words: tuple[str, ...]) -> bool:
    return any(word in plain(str(row.get(place.cell, ""))) for place in places_ for word in words)


def _name(row: Row, places_: list[Place]) -> str:
    return str(row.get(places_[0].cell, "")) if places_ else ""


def gap(rule: Rule, asked: Asked, _standard: Standard) -> Check:
    """More than `months` between the end of all rows so far and the beginning of the next."""
    begin, end = places(rule)
    months = asked.parameters["months"]

    def check(case: Case) -> Iterator[Found]:
        covered: date | None = None
        for start, _, last, row in spans(case, asked, begin, end):
            if covered is not None and later(covered, months) + timedelta(days=1) < _surely(
                row, begin, start
            ):
                yield Found(begin.at(row), {"first": written(covered), "day": written(start)})
            covered = max(covered or last, last)

    return check


def _surely(row: Row, begin: Place, start: date) -> date:
    """The first day a row may begin: a gap counts only as far as it is sure."""
    return first_day(row[begin.cell]) or start


def twice(rule: Rule, asked: Asked, _standard: Standard) -> Check:
    """Rows alike in the cells given; where nothing else tells them apart, taking the second away is certain."""
    cells = places(rule)
    names = [place.cell for place in cells]

    def check(case: Case) -> Iterator[Found]:
        seen: dict[tuple[Any, ...], Row] = {}
        rows = case.rows(cells[0])
        if len({str(row.get(names[0])) for row in rows}) == len(rows):
            return
        for row in asked.rows(case, cells[0]):
            key = tuple([_folded(row.get(name)) for name in names])
            if key[0] is None:
                continue
            if (first := seen.setdefault(key, row)) is not row:
                path = f"{cells[0].group}.{cells[0].name}[{row['id']}]"
                yield Found(path, {}, _without(path, first, row))

    return check


def _folded(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple(sorted(value.items()))
    return value.casefold() if isinstance(value, str) else value


def _without(path: str, first: Row, row: Row) -> tuple[Difference, ...]:
    """Take the row away, if the first says all it says."""
    more = {name for name, value in row.items() if name != "id" and first.get(name) != value}
    return () if more else (Difference(path, dict(row), None),)


KINDS: Mapping[str, Make] = {"overlap": overlap, "gap": gap, "twice": twice}
