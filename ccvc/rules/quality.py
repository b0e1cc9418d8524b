"""What the salary law says about a dossier: checks that `ccvc.standard.quality` declares by name.

Coefficients off the scale, steps climbed too fast, raises overdue. NĐ 204/2004/NĐ-CP, TT 08/2013/TT-BNV (K).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Any

from ccvc.rules import salary
from ccvc.standard.documents import Difference
from ccvc.standard.quality.case import Case, Found, Place, Row, first_day, last_day, later, present, written
from ccvc.standard.quality.declaring import Rule
from ccvc.standard.quality.named import Named
from ccvc.standard.versions import current

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
DISCIPLINES, RATINGS = Place.of("employment.disciplines"), Place.of("employment.ratings")
FAILED = "4"


def off_scale(_rule: Rule, case: Case) -> Iterator[Found]:
    """The coefficient is not the one of this group and step; certain where the salary history has the right one."""
    group, step, given, since = (case.value(place) for place in (GROUP, STEP, COEFFICIENT, SINCE))
    if group is None or step is None or given is None or not salary.steps(group):
        return
    right = salary.coefficient(group, step, (first_day(since) if since else None) or case.on)
    if right is not None and Decimal(given) == right:
        return
    if right is None:
        yield Found(STEP.path, {"first": group, "second": step, "given": given, "right": "—"})
        return
    certain = any(_is_same(row, step, str(right)) for row in case.rows(HISTORY) if "to" not in row)
    suggestion = (Difference(COEFFICIENT.path, given, str(right)),) if certain else ()
    yield Found(
        COEFFICIENT.path, {"first": group, "second": step, "given": given, "right": right}, suggestion
    )


def _is_same(row: Row, step: int, coefficient: str) -> bool:
    return row.get("step") == step and row.get("coefficient") == coefficient


@cache
def _groups() -> Mapping[str, str]:
    """Salary group of each rank, as the code list has it."""
    return {row.code: row.extra.get("salary_group", "") for row in current().codes["ranks"]}


def history_off_scale(_rule: Rule, case: Case) -> Iterator[Found]:
    """A row of the salary history whose coefficient is not the one of its rank's group and step."""
    for row in case.rows(HISTORY):
        group, step, given = _group(row), row.get("step"), present(row.get("coefficient"))
        since = last_day(row["from"]) if "from" in row else None
        if not group or not isinstance(step, int) or given is None or since is None:
            continue
        right = salary.coefficient(group, step, since)
        if right is not None and Decimal(given) != right:
            yield Found(HISTORY.at(row), {"first": group, "second": step, "given": given, "right": right})


def too_fast(rule: Rule, case: Case) -> Iterator[Found]:
    """A step after another sooner than the law lets, the early raise (`early`, months) counted in.

    Only a step itself begun by a raise is held against the time: one given on recruitment or with a new rank may have
    brought time along (TT 02/2007/TT-BNV).
    """
    early = rule.parameter("early", case.on) or 0
    rows = [row for row in case.rows(HISTORY) if isinstance(row.get("step"), int) and _since_scales(row)]
    rows.sort(key=lambda row: str(row["from"]))
    for before, one, other in zip(rows, rows[1:], rows[2:], strict=False):
        group = _group(one)
        months = salary.months_to_next(group, one["step"])
        if months is None or {_group(before), _group(other)} != {group} or not _rises(before, one, other):
            continue
        start, end = first_day(one["from"]), last_day(other["from"])
        least = (other["step"] - one["step"]) * months - early
        if start is not None and end is not None and end < later(start, least):
            params = {"first": one["step"], "second": other["step"], "months": months}
            yield Found(BEGAN.at(other), params)


def _group(row: Row) -> str:
    return _groups().get(row.get("rank", ""), "")


def _rises(*rows: Row) -> bool:
    return all(one["step"] < other["step"] for one, other in pairwise(rows))


def _since_scales(row: Row) -> bool:
    """Whether a row began under these scales: in their first month old steps were converted, with their time."""
    start = first_day(row["from"]) if "from" in row else None
    return start is not None and start > later(salary.SCALES_FROM, 1)


def step_against_service(rule: Rule, case: Case) -> Iterator[Found]:
    """A step that the time since recruitment does not allow, even beginning at step `entry` with early raises."""
    group, step, since, recruited = (case.value(place) for place in (GROUP, STEP, SINCE, RECRUITED))
    if group is None or step is None or since is None or recruited is None:
        return
    months, entry = salary.months_to_next(group, 1), rule.parameter("entry", case.on)
    start, end = first_day(recruited), last_day(since)
    if months is None or entry is None or start is None or end is None or step <= entry:
        return
    least = (step - entry) * (months - rule.parameter("early", case.on))
    if end < later(start, least):
        yield Found(STEP.path, {"first": _shown(recruited), "second": step, "given": _shown(since)})


def _shown(text: str) -> str:
    return "/".join(reversed(text.split("-")))


def beyond_before_last(_rule: Rule, case: Case) -> Iterator[Found]:
    """A seniority allowance beyond the frame on a step that is not the last."""
    group, step, percent = (case.value(place) for place in (GROUP, STEP, BEYOND))
    if group and step and percent and salary.months_to_next(group, step) is not None:
        yield Found(BEYOND.path, {"first": group, "second": step, "last": len(salary.steps(group))})


def raise_overdue(rule: Rule, case: Case) -> Iterator[Found]:
    """An ordinary raise due longer ago than `grace` months, where nothing in the dossier lengthens the time."""
    group, step, clock = case.value(GROUP), case.value(STEP), case.value(CLOCK) or case.value(SINCE)
    months = salary.months_to_next(group, step) if group and step else None
    start = last_day(clock) if clock else None
    if months is None or start is None or _lengthened(case, start):
        return
    due = later(start, months)
    if later(due, rule.parameter("grace", case.on)) < case.on:
        yield Found(SINCE.path, {"first": step, "day": written(due)})


def beyond_overdue(rule: Rule, case: Case) -> Iterator[Found]:
    """On the last step for longer than the time to the allowance beyond the frame, and none given."""
    group, step, clock = case.value(GROUP), case.value(STEP), case.value(CLOCK) or case.value(SINCE)
    scale = salary.steps(group) if group else ()
    start = last_day(clock) if clock else None
    if not scale or step != len(scale) or start is None or case.given(BEYOND) or _lengthened(case, start):
        return
    months = scale[-2].months_to_next if len(scale) > 1 else None
    if months is not None and later(start, months + rule.parameter("grace", case.on)) < case.on:
        yield Found(SINCE.path, {"first": step, "day": written(later(start, months))})


def _lengthened(case: Case, since: date) -> bool:
    """Whether discipline or a failed year since a day may have put the raise off."""
    decided = (last_day(row["decided_on"]) for row in case.rows(DISCIPLINES) if row.get("decided_on"))
    return any(day is None or day >= since for day in decided) or any(
        row.get("level") == FAILED and _of_year(row.get("year")) >= since.year for row in case.rows(RATINGS)
    )


def _of_year(value: Any) -> int:
    return value if isinstance(value, int) else 0


CHECKS: Mapping[str, Named] = {
    "off_scale": off_scale,
    "history_off_scale": history_off_scale,
    "too_fast": too_fast,
    "step_against_service": step_against_service,
    "beyond_before_last": beyond_before_last,
    "raise_overdue": raise_overdue,
    "beyond_overdue": beyond_overdue,
}
