"""What the salary law says about a dossier: checks that `ccvc.standard.quality` declares by name.

Coefficients off the scale, steps climbed too fast, raises overdue. NĐ 204/2004/NĐ-CP, TT 08/2013/TT-BNV (K).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from ccvc.rules import absences, salary
from ccvc.standard.documents import Difference
from ccvc.standard.fields import Standard
from ccvc.standard.quality.case import Asked, Case, Found, Place, first_day, last_day, later, written
from ccvc.standard.quality.declaring import Rule
from ccvc.standard.quality.kinds.making import Check, Make
from ccvc.standard.reading import Row, cell

GROUP, STEP, COEFFICIENT, SINCE, CLOCK, BEYOND, RECRUITED = map(
    Place.of,
    (
        "employment.salary_group",
        "employment.salary_step",
        "employment.salary_coefficient",
        "employment.salary_from",
        "employment.raise_clock_from",
        "employment.beyond_frame_percent",
        "career.recruited_on",
    ),
)
HISTORY, BEGAN = (
    Place.of("employment.salary_history[].coefficient"),
    Place.of("employment.salary_history[].from"),
)
DISCIPLINES, RATINGS, ABSENCES = map(
    Place.of, ("employment.disciplines", "employment.ratings", "career.absences")
)
FAILED = "4"
FEWEST = 3
CONVERTED = later(salary.SCALES_FROM, 1)


Groups = Mapping[str, str]
"""Salary group of each rank, as the code list has it."""


def _groups(standard: Standard) -> Groups:
    return {row.code: row.extra.get("salary_group", "") for row in standard.codes["ranks"]}


def off_scale(_rule: Rule, _asked: Asked, _standard: Standard) -> Check:
    """The coefficient is not the one of this group and step; certain where the salary history has the right one."""

    def check(case: Case) -> Iterator[Found]:
        group, step, given, since = (case.value(place) for place in (GROUP, STEP, COEFFICIENT, SINCE))
        if group is None or step is None or given is None or not salary.steps(group):
            return
        right = salary.coefficient(group, step, (first_day(since) if since else None) or case.on)
        if right is not None and Decimal(given) == right:
            return
        told = {"first": group, "second": step, "given": given}
        if right is None:
            yield Found(STEP.path, {**told, "right": "—"})
            return
        certain = any(_is_same(row, step, str(right)) for row in case.rows(HISTORY) if "to" not in row)
        suggestion = (Difference(COEFFICIENT.path, given, str(right)),) if certain else ()
        yield Found(COEFFICIENT.path, {**told, "right": right}, suggestion)

    return check


def _is_same(row: Row, step: int, coefficient: str) -> bool:
    return row.get("step") == step and row.get("coefficient") == coefficient


def history_off_scale(_rule: Rule, _asked: Asked, standard: Standard) -> Check:
    """A row of the salary history whose coefficient is not the one of its rank's group and step."""
    groups = _groups(standard)

    def check(case: Case) -> Iterator[Found]:
        for row in case.rows(HISTORY):
            group, step = groups.get(cell(row, "rank") or ""), row.get("step")
            given = cell(row, "coefficient")
            since = last_day(row["from"]) if "from" in row else None
            if not group or not isinstance(step, int) or given is None or since is None:
                continue
            right = salary.coefficient(group, step, since)
            if right is not None and Decimal(given) != right:
                yield Found(HISTORY.at(row), {"first": group, "second": step, "given": given, "right": right})

    return check


def too_fast(_rule: Rule, asked: Asked, standard: Standard) -> Check:
    """A step after another sooner than the law lets, the early raise (`early`, months) counted in.

    Only a step itself begun by a raise is held against the time: one given on recruitment or with a new rank may have
    brought time along (TT 02/2007/TT-BNV).
    """
    groups, early = _groups(standard), asked.parameters["early"] or 0

    def check(case: Case) -> Iterator[Found]:
        held = case.rows(HISTORY)
        if len(held) < FEWEST:
            return
        rows = [row for row in held if isinstance(row.get("step"), int) and _since_scales(row)]
        rows.sort(key=_begins)
        for before, one, other in zip(rows, rows[1:], rows[2:], strict=False):
            group = _same_group(groups, before, one, other)
            months = salary.months_to_next(group, one["step"]) if group is not None else None
            if months is None or not _rises(before, one, other):
                continue
            start, end = first_day(one["from"]), last_day(other["from"])
            least = (other["step"] - one["step"]) * months - early
            if start is not None and end is not None and end < later(start, least):
                params = {"first": one["step"], "second": other["step"], "months": months}
                yield Found(BEGAN.at(other), params)

    return check


def _begins(row: Row) -> str:
    return str(row["from"])


