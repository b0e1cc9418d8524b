"""Job positions: approved by a decision, followed through reorganisations, counted beside who holds them."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from ccvc.ledger.models import Entry
from ccvc.organisations.actions import (
    Decision,
    approve_by,
    approve_positions,
    draft_reorganisation,
    draft_undoing,
    end_position,
    load_positions,
)
from ccvc.organisations.domain.positions import read_position, written_criteria
from ccvc.organisations.domain.steps import read_step
from ccvc.organisations.models import Position, Reorganisation
from ccvc.organisations.selectors import position_of, positions_of, unit_by_code
from ccvc.organisations.selectors.foreseeing import foresee
from ccvc.rules.criteria import Criterion, qualify
from ccvc.standard.problems import Problem
from tests.organisations.conftest import BASIS, OPENED, acting, signing
from tests.organisations.test_reorganising import HEAD

pytestmark = pytest.mark.usefixtures("province")

DAY = timedelta(days=1)
SPRING, AUTUMN, LATER = date(2026, 3, 1), date(2026, 9, 1), date(2026, 11, 1)
CLERK = acting(("administrator", "H41"))
DECISION = Decision("45/QĐ-UBND", date(2026, 2, 20), "Uỷ ban nhân dân tỉnh")
ROW: dict[str, Any] = {"code": "NV.01", "name": "Chuyên viên", "kind": "professional", "places": "4"}
HEADED = "unit_code,code,name,kind,places,valid_from,decision_number,decided_on,issuer,job_level,criteria"
REST = "2026-03-01,45/QĐ-UBND,20/02/2026,UBND tỉnh"


def unit(code: str, on: date = SPRING) -> int:
    found = unit_by_code(code, on)
    assert found is not None
    return found.unit_id


def approve(*rows: dict[str, Any], code: str = "H41.12", on: date = SPRING, **more: Any) -> Any:
    asked = [read_position(ROW | row, on) for row in rows]
    return approve_positions(CLERK, unit_code=code, asked=asked, on=on, decision=DECISION, **more)


def shown(code: str, on: date) -> list[tuple[str, int]]:
    return [(row.code, row.places) for row in positions_of(unit(code, on), on)]


def carried_out(*rows: dict[str, str], on: date = AUTUMN) -> Reorganisation:
    steps = [read_step(row) for row in rows]
    made = draft_reorganisation(CLERK, title="Sắp xếp", basis=BASIS, on=on, steps=steps)
    return approved(made)


def approved(made: Reorganisation) -> Reorganisation:
    seen = foresee(made.on, [read_step(row) for row in made.steps]).digest
    return approve_by(HEAD, made.key, seen, signing())


def problem(act: Any) -> str:
    with pytest.raises(Problem) as caught:
        act()
    return caught.value.code


def test_from_a_day_on_and_as_known_then() -> None:
    approve({}, {"code": "LD.01", "name": "Giám đốc Sở", "kind": "management", "places": "1"})
    before = timezone.now()
    assert shown("H41.12", SPRING - DAY) == []
    assert shown("H41.12", SPRING) == [("LD.01", 1), ("NV.01", 4)]
    approve({"places": "6"}, on=AUTUMN)
    assert shown("H41.12", AUTUMN - DAY) == [("LD.01", 1), ("NV.01", 4)]
    assert shown("H41.12", AUTUMN) == [("LD.01", 1), ("NV.01", 6)]
    then = positions_of(unit("H41.12"), AUTUMN, before)
    assert [row.places for row in then] == [1, 4]
    entry = Entry.objects.order_by("-index")[0]
    assert '"positions_approved"' in entry.payload
    assert "45/QĐ-UBND" in entry.payload


def test_a_whole_list_ends_what_it_does_not_name_and_a_repeat_writes_nothing() -> None:
    approve({}, {"code": "NV.02"})
    assert approve({"places": "6"}, on=AUTUMN, whole=True).written == 1
    assert shown("H41.12", AUTUMN) == [("NV.01", 6)]
    rows, entries = Position.objects.count(), Entry.objects.count()
    again = approve({"places": "6"}, on=AUTUMN, whole=True)
    assert (again.written, again.present) == (0, 1)
    assert (Position.objects.count(), Entry.objects.count()) == (rows, entries)


def test_days_between_leave_those_around_as_they_were() -> None:
    approve({})
    approve({"places": "9"}, on=AUTUMN, until=LATER - DAY)
    assert [shown("H41.12", day)[0][1] for day in (AUTUMN - DAY, AUTUMN, LATER - DAY, LATER)] == [4, 9, 9, 4]
    end_position(CLERK, unit_code="H41.12", code="NV.01", last_day=LATER, decision=DECISION)
    assert shown("H41.12", LATER) == [("NV.01", 4)]
    assert shown("H41.12", LATER + DAY) == []
    code = "NV.09"
    act = lambda: end_position(CLERK, unit_code="H41.12", code=code, last_day=LATER, decision=DECISION)  # noqa: E731 - asked once
    assert problem(act) == "POS-UNKNOWN"


def test_what_was_approved_for_later_is_not_lost_and_a_history_loads_twice() -> None:
    approve({"places": "6"}, on=AUTUMN)
    assert problem(lambda: approve({})) == "POS-LATER"
    assert approve({}, until=AUTUMN - DAY).written == 1
    assert [shown("H41.12", day)[0][1] for day in (SPRING, AUTUMN - DAY, AUTUMN)] == [4, 4, 6]
    later = REST.replace("2026-03-01", "2026-09-01")
    lines = [HEADED, f"H41.20,A,A,support,1,{REST},,", f"H41.20,A,A,support,2,{later},,"]
    raw = "\n".join(lines).encode()
    assert load_positions(CLERK, "p.csv", raw).written == 2
    again = load_positions(CLERK, "p.csv", raw)
    assert (again.written, again.present) == (0, 2)
    assert [shown("H41.20", day) for day in (SPRING, AUTUMN)] == [[("A", 1)], [("A", 2)]]


def test_they_follow_a_merger_and_stand_at_their_unit_again_when_it_is_undone() -> None:
    approve({}, code="H41.20")
    approve({"code": "NV.02"}, code="H41.12")
    made = carried_out({"act": "merge", "unit": "H41.20", "into": "H41.12"})
    assert shown("H41.12", AUTUMN - DAY) == [("NV.02", 4)]
    assert shown("H41.12", AUTUMN) == [("NV.01", 4), ("NV.02", 4)]
    assert positions_of(unit("H41.20"), AUTUMN) == []
    approved(draft_undoing(CLERK, made.key, on=LATER, basis=BASIS))
    assert (shown("H41.12", LATER), shown("H41.20", LATER)) == ([("NV.02", 4)], [("NV.01", 4)])


def test_they_end_with_their_unit_where_the_plan_says_so() -> None:
    approve({}, code="H41.20")
    row = {"act": "merge", "unit": "H41.20", "into": "H41.12", "positions": "end"}
    plain = foresee(AUTUMN, [read_step({**row, "positions": ""})])
    ending = foresee(AUTUMN, [read_step(row)])
    assert (plain.positions.following, plain.positions.ending) == (1, 0)
    assert (ending.positions.following, ending.positions.ending) == (0, 1)
    assert plain.digest != ending.digest
    made = carried_out(row)
    assert shown("H41.12", AUTUMN) == []
    approved(draft_undoing(CLERK, made.key, on=LATER, basis=BASIS))
    assert shown("H41.20", LATER) == [("NV.01", 4)]


def test_the_successors_own_list_replaces_those_taken_over() -> None:
    approve({}, {"code": "NV.02"}, code="H41.20")
    carried_out({"act": "merge", "unit": "H41.20", "into": "H41.12"})
    approve({"places": "7"}, on=LATER)
    assert shown("H41.12", LATER) == [("NV.01", 7), ("NV.02", 4)]
    approve({"places": "7"}, on=LATER + DAY, whole=True)
    assert shown("H41.12", LATER + DAY) == [("NV.01", 7)]


def test_requirements_are_asked_of_a_dossier() -> None:
    given = {"ranks": "01.002, 01.003", "job_level": "3", "criteria": "education.highest_level at_least 6"}
    approve(given)
    position = position_of(unit("H41.12"), "NV.01", SPRING)
    assert position is not None
    asked = position.requirements()
    assert [one.subject for one in asked] == [
        "employment.rank",
        "employment.job_level",
        "education.highest_level",
    ]
    assert asked[2] == Criterion("education.highest_level", "at_least", ("6",))
    assert written_criteria(position.criteria) == given["criteria"]
    fits: dict[str, Any] = {
        "employment": {"rank": "01.003", "job_level": 3},
        "education": {"highest_level": "7"},
    }
    assert qualify(asked, fits, SPRING).answer == "yes"
    fits["employment"]["rank"] = "01.004"
    assert qualify(asked, fits, SPRING).answer == "no"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"code": "A B"}, "POS-CODE"),
        ({"code": "x" * 41}, "POS-CODE"),
        ({"name": " "}, "POS-NAME"),
        ({"kind": "secret"}, "POS-KIND"),
        ({"places": "-1"}, "POS-PLACES"),
        ({"places": "٣"}, "POS-PLACES"),
        ({"leadership": "maybe"}, "POS-YES-NO"),
        ({"ranks": "99.999"}, "POS-RANK"),
        ({"job_level": "6"}, "POS-LEVEL"),
        ({"job_level": "²"}, "POS-LEVEL"),
        ({"criteria": "education.highest_level"}, "POS-CRITERION"),
        ({"criteria": "no.such_field is 1"}, "POS-CRITERION"),
        ({"criteria": "rule:rated x"}, "POS-CRITERION"),
        ({"criteria": "education.highest_level at_least many"}, "POS-CRITERION"),
    ],
)
def test_what_is_no_position_is_told(row: dict[str, Any], code: str) -> None:
    assert problem(lambda: read_position(ROW | row, SPRING)) == code


def test_only_who_keeps_the_tree_there_and_only_by_a_decision() -> None:
    one = read_position(ROW, SPRING)

    def act(by: Any = CLERK, code: str = "H41.12", decision: Decision = DECISION, **more: Any) -> Any:
        said = {"asked": [one], "on": SPRING, **more}
        return lambda: approve_positions(by, unit_code=code, decision=decision, **said)

    assert problem(act(acting(("administrator", "H41.20")))) == "ACC-DENIED"
    assert problem(act(acting(("officer", "H41")))) == "ACC-DENIED"
    assert problem(act(code="H41.99")) == "ORG-NO-UNIT"
    assert problem(act(decision=Decision(" ", SPRING, "x"))) == "POS-DECISION"
    assert problem(act(asked=[])) == "POS-NOTHING"
    assert problem(act(asked=[one, one])) == "POS-TWICE"
    assert problem(act(until=OPENED)) == "POS-DATES"
    assert not Position.objects.exists()


def test_a_file_all_or_none_and_repeated_without_harm() -> None:
    lines = [
        HEADED,
        f"H41.12,NV.01,Chuyên viên,professional,4,{REST},3,education.highest_level at_least 6; rule:years_left 5",
        f"H41.20,LD.01,Giám đốc,management,1,{REST},,",
    ]
    raw = "\n".join(lines).encode()
    assert load_positions(CLERK, "p.csv", raw).written == 2
    again = load_positions(CLERK, "p.csv", raw)
    assert (again.written, again.present) == (0, 2)
    bad = "\n".join([*lines, f"H41.99,X,Y,support,1,{REST},,"]).replace(",1,2026", ",2,2026").encode()
    with pytest.raises(Problem, match=r"dòng 3: .*H41\.99") as caught:
        load_positions(CLERK, "p.csv", bad)
    assert caught.value.code == "POS-ROWS"
    assert shown("H41.20", SPRING) == [("LD.01", 1)]
    assert problem(lambda: load_positions(CLERK, "p.csv", b"code,name\n1,2")) == "POS-FILE"


def test_a_workbook_with_numbers_and_days_as_such() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADED.split(","))
    days = (SPRING, "45/QĐ-UBND", date(2026, 2, 20), "UBND tỉnh")
    sheet.append(["H41.12", "NV.01", "Chuyên viên", "professional", 0, *days, 3, None])
    raw = io.BytesIO()
    book.save(raw)
    assert load_positions(CLERK, "p.xlsx", raw.getvalue()).written == 1
    assert shown("H41.12", SPRING) == [("NV.01", 0)]
