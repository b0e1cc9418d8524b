"""A dossier over the two times at once: which document held, from which day on, known from when until when. Pure.

A span begins on a day of validity and holds until the next span known at the same moment begins. A version closes the
spans from its own day on and opens them anew with its change in them; those before its day stay as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal, Protocol

from ccvc import standard
from ccvc.dossiers.domain import Amendment, Document, Known, amendment, columns, parse
from ccvc.standard.problems import Problem


class Placed(Known, Protocol):
    """What spans need of a version: also the unit, or agency, it was approved for."""

    @property
    def place(self) -> int | str: ...


@dataclass(frozen=True, slots=True)
class Span:
    """One document: valid from a day, known from a moment until another (None: until now), and whose it was."""

    document: Document
    place: int | str
    valid_from: date
    known_from: datetime
    known_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Step:
    """What a version changed: the document before and after it, and whether it moved the person to its place."""

    before: Document | None
    after: Document
    place: int | str
    moved: bool
    known_at: datetime

    @property
    def tells(self) -> bool:
        """Whether anything is another than before."""
        return self.moved or self.before != self.after

    def over(self, held: Span | None, day: date) -> Span:
        """The span from a day on with this change in it, laid over what held there before."""
        document = held.document if held else None
        if document == self.before:
            changed = self.after
        else:
            changed = standard.apply(document, standard.diff(self.before, self.after), strict=False)
        place = self.place if self.moved or held is None else held.place
        return Span(changed, place, day, self.known_at)


def spans(versions: Iterable[Placed]) -> list[Span]:
    """Every span of a dossier, from its versions in committed order: those closed first, then those known now by day.

    `as_of(versions, known, valid)` is the document of the span known then with the last day up to `valid`. A place
    is carried like a field: only a version for another place than the one before it moves the person.
    """
    closed: list[Span] = []
    held: dict[date, Span] = {}
    before: Document | None = None
    last_place: int | str | None = None
    for version in versions:
        after, made = parse(version.document), amendment(version.statement)
        step = _Step(before, after, version.place, version.place != last_place, version.known_at)
        if made is None or step.tells:
            _lay(step, version.valid_from, held, closed)
        if made is not None:
            _amend(made, version, held, closed)
        before, last_place = after, version.place
    return closed + [held[day] for day in sorted(held)]


def _lay(step: _Step, day: date, held: dict[date, Span], closed: list[Span]) -> None:
    """Lay one version over what was known: its day gains a span, later days are told anew."""
    fresh = {day: step.over(_ground(held, day), day)} | {d: step.over(held[d], d) for d in held if d > day}
    _renew(fresh, step.known_at, held, closed)


def _amend(made: Amendment, version: Placed, held: dict[date, Span], closed: list[Span]) -> None:
    """Lay what a version amends over the days it amends; what held from its end on goes on from there."""
    day, known_at, end = version.valid_from, version.known_at, _ground(held, made.until)
    if end is not None and made.until not in held:
        held[made.until] = replace(end, valid_from=made.until, known_from=known_at)
    days = [d for d in held if day < d < made.until]
    grounds = {day: _ground(held, day)} | {d: held[d] for d in days}
    fresh = {
        d: Span(standard.apply(span.document, made.differences, strict=False), span.place, d, known_at)
        for d, span in grounds.items()
        if span is not None
    }
    _renew(fresh, known_at, held, closed)


def _ground(held: dict[date, Span], day: date) -> Span | None:
    """What is known to hold on a day."""
    return held.get(max((d for d in held if d <= day), default=date.max))


def _renew(fresh: dict[date, Span], known_at: datetime, held: dict[date, Span], closed: list[Span]) -> None:
    """Put spans in the place of those from the same days, which are known no more."""
    closed.extend(replace(held[d], known_to=known_at) for d in sorted(held) if d in fresh)
    held.update(fresh)


def now(found: Iterable[Span], today: date) -> tuple[Span, date | None]:
    """The span that holds today, of those known now, and the day it next changes.

    A dossier valid only later is shown as it will begin.
    """
    known = sorted((s for s in found if s.known_to is None), key=lambda s: s.valid_from)
    begun = [s for s in known if s.valid_from <= today]
    later = [s.valid_from for s in known if s.valid_from > today]
    return (begun[-1] if begun else known[0]), min(later, default=None)


def lasting(
    held: Iterable[Span], day: date, differences: Iterable[standard.Difference]
) -> dict[str, date | None]:
    """Until when each value that holds on a day goes on holding, by path (None: it holds still).

    `held` are the spans known now, by day. Problem STD-CONFLICT where a value does not hold on the day.
    """
    known = list(held)
    ground = [span for span in known if span.valid_from <= day][-1:]
    later = [span for span in known if span.valid_from > day]
    ends: dict[str, date | None] = {}
    for difference in differences:
        standard.apply(ground[0].document if ground else None, [difference])
        ends[difference.path] = next((s.valid_from for s in later if not _holds(s, difference)), None)
    return ends


def _holds(span: Span, difference: standard.Difference) -> bool:
    try:
        standard.apply(span.document, [difference])
    except Problem:
        return False
    return True


Row = dict[str, Any]
"""A span as its table keeps it: typed columns, place and times."""
TIMES = ("valid_from", "known_from", "known_to")


def row_of(span: Span, place: str, **more: Any) -> Row:
    """The columns of a span, its place under that name."""
    times = {name: getattr(span, name) for name in TIMES}
    return {**columns(span.document), place: span.place, **times, **more}


@dataclass(frozen=True, slots=True)
class Damage:
    """A span kept otherwise than the versions tell it: not there, too many, or with other columns."""

    what: Literal["missing", "extra", "changed"]
    valid_from: date | None
    known_from: datetime | None
    columns: tuple[str, ...] = ()


def damages(kept: Iterable[Row], told: Iterable[Row]) -> Iterator[Damage]:
    """Where the rows kept of one person differ from those told from the versions; the times tell rows apart."""
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in kept:
        found.setdefault(_times(row), []).append(row)
    for row in told:
        same = found.get(_times(row), [])
        if not same:
            yield Damage("missing", row["valid_from"], row["known_from"])
        elif wrong := tuple(sorted(name for name in row if same[-1].get(name) != row[name])):
            yield Damage("changed", row["valid_from"], row["known_from"], wrong)
        del same[-1:]
    for times, rows in found.items():
        yield from (Damage("extra", times[0], times[1]) for _ in rows)


def _times(row: Row) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in TIMES)
