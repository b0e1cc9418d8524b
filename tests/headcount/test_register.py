"""On the national node everyone in the register counts once, whatever became of the agency that reported them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from ccvc.access.domain import Subject
from ccvc.dossiers.selectors import Moment
from ccvc.headcount import presentation, selectors
from ccvc.headcount.actions import Decision, assign
from ccvc.registry.models import Person
from tests.people import found_catalogue

pytestmark = pytest.mark.django_db
SYSTEM = Subject.system("test")
LATE, EARLY = datetime(2026, 8, 1, tzinfo=UTC), datetime(2025, 1, 15, tzinfo=UTC)
DECISION = Decision("72/QĐ-TW", date(2025, 12, 20), "Bộ Chính trị")


@pytest.fixture(autouse=True)
def national(db: None, settings: Any) -> None:
    settings.CCVC_KIND, settings.CCVC_AGENCY = "national", "G09"
    found_catalogue()


def register(agency: str, number: int, *, told: datetime = LATE, category: str | None = "CC") -> None:
    columns = {"full_name": "A", "name_plain": "a", "name_key": b"", "status": "01", "category": category}
    times = {"valid_from": told.date(), "known_from": told, "accepted_at": told}
    Person.objects.bulk_create(
        Person(key=uuid4(), agency_code=agency, number=1, hash=b"", **columns, **times) for _ in range(number)
    )


def actual(moment: Moment | None = None) -> dict[str, int]:
    rows = selectors.sheet(SYSTEM, moment).listed
    return {row.state.name: row.cells["civil_servants"].actual for row in rows if row.people}


def test_people_of_an_agency_merged_since_count_where_they_belong() -> None:
    register("G04", 3, told=EARLY)
    register("G17", 2)
    assert actual() == {"Bộ Xây dựng": 5}
    then = Moment(timezone.now(), date(2025, 2, 1))
    assert actual(then) == {"Bộ Giao thông vận tải": 3}


def test_a_code_is_read_as_of_the_day_it_was_told() -> None:
    register("G21", 1, told=EARLY)
    assert actual(Moment(timezone.now(), date(2025, 2, 1))) == {"Ủy ban Dân tộc": 1}
    register("G21", 1)
    assert actual() == {"Bộ Dân tộc và Tôn giáo": 2}


def test_people_on_no_line_and_of_no_agency_are_told_and_not_dropped() -> None:
    register("H41", 2)
    register("H41", 4, category="XA0")
    register("H41", 1, category=None)
    register("X99", 6)
    sheet = selectors.sheet(SYSTEM)
    assert sheet.aside == {"XA0": 4, "": 1}
    assert sheet.unplaced == 6
    assert sum(row.people for row in sheet.listed) + sheet.unplaced == Person.objects.count()


def test_agencies_of_which_nothing_is_known_are_named_together_and_not_told_as_empty() -> None:
    register("H41", 2)
    assign(SYSTEM, code="H56", line="civil_servants", number=1, on=date(2026, 1, 1), decision=DECISION)
    sheet = selectors.sheet(SYSTEM)
    rows, silent = presentation.parted(sheet)
    assert {row.name for row in rows} == {"Tỉnh Nghệ An", "Tỉnh Thanh Hóa"}
    assert "Thành phố Hà Nội" in silent
    assert len(rows) + len(silent) == len(sheet.below)


def test_the_whole_nation_sums_free_places_and_too_many_people_apart() -> None:
    register("H41", 7)
    register("H56", 2)
    register("G12", 4)
    for code, number in (("H41", 10), ("H56", 1)):
        assign(
            SYSTEM, code=code, line="civil_servants", number=number, on=date(2026, 1, 1), decision=DECISION
        )
    total = selectors.sheet(SYSTEM).totals["civil_servants"]
    assert (total.assigned, total.actual, total.vacant, total.over, total.unassigned) == (11, 13, 3, 1, 4)
