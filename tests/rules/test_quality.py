"""A raise the dossier lacks is found only where nothing in it may have put the raise off."""

from __future__ import annotations

from datetime import date

import pytest

from ccvc.standard.quality.judging import judge

ON = date(2026, 8, 1)
HELD = {
    "category": "CC", "status": "01", "salary_group": "A1", "salary_step": 3, "salary_from": "2022-04-01",
    "raise_clock_from": "2022-04-01",
}  # fmt: skip


@pytest.mark.parametrize(
    ("disciplines", "absences", "found"),
    [
        ([], [], True),
        ([{"form": "HC1", "effective_from": "2022-04-01"}], [], False),
        ([{"form": "HC1", "effective_from": "2022-03-31"}], [], True),
        ([{"form": "HC1"}], [], False),  # it may have been since
        ([], [{"kind": "unpaid_leave", "from": "2023-01-01", "to": "2024-12-31"}], False),
        ([], [{"kind": "unpaid_leave", "from": "2023-01-01"}], False),
        ([], [{"kind": "unpaid_leave", "from": "2020-01-01", "to": "2022-03-31"}], True),
        ([], [{"kind": "maternity", "from": "2023-01-01", "to": "2023-06-30"}], True),  # it counts
    ],
)
def test_a_raise_overdue_is_found_where_nothing_put_it_off(disciplines, absences, found):
    employment = HELD | {"disciplines": [{"id": str(n), **row} for n, row in enumerate(disciplines)]}
    career = {"absences": [{"id": str(n), **row} for n, row in enumerate(absences)]}
    codes = {one.rule for one in judge({"employment": employment, "career": career}, ON)}
    assert ("LIVE-RAISE-OVERDUE" in codes) is found