def _same_group(groups: Groups, *rows: Row) -> str | None:
    """The salary group all rows are of; None where they are of several."""
    found = {groups.get(cell(row, "rank") or "", "") for row in rows}
    return found.pop() if len(found) == 1 else None


def _rises(*rows: Row) -> bool:
    return all(one["step"] < other["step"] for one, other in pairwise(rows))


def _since_scales(row: Row) -> bool:
    """Whether a row began under these scales: in their first month old steps were converted, with their time."""
    start = first_day(row["from"]) if "from" in row else None
    return start is not None and start > CONVERTED


def step_against_service(_rule: Rule, asked: Asked, _standard: Standard) -> Check:
    """A step that the time since recruitment does not allow, even beginning at step `entry` with early raises."""
    entry, early = asked.parameters["entry"], asked.parameters["early"]

    def check(case: Case) -> Iterator[Found]:
        group, step, since, recruited = (case.value(place) for place in (GROUP, STEP, SINCE, RECRUITED))
        if group is None or step is None or since is None or recruited is None:
            return
        months = salary.months_to_next(group, 1)
        start, end = first_day(recruited), last_day(since)
        if months is None or entry is None or start is None or end is None or step <= entry:
            return
        if end < later(start, (step - entry) * (months - early)):
            yield Found(STEP.path, {"first": _shown(recruited), "second": step, "given": _shown(since)})

    return check


def _shown(text: str) -> str:
    return "/".join(reversed(text.split("-")))


def beyond_before_last(_rule: Rule, _asked: Asked, _standard: Standard) -> Check:
    """A seniority allowance beyond the frame on a step that is not the last."""

    def check(case: Case) -> Iterator[Found]:
        group, step, percent = (case.value(place) for place in (GROUP, STEP, BEYOND))
        if group and step and percent and salary.months_to_next(group, step) is not None:
            yield Found(BEYOND.path, {"first": group, "second": step, "last": len(salary.steps(group))})

    return check


def raise_overdue(_rule: Rule, asked: Asked, _standard: Standard) -> Check:
    """An ordinary raise due longer ago than `grace` months, where nothing in the dossier lengthens the time."""
    grace = asked.parameters["grace"] or 0

    def check(case: Case) -> Iterator[Found]:
        group, step, clock = case.value(GROUP), case.value(STEP), case.value(CLOCK) or case.value(SINCE)
        months = salary.months_to_next(group, step) if group and step else None
        start = last_day(clock) if clock else None
        if months is None or start is None:
            return
        due = later(start, months)
        if later(due, grace) < case.on and not _lengthened(case, start):
            yield Found(SINCE.path, {"first": step, "day": written(due)})

    return check


def beyond_overdue(_rule: Rule, asked: Asked, _standard: Standard) -> Check:
    """On the last step for longer than the time to the allowance beyond the frame, and none given."""
    grace = asked.parameters["grace"] or 0

    def check(case: Case) -> Iterator[Found]:
        group, step, clock = case.value(GROUP), case.value(STEP), case.value(CLOCK) or case.value(SINCE)
        scale = salary.steps(group) if group else ()
        start = last_day(clock) if clock else None
        if not scale or step != len(scale) or start is None or case.given(BEYOND):
            return
        months = scale[-2].months_to_next if len(scale) > 1 else None
        if months is not None and later(start, months + grace) < case.on and not _lengthened(case, start):
            yield Found(SINCE.path, {"first": step, "day": written(later(start, months))})

    return check


def _lengthened(case: Case, since: date) -> bool:
    """Whether discipline, a failed year or time away since a day may have put the raise off."""
    return (
        any(_since(row, since, "effective_from", "decided_on") for row in case.rows(DISCIPLINES))
        or any(_since(row, since, "to") and _not_counted(row) for row in case.rows(ABSENCES))
        or any(
            row.get("level") == FAILED and _of_year(row.get("year")) >= since.year
            for row in case.rows(RATINGS)
        )
    )


def _since(row: Row, since: date, *cells: str) -> bool:
    """Whether something was on a day or later, by the first of the cells that says when; or none says."""
    said = next((value for name in cells if (value := cell(row, name)) is not None), None)
    day = last_day(said)
    return day is None or day >= since


def _not_counted(row: Row) -> bool:
    return absences.declared(absences.known(cell(row, "kind")))["counted"] != "yes"


def _of_year(value: Any) -> int:
    return value if isinstance(value, int) else 0


CHECKS: Mapping[str, Make] = {
    "off_scale": off_scale,
    "history_off_scale": history_off_scale,
    "too_fast": too_fast,
    "step_against_service": step_against_service,
    "beyond_before_last": beyond_before_last,
    "raise_overdue": raise_overdue,
    "beyond_overdue": beyond_overdue,
}
