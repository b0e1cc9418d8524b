"""What the rules need to know of a person, read from the dossier as the standard writes it.

A fact that is not there is None, never a guess: what follows from it is then "cannot tell".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ccvc.rules import raises
from ccvc.rules.appointments import Candidate
from ccvc.rules.discipline import Discipline
from ccvc.rules.extensions import FAILED, UNSAID, Cause
from ccvc.rules.parameters import condition
from ccvc.rules.pay import Paid
from ccvc.rules.raises import Holding, Raise
from ccvc.rules.reasons import because
from ccvc.standard.quality.case import Row, first_day, last_day, present
from ccvc.standard.versions import current

Document = Mapping[str, Any]
FAILED_LEVEL = "4"
WHOLE_YEAR = {"N", "NH"}
CORRUPTION = ("tham nhũng", "nhận hối lộ", "tham ô")


PATHS = {
    "CATEGORY": "employment.category",
    "SCALE": "employment.salary_group",
    "STEP": "employment.salary_step",
    "CLOCK": "employment.raise_clock_from",
}


def raise_of(document: Document, on: date) -> Raise:
    """The next raise of a person, or why none can be told: the one answer for everyone, on any day."""
    employment = document.get("employment", {})
    status = _value(employment, "status")
    if status is not None and not _serving(status):
        label = current().codes["working_status"].label(status)
        return raises.none(because("RAISE-NOT-SERVING", path="employment.status", status=label))
    category, group = _value(employment, "category"), _value(employment, "salary_group")
    step = _value(employment, "salary_step")
    percent = _value(employment, "beyond_frame_percent") or 0
    clock = _day(employment, "beyond_frame_from") if percent else None
    clock = clock or _day(employment, "raise_clock_from") or _day(employment, "salary_from")
    missing = {"CATEGORY": category, "SCALE": group, "STEP": step, "CLOCK": clock}
    lacking = next((name for name, value in missing.items() if value is None), None)
    if lacking or clock is None:
        return raises.none(because(f"RAISE-NO-{lacking}", path=PATHS[lacking or "CLOCK"], group=""))
    held = Holding(category, group, step, clock, percent, tuple(causes(document, on)))
    return raises.next_raise(held)


def causes(document: Document, on: date) -> Iterator[Cause]:
    """Disciplines and failed years known on a day, as what may put a raise off."""
    for row in _rows(document, "employment", "disciplines"):
        first, latest = _in_force(row, on)
        if first <= on:
            path = f"employment.disciplines[{row['id']}]"
            yield Cause(_value(row, "form") or UNSAID, first, _value(row, "violation"), path, latest)
    for year in yearly_ratings(document):
        if FAILED_LEVEL in year.levels or None in year.levels:
            sure = year.sure and year.levels == {FAILED_LEVEL}
            yield Cause(FAILED, date(year.year, 12, 31), None, year.path, sure=sure)


@dataclass(frozen=True, slots=True)
class YearRated:
    """All levels a year was rated with (None: not said), and whether the rows are surely of the whole year."""

    year: int
    levels: frozenset[str | None]
    sure: bool
    path: str


def yearly_ratings(document: Document) -> list[YearRated]:
    """The ratings of whole years: a month's or a quarter's is none, however bad.

    A row without a period is the year's: before ratings by month and quarter there were no others. Of a year that
    already knew them it may be either (NĐ 335/2025/NĐ-CP, NĐ 233/2026/NĐ-CP).
    """
    category = _value(document.get("employment", {}), "category")
    found: dict[int, list[tuple[Row, bool]]] = {}
    for row in _rows(document, "employment", "ratings"):
        year, period = _value(row, "year"), _value(row, "period")
        if isinstance(year, int) and (period is None or period in WHOLE_YEAR):
            known = period is not None or not condition("periodic_rating", category, date(year, 12, 31))
            found.setdefault(year, []).append((row, known))
    return [_year_rated(year, rows) for year, rows in found.items()]


def _year_rated(year: int, rows: Sequence[tuple[Row, bool]]) -> YearRated:
    surely = [row for row, known in rows if known]
    counted = surely or [row for row, _ in rows]
    levels = frozenset(_value(row, "level") for row in counted)
    return YearRated(year, levels, bool(surely), f"employment.ratings[{counted[0]['id']}]")


def disciplines(document: Document) -> tuple[Discipline, ...]:
    """All disciplines; what a row does not say stays open."""
    return tuple(map(_discipline, _rows(document, "employment", "disciplines")))


def _discipline(row: Row) -> Discipline:
    first, latest = _in_force(row, date.max)
    violation = _value(row, "violation")
    corrupt = None if violation is None else any(words in str(violation).casefold() for words in CORRUPTION)
    path = f"employment.disciplines[{row['id']}]"
    return Discipline(_value(row, "form") or UNSAID, first, corrupt, path, latest)


def _in_force(row: Row, on: date) -> tuple[date, date | None]:
    """The first and, where no day is said, the last day on which it may have come into force: before its own end."""
    effective = first_day(_value(row, "effective_from") or _value(row, "decided_on"))
    if effective is not None:
        return effective, None
    return date.min, min(on, last_day(_value(row, "effective_to")) or on)


def candidate(
    document: Document, on: date, *, planned: bool | None = None, qualified: bool | None = None
) -> Candidate:
    """What the conditions of an appointment are asked of.

    Whether the planning and the qualification are those of the post is the caller's to say: it knows the post.
    """
    identity, employment = document.get("identity", {}), document.get("employment", {})
    return Candidate(
        _value(employment, "category"),
        _value(identity, "sex"),
        _value(identity, "birth_date"),
        disciplines(document),
        cases_known=False,
        planned=planned,
        qualified=qualified,
        declared_assets=bool(document.get("assets")) or None,
        healthy=None,
        term_ends=_term_ends(document, on),
    )


def paid(document: Document) -> Paid | None:
    """What a person is paid by; None where the dossier has no coefficient."""
    employment = document.get("employment", {})
    coefficient = _value(employment, "salary_coefficient")
    if coefficient is None:
        return None

    def number(name: str) -> Decimal:
        return Decimal(_value(employment, name) or 0)

    allowance = number("position_allowance") + number("concurrent_allowance") + number("other_allowance")
    share = Decimal(_value(employment, "salary_percent") or 100)
    return Paid(
        Decimal(coefficient), number("beyond_frame_percent"), allowance, number("retained_coefficient"), share
    )


def _term_ends(document: Document, on: date) -> date | None:
    ends = (last_day(present(row.get("effective_to"))) for row in _rows(document, "career", "appointments"))
    running = [end for end in ends if end is not None]
    return max(running, default=None) if running and max(running) >= on else None


def _serving(status: str) -> bool:
    row = current().codes["working_status"].get(status)
    return row is None or row.extra.get("serving") != "no"


def _day(group: Row, name: str) -> date | None:
    return first_day(_value(group, name))


def _value(group: Row, name: str) -> Any:
    return present(group.get(name))


def _rows(document: Document, group: str, table: str) -> list[Row]:
    held = document.get(group, {}).get(table)
    return held if isinstance(held, list) else []
