"""What the rules need to know of a person, read from the dossier as the standard writes it.

A fact that is not there is None, never a guess: what follows from it is then "cannot tell".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from ccvc.rules import absences, raises, salary
from ccvc.rules.absences import Absence
from ccvc.rules.appointments import Candidate
from ccvc.rules.discipline import Discipline
from ccvc.rules.extensions import FAILED, UNSAID, Cause
from ccvc.rules.parameters import condition, parameter
from ccvc.rules.pay import Paid
from ccvc.rules.raises import Holding, Raise
from ccvc.rules.reasons import Answer, Words, because
from ccvc.standard.quality.case import first_day, last_day
from ccvc.standard.reading import Document, Row, cell, group_of, has_left, rows_at, value_at
from ccvc.standard.versions import current

FAILED_LEVEL = "4"
PASSED_LEVELS = ("1", "2", "3")
MALE, CHILDREN = "1", {"07", "08"}
UNKNOWN = {"state": "unknown"}
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
    employment = group_of(document, "employment")
    status = cell(employment, "status")
    if has_left(status):
        return raises.none(
            because("RAISE-NOT-SERVING", path="employment.status", status=Words.of("working_status", status))
        )
    category, group = cell(employment, "category"), _group(employment, on)
    step = cell(employment, "salary_step")
    percent = cell(employment, "beyond_frame_percent") or 0
    clock_path = "employment.beyond_frame_from" if percent else PATHS["CLOCK"]
    clock = _day(employment, "beyond_frame_from" if percent else "raise_clock_from")
    clock = clock or (None if percent else _day(employment, "salary_from"))
    if category is None or group is None or step is None or clock is None:
        missing = {"CATEGORY": category, "SCALE": group, "STEP": step, "CLOCK": clock}
        lacking = next(name for name, value in missing.items() if value is None)
        path = clock_path if lacking == "CLOCK" else PATHS[lacking]
        return raises.none(because(f"RAISE-NO-{lacking}", path=path, group=""))
    away, surely = absent(document, on)
    held = Holding(category, group, step, clock, percent, tuple(causes(document, on)), away, surely)
    return raises.next_raise(held)


def _group(employment: Row, on: date) -> str | None:
    """The salary group; where only the professional level of a public employee is said, that of the level."""
    group, level = cell(employment, "salary_group"), cell(employment, "job_level")
    return group or (salary.scale_of_level(level, on) if isinstance(level, int) else None)


def causes(document: Document, on: date) -> Iterator[Cause]:
    """Disciplines and failed years known on a day, as what may put a raise off."""
    for row in rows_at(document, "employment.disciplines"):
        first, latest = _in_force(row, on)
        if first <= on:
            path = f"employment.disciplines[{row['id']}]"
            yield Cause(cell(row, "form") or UNSAID, first, cell(row, "violation"), path, latest)
    for year in yearly_ratings(document) if _may_have_failed(document) else ():
        if FAILED_LEVEL in year.levels or None in year.levels:
            sure = year.sure and year.levels == {FAILED_LEVEL}
            yield Cause(FAILED, date(year.year, 12, 31), None, year.path, sure=sure)


def absent(document: Document, on: date) -> tuple[tuple[Absence, ...], tuple[Absence, ...]]:
    """The longest absences the dossier may mean, and what of them is certain.

    Who is still away was so to this day, and nobody knows how long yet. A state of absence with no row that says
    since when may be any time.
    """
    longest, certain = [], []
    for row in rows_at(document, "career.absences"):
        kind, first = absences.known(cell(row, "kind")), _day(row, "from")
        last, still = _day(row, "to"), row.get("to") != UNKNOWN
        longest.append(Absence(kind, first or date.min, last or date.max))
        end = last or (on if still else None)
        if kind != absences.UNSAID and first and end and first <= end:
            certain.append(Absence(kind, first, end))
    status = value_at(document, "employment.status")
    held = current().codes["working_status"].get(status) if status else None
    state = held.extra.get("absence") if held else None
    if state and not any(one.kind == state and one.first <= on <= one.last for one in longest):
        longest.append(Absence(state, date.min, date.max))
    return tuple(longest), tuple(certain)


def _may_have_failed(document: Document) -> bool:
    """Whether any rating does not say that they passed: of nearly everyone all do, and years need not be made out."""
    return any(row.get("level") not in PASSED_LEVELS for row in rows_at(document, "employment.ratings"))


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
    category = value_at(document, "employment.category")
    found: dict[int, list[tuple[Row, bool]]] = {}
    for row in rows_at(document, "employment.ratings"):
        year, period = cell(row, "year"), cell(row, "period")
        if isinstance(year, int) and (period is None or period in WHOLE_YEAR):
            known = period is not None or not condition("periodic_rating", category, date(year, 12, 31))
            found.setdefault(year, []).append((row, known))
    return [_year_rated(year, rows) for year, rows in found.items()]


def _year_rated(year: int, rows: Sequence[tuple[Row, bool]]) -> YearRated:
    surely = [row for row, known in rows if known]
    counted = surely or [row for row, _ in rows]
    levels = frozenset(cell(row, "level") for row in counted)
    return YearRated(year, levels, bool(surely), f"employment.ratings[{counted[0]['id']}]")


def disciplines(document: Document) -> tuple[Discipline, ...]:
    """All disciplines; what a row does not say stays open."""
    return tuple(map(_discipline, rows_at(document, "employment.disciplines")))


def _discipline(row: Row) -> Discipline:
    first, latest = _in_force(row, date.max)
    violation = cell(row, "violation")
    corrupt = None if violation is None else any(words in str(violation).casefold() for words in CORRUPTION)
    path = f"employment.disciplines[{row['id']}]"
    return Discipline(cell(row, "form") or UNSAID, first, corrupt, path, latest)


def _in_force(row: Row, on: date) -> tuple[date, date | None]:
    """The first and, where no day is said, the last day on which it may have come into force: before its own end."""
    effective = first_day(cell(row, "effective_from") or cell(row, "decided_on"))
    if effective is not None:
        return effective, None
    return date.min, min(on, last_day(cell(row, "effective_to")) or on)


def candidate(
    document: Document, on: date, *, planned: bool | None = None, qualified: bool | None = None
) -> Candidate:
    """What the conditions of an appointment are asked of.

    Whether the planning and the qualification are those of the post is the caller's to say: it knows the post.
    """
    identity, employment = group_of(document, "identity"), group_of(document, "employment")
    sex, cases, child = cell(identity, "sex"), open_cases(document, on), _youngest_child(document)
    return Candidate(
        cell(employment, "category"),
        sex,
        cell(identity, "birth_date"),
        disciplines(document),
        handled_since=cases.handled_since,
        prosecuted=cases.prosecuted,
        cases_known=cases.known,
        cases_checked=cases.checked,
        planned=planned,
        qualified=qualified,
        declared_assets=bool(rows_at(document, "assets.declarations")) or None,
        healthy=None,
        term_ends=_term_ends(document, on),
        expecting=False if sex == MALE else _expecting(document, on),
        youngest_child=None if sex == MALE or child is None else child[0],
        youngest_child_from=None if sex == MALE or child is None else child[1],
    )


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases open on a day; `known`: whether the managing body answers for there being no others, `checked` on a day."""

    handled_since: date | None
    prosecuted: bool
    known: bool
    checked: date | None


