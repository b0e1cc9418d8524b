"""Cases of raises: what is held since when, what happened, and the next step with its day.

What happened is told in words and, in `months_added` and `months_early`, in months. The rules work the months out
from the words; where these are not understood, or come to something else, the column counts and that is remarked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from ccvc.rules import raises
from ccvc.rules.absences import Absence
from ccvc.rules.extensions import FAILED, Cause
from ccvc.rules.golden.reading import FORMS, PARTY, Case, Solved, category
from ccvc.rules.raises import Holding, Raise
from ccvc.rules.working_days import is_working
from ccvc.standard.quality.case import later

_YEARS = {"a": 1, "one": 1, "1": 1, "two": 2, "2": 2, "three": 3, "3": 3}
_FAILED = re.compile(r"(?:(a|one|two|three|\d) years?[ ]?)?không hoàn thành nhiệm vụ")
_SICK = re.compile(r"(\d+) months bhxh sick leave")
_LOST_DAYS = re.compile(r"(\d+) working days unpaid")
_LOST_MONTHS = re.compile(r"(\d+) months? (?:of )?(?:unpaid|suspen|tạm đình chỉ|nghỉ không lương)")
_PERCENT = re.compile(r"([5-9]|\d\d) ?%")
FIRST = 5


def solve(case: Case) -> Solved:
    """The months required, the day, the step and the coefficient of the next raise."""
    since = date.fromisoformat(case["held_from"])
    subject, group, step = category(case["subject"]), case["group"].strip(), int(case["step"])
    plain = Holding(subject, group, step, since, _percent(case))
    ordinary = raises.next_raise(plain)
    if ordinary.first is None:
        raise ValueError(ordinary.reasons[0].told())
    required, given = ordinary.reasons[0].facts["months"], int(case["months_added"] or 0)
    found, remark = _happened(case, plain, later(ordinary.first, given)), ""
    if found is None:
        remark = "" if given == 0 else f"{case['event']}: {given}"
        found = _given(ordinary, given)
    if early := int(case.get("months_early") or 0):
        found = raises.early(found, early)
    told = {
        "months_required": str(required),
        "expected_date": str(found.first),
        "expected_step": str(found.step),
    }
    return Solved(told | {"expected_coef": _coefficient(found)}, remark)


def _happened(case: Case, plain: Holding, due: date) -> Raise | None:
    """The raise by what the words say; None where they are not understood, or come to another day than the months."""
    told = _told(case, plain)
    found = raises.next_raise(told) if told else None
    return found if found is not None and found.first == found.last == due else None


def _given(ordinary: Raise, added: int) -> Raise:
    day = later(ordinary.first or date.min, added)
    return Raise(ordinary.kind, day, day, ordinary.step, ordinary.coefficient, ordinary.percent)


def _coefficient(found: Raise) -> str:
    return f"{found.coefficient} + {found.percent}%" if found.percent else str(found.coefficient)


def _percent(case: Case) -> int:
    """What is held beyond the frame: said beside the coefficient, or meant where a year is asked for."""
    if "+" not in case["coef"] and case["months_required"] != "12":
        return 0
    found = _PERCENT.search(f"{case['coef']} {case['event']}".casefold())
    return int(found[1]) if found else FIRST


def _told(case: Case, plain: Holding) -> Holding | None:
    """What happened, as facts; None where the words are not understood."""
    event, since = case["event"].casefold(), plain.since
    causes, absent = tuple(_causes(event, since)), tuple(_absent(event, since))
    if not causes and not absent:
        return None
    return Holding(plain.category, plain.group, plain.step, since, plain.percent, causes, absent)


def _causes(event: str, since: date) -> Iterator[Cause]:
    """Disciplines fall in the first year; failed years follow one another, in that year where the matter is one."""
    forms = PARTY if "party" in event or "đảng" in event else FORMS
    form = next((code for name, code in forms.items() if name in event), None)
    if form:
        yield Cause(form, later(since, 1), "one")
    if failed := _FAILED.search(event):
        same = "same violation" in event or "cùng" in event
        for number in range(_YEARS.get(failed[1] or "one", 1)):
            yield Cause(FAILED, date(since.year + number, 12, 31), "one" if same else f"year {number}")


def _absent(event: str, since: date) -> Iterator[Absence]:
    if sick := _SICK.search(event):
        yield Absence("sick_leave", since, later(since, int(sick[1])) - timedelta(days=1))
    if days := _LOST_DAYS.search(event):
        yield from (Absence("unpaid_leave", day, day) for day in _working(since, int(days[1])))
    if months := _LOST_MONTHS.search(event):
        yield Absence("unpaid_leave", since, later(since, int(months[1])) - timedelta(days=1))


def _working(since: date, number: int) -> list[date]:
    later_on = (since + timedelta(days=n) for n in range(3 * number + 21))
    return [day for day in later_on if is_working(day)][:number]
