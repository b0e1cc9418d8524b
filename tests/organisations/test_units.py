"""Units open, change and close by decisions; nothing known is overwritten; the tree is right on each day."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from ccvc.access.domain import Subject
from ccvc.ledger.models import Entry
from ccvc.organisations.actions import close_unit, move_unit, open_unit, rename_unit
from ccvc.organisations.models import Unit, UnitState
from ccvc.organisations.selectors import as_known, states, subtree, successors, unit_by_code
from ccvc.standard.problems import Problem
from tests.organisations.conftest import BASIS, OPENED, SYSTEM, TODAY, acting

pytestmark = pytest.mark.usefixtures("province")

NEXT = date(2027, 1, 1)
DAY = timedelta(days=1)
CLERK = acting(("administrator", "H41"))


def state(code: str, on: date = TODAY) -> UnitState:
    found = unit_by_code(code, on)
    assert found is not None
    return found


def codes(*roots: str, on: date = TODAY) -> set[str]:
    return set(states(on).filter(unit_id__in=subtree(roots, on)).values_list("code", flat=True))


def opening(by: Subject = CLERK, **changes: Any) -> str:
    """Code of the problem met in opening a unit; empty when it opened."""
    terms = {"code": "H41.30", "name": "Sở Xây dựng", "parent_code": "H41", "kind": "department"}
    try:
        open_unit(by, **{**terms, "on": OPENED, "basis": BASIS, **changes})
    except Problem as problem:
        return problem.code
    return ""


def test_the_subtree_of_a_day() -> None:
    assert codes("H41.12") == {"H41.12", "H41.12.01", "H41.12.01.A"}
    assert codes("H41.20", "H41.12.01") == {"H41.20", "H41.12.01", "H41.12.01.A"}
    assert codes("H41.12", on=OPENED - DAY) == set()
    assert codes("000.00.12.H41") == codes("H41.12")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({}, ""),
        ({"code": "H4"}, "ORG-CODE"),
        ({"code": "H38.30"}, "ORG-CODE-PARENT"),
        ({"code": "H41.20"}, "ORG-CODE-TAKEN"),
        ({"parent_code": "H41.99"}, "ORG-NO-UNIT"),
        ({"kind": "castle"}, "ORG-KIND"),
        ({"name": "  "}, "ORG-NAME"),
        ({"basis": ""}, "ORG-BASIS"),
        ({"code": "H38.30", "parent_code": "H38"}, "ACC-DENIED"),
        ({"code": "X01", "parent_code": None}, "ACC-DENIED"),
    ],
)
def test_opening_a_unit(changes: dict[str, Any], problem: str) -> None:
    assert opening(**changes) == problem


def test_a_unit_cannot_open_under_what_is_known_to_end() -> None:
    assert opening(SYSTEM, code="H38.12", parent_code="H38", on=date(2025, 1, 1)) == "ORG-PARENT-ENDS"
    assert opening(SYSTEM, code="H38.12", parent_code="H38", on=date(2025, 7, 1)) == ""


@pytest.mark.parametrize("role", ["officer", "inspector", "analyst", "approver"])
def test_only_administrators_change_units(role: str) -> None:
    by = acting((role, "H41"))
    assert opening(by) == "ACC-DENIED"
    with pytest.raises(Problem) as caught:
        rename_unit(by, code="H41.12", name="Sở khác", on=NEXT, basis=BASIS)
    assert caught.value.code == "ACC-DENIED"


def test_a_rename_begins_on_its_day_and_what_was_known_stays() -> None:
    known = state("H41.12").known_from
    rename_unit(CLERK, code="H41.12", name="Sở Nội vụ và Lao động", on=NEXT, basis="QĐ 99")
    assert state("H41.12", NEXT - DAY).name == "Sở Nội vụ"
    assert state("H41.12", NEXT).name == "Sở Nội vụ và Lao động"
    assert state("H41.12", NEXT).unit_id == state("H41.12").unit_id
    assert codes("H41.12", on=NEXT) == codes("H41.12")
    then = unit_by_code("H41.12", NEXT, known=known)
    assert then is not None
    assert then.name == "Sở Nội vụ"


def test_a_rename_from_the_first_day_corrects_it() -> None:
    rename_unit(CLERK, code="H41.20", name="Sở Y tế Nghệ An", on=OPENED, basis="Đính chính")
    unit = state("H41.20").unit
    assert [s.name for s in as_known().filter(unit=unit)] == ["Sở Y tế Nghệ An"]
    assert UnitState.objects.filter(unit=unit).count() == 2


def test_a_move_takes_everything_below_along_and_recodes_it() -> None:
    move_unit(CLERK, code="H41.12.01", parent_code="H41.20", new_code="H41.20.07", on=NEXT, basis=BASIS)
    assert codes("H41.12", on=NEXT) == {"H41.12"}
    assert codes("H41.20", on=NEXT) == {"H41.20", "H41.20.07", "H41.20.07.A"}
    assert codes("H41.12", on=NEXT - DAY) == {"H41.12", "H41.12.01", "H41.12.01.A"}


@pytest.mark.parametrize(
    ("terms", "problem"),
    [
        ({"code": "H41.12", "parent_code": "H41.12.01"}, "ORG-INTO-ITSELF"),
        ({"code": "H41.12", "parent_code": "H41.12"}, "ORG-INTO-ITSELF"),
        ({"code": "H41.12.01", "parent_code": "H41.20"}, "ORG-CODE-PARENT"),
        ({"code": "H41.12.01", "parent_code": "H41", "new_code": "H41.20"}, "ORG-CODE-TAKEN"),
        ({"code": "H41.12.01", "parent_code": "H38", "new_code": "H38.01"}, "ACC-DENIED"),
        ({"code": "H41", "parent_code": "G01", "new_code": "G01.41"}, "ORG-NATIONAL"),
    ],
)
def test_moves_that_cannot_be(terms: dict[str, Any], problem: str) -> None:
    before = list(as_known().order_by("pk").values_list("pk", flat=True))
    with pytest.raises(Problem) as caught:
        move_unit(CLERK, on=NEXT, basis=BASIS, **terms)
    assert caught.value.code == problem
    assert list(as_known().order_by("pk").values_list("pk", flat=True)) == before


def test_changes_come_in_the_order_of_their_days() -> None:
    rename_unit(CLERK, code="H41.12", name="Tên mới", on=NEXT, basis=BASIS)
    with pytest.raises(Problem) as caught:
        rename_unit(CLERK, code="H41.12", name="Tên khác", on=TODAY, basis=BASIS)
    assert caught.value.code == "ORG-LATER"
    assert "01/01/2027" in str(caught.value)


def test_a_closed_unit_stood_until_its_last_day_and_is_followed() -> None:
    close_unit(CLERK, code="H41.12.01.A", last_day=NEXT, basis=BASIS, successor_code="H41.12.01")
    assert state("H41.12.01.A", NEXT).unit.closed_on == NEXT
    assert unit_by_code("H41.12.01.A", NEXT + DAY) is None
    assert [s.code for s in successors("H41.12.01.A", NEXT)] == ["H41.12.01"]


def test_a_unit_with_units_below_does_not_close() -> None:
    with pytest.raises(Problem) as caught:
        close_unit(CLERK, code="H41.12", last_day=NEXT, basis=BASIS)
    assert caught.value.code == "ORG-HAS-UNITS"


def test_every_act_stands_in_the_ledger_with_its_author_and_decision() -> None:
    key = state("H41.12.01.A").unit.key
    rename_unit(CLERK, code="H41.12.01.A", name="Tổ lưu trữ", on=TODAY, basis="QĐ 7")
    close_unit(CLERK, code="H41.12.01.A", last_day=NEXT, basis="QĐ 8")
    said = [
        json.loads(e.payload) for e in Entry.objects.filter(subject=f"organisation:{key}").order_by("index")
    ]
    assert [(s["act"], s["by"], s["basis"], s["request"]) for s in said] == [
        ("open", "system:tests", BASIS, ""),
        ("rename", "ai", "QĐ 7", "request-1"),
        ("close", "ai", "QĐ 8", "request-1"),
    ]


def second_state(**changes: Any) -> None:
    first = state("H41.20")
    values = {"unit": first.unit, "code": "H41.21", "name": "Hai", "valid_from": TODAY, "basis": BASIS}
    with transaction.atomic():
        UnitState.objects.create(**{**values, **changes})


def test_the_database_itself_keeps_one_state_a_day_and_one_unit_a_code() -> None:
    with pytest.raises(IntegrityError, match="one_state_a_day"):
        second_state()
    other = Unit.objects.create(kind="department", opened_on=OPENED)
    with pytest.raises(IntegrityError, match="one_unit_a_code"):
        second_state(unit=other, code="H41.20")
    second_state(unit=other, code="H41.20", valid_from=date(2025, 1, 1), valid_to=OPENED - DAY)
    with pytest.raises(IntegrityError, match="not_in_itself"):
        second_state(unit=other, code="H41.77", parent=other)
    with pytest.raises(IntegrityError, match="state_dates"):
        second_state(unit=other, code="H41.78", valid_from=NEXT, valid_to=TODAY)