def open_cases(document: Document, on: date) -> Cases:
    """Disciplinary and criminal cases, as far as the managing body has told of them and not too long ago."""
    handled: list[date] = []
    prosecuted, sure = False, True
    for row in rows_at(document, "employment.cases"):
        stands, kind = _open(row, on), cell(row, "kind")
        if stands == "no":
            continue
        found = current().codes["case_kinds"].get(kind) if kind else None
        means = found.extra.get("stands_for") if found else None
        if stands == "cannot_tell" or not means:
            sure = False
        elif means == "prosecution":
            prosecuted = True
        else:
            handled.append(_day(row, "opened_on") or date.min)
    checked = first_day(value_at(document, "employment.cases_checked_on"))
    valid = timedelta(days=parameter("case_statement_valid", on).value)
    fresh = checked is not None and checked <= on <= checked + valid
    return Cases(min(handled, default=None), prosecuted, sure and fresh, checked)


def _open(row: Row, on: date) -> Answer:
    opened, closed = _day(row, "opened_on"), _day(row, "closed_on")
    if (opened is not None and opened > on) or (closed is not None and closed <= on):
        return "no"
    if closed is None and (row.get("closed_on") == UNKNOWN or cell(row, "outcome")):
        return "cannot_tell"
    return "yes"


def _expecting(document: Document, on: date) -> bool | None:
    """Whether somebody is away for maternity; who is pregnant no dossier says."""
    away = absent(document, on)[1]
    return any(one.kind == "maternity" and one.first <= on <= one.last for one in away) or None


def _youngest_child(document: Document) -> tuple[date, date] | None:
    """The last and the first day on which the youngest child may have been born."""
    children = (row for row in rows_at(document, "family.relatives") if cell(row, "relationship") in CHILDREN)
    born = (cell(row, "birth_year") for row in children)
    days = [(last, first_day(day) or last) for day in born if (last := last_day(day)) is not None]
    return max(days, default=None)


def paid(document: Document) -> Paid | None:
    """What a person is paid by; None where the dossier has no coefficient."""
    employment = group_of(document, "employment")
    coefficient = cell(employment, "salary_coefficient")
    if coefficient is None:
        return None

    def number(name: str) -> Decimal:
        return Decimal(cell(employment, name) or 0)

    allowance = number("position_allowance") + number("concurrent_allowance") + number("other_allowance")
    share = Decimal(cell(employment, "salary_percent") or 100)
    return Paid(
        Decimal(coefficient), number("beyond_frame_percent"), allowance, number("retained_coefficient"), share
    )


def _term_ends(document: Document, on: date) -> date | None:
    """The last day of the newest term of office begun by a day, unless the office was ended; it may have passed."""
    kinds = current().codes["appointment_kinds"]
    held = []
    for row in rows_at(document, "career.appointments"):
        code, began = cell(row, "kind"), _day(row, "effective_from") or _day(row, "decided_on")
        kind = kinds.get(code) if code else None
        if kind and kind.extra.get("office") and began and began <= on:
            held.append((began, kind.extra["office"] == "ends", row))
    if not held:
        return None
    _, ended, newest = max(held, key=lambda one: one[:2])
    return None if ended else last_day(cell(newest, "effective_to"))


def _day(holder: Row, name: str) -> date | None:
    return first_day(cell(holder, name))
