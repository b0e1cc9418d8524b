"""A grant covers its unit and all below it, on the days it holds and the unit stands."""

from __future__ import annotations

from datetime import date

import pytest

from ccvc.access import actions
from ccvc.access.domain import Right, Scope, Subject, require
from ccvc.organisations.actions import close_unit, move_unit, open_unit
from ccvc.organisations.models import Unit, UnitState
from ccvc.organisations.selectors import reach, unit_by_code
from ccvc.standard.problems import Problem
from tests.access.people import BASIS, OPENED, People

TODAY = date(2026, 11, 21)
LATER = date(2026, 12, 1)


def names(subject: Subject, right: Right = Right.DOSSIER_READ, on: date = TODAY) -> set[str]:
    return set(UnitState.objects.filter(unit_id__in=reach(subject, right, on)).values_list("code", flat=True))


def allowed(subject: Subject, unit: str, right: Right = Right.DOSSIER_READ) -> bool:
    try:
        require(subject, right, unit)
    except Problem:
        return False
    return True


def test_reach_is_the_unit_and_what_is_below_it(people: People) -> None:
    assert names(people.subject("officer")) == {"H41.12", "H41.12.01"}
    assert names(people.subject("inspector")) == {"H41", "H41.12", "H41.12.01", "H41.20"}
    assert names(people.subject("stranger")) == {"H38", "H38.12", "H63"}  # H63: its people came to H38
    assert names(people.subject("owner")) == set()
    assert names(people.subject("administrator")) == set()
    assert names(Subject.anonymous()) == set()


def test_a_grant_on_everything_reaches_every_unit(people: People) -> None:
    assert len(reach(people.subject("analyst"), Right.STATISTICS_SEE, TODAY)) == Unit.objects.count()
    assert names(people.subject("analyst")) == set()


def test_require_asks_the_tree(people: People) -> None:
    officer = people.subject("officer", on=TODAY)
    seen = {
        unit: allowed(officer, unit) for unit in ("H41", "H41.12", "H41.12.01", "H41.20", "H38.12", "H99")
    }
    assert [unit for unit, may in seen.items() if may] == ["H41.12", "H41.12.01"]


def test_a_code_looks_below_another_only_if_its_unit_is(people: People) -> None:
    move_unit(
        Subject.system("tests"),
        code="H41.12.01",
        parent_code="H41.20",
        new_code="H41.20.01",
        on=LATER,
        basis=BASIS,
    )
    officer = people.subject("officer", on=LATER)
    assert reach(officer, Right.DOSSIER_READ, TODAY) - reach(officer, Right.DOSSIER_READ, LATER)
    assert not allowed(officer, "H41.20.01")
    assert allowed(people.subject("inspector", on=LATER), "H41.20.01")


def test_a_reused_code_does_not_carry_old_grants_over(people: People) -> None:
    system = Subject.system("tests")
    close_unit(system, code="H41.12.01", last_day=date(2026, 6, 30), basis=BASIS)
    close_unit(system, code="H41.12", last_day=date(2026, 6, 30), basis=BASIS)
    anew = open_unit(
        system,
        code="H41.12",
        name="Sở Dân tộc và Tôn giáo",
        parent_code="H41",
        kind="department",
        on=date(2026, 7, 1),
        basis=BASIS,
    )
    officer = people.subject("officer", on=TODAY)
    assert officer.roots(Right.DOSSIER_READ) == {"H41.12"}
    assert not reach(officer, Right.DOSSIER_READ, TODAY)
    assert not allowed(officer, "H41.12")
    actions.grant_role(
        system, user=people["colleague"], role="officer", unit_code="H41.12", valid_from=TODAY, basis=BASIS
    )
    assert reach(people.subject("colleague", on=TODAY), Right.DOSSIER_READ, TODAY) == {anew.unit_id}


def test_a_merged_provinces_grants_end_with_it(people: People) -> None:
    old = Subject(9, "cu", "Cũ", None, (Scope("officer", "H38", date(2020, 1, 1)),), TODAY)
    new = Subject(9, "moi", "Mới", None, (Scope("officer", "H38", date(2025, 7, 1)),), TODAY)
    assert reach(old, Right.DOSSIER_READ, date(2025, 6, 30))
    assert not reach(old, Right.DOSSIER_READ, TODAY)
    assert names(new) == {"H38", "H38.12", "H63"}
    assert names(new, on=date(2025, 6, 30)) == set()


def test_the_people_of_a_closed_unit_stay_in_reach_of_their_agency(people: People) -> None:
    closed = unit_by_code("H41.12.01", OPENED)
    assert closed is not None
    close_unit(Subject.system("tests"), code="H41.12.01", last_day=date(2026, 6, 30), basis=BASIS)
    assert closed.unit_id in reach(people.subject("officer"), Right.DOSSIER_READ, TODAY)
    assert closed.unit_id not in reach(people.subject("stranger"), Right.DOSSIER_READ, TODAY)


@pytest.mark.parametrize("unit", ["H41.12", "H41.12.01"])
def test_a_person_without_grants_reaches_no_unit(people: People, unit: str) -> None:
    assert not allowed(people.subject("colleague"), unit)
