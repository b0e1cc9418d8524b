"""A reorganisation is one act: foreseen whole, signed off by two, carried out on its day, undone by a later one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from ccvc.access.domain import Right, Subject
from ccvc.ledger.models import Entry
from ccvc.ledger.verification import verify
from ccvc.organisations import people
from ccvc.organisations.actions import (
    approve_by,
    draft_reorganisation,
    draft_undoing,
    open_unit,
    rename_unit,
    withdraw_reorganisation,
)
from ccvc.organisations.domain.steps import Step, read_step
from ccvc.organisations.homes import home, homes
from ccvc.organisations.models import Reassignment, Reorganisation, UnitState
from ccvc.organisations.selectors import reach, states, subtree, successors, unit_by_code
from ccvc.organisations.selectors.foreseeing import foresee
from ccvc.organisations.tree import covers_unit
from ccvc.standard.problems import Problem
from tests.organisations.conftest import BASIS, OPENED, SYSTEM, TODAY, acting, signing
from tests.owner import tamper

pytestmark = pytest.mark.usefixtures("province")

DAY = timedelta(days=1)
ON, LATER = date(2026, 9, 1), date(2026, 11, 1)
CLERK = acting(("administrator", "H41"))
HEAD = Subject(6, "duyet", "Duyệt", None, acting(("approver", "H41")).grants, TODAY, "request-2")
MERGED: tuple[dict[str, str], ...] = (
    {"act": "dissolve", "unit": "H41.12.01.A", "into": "H41.12.01"},
    {
        "act": "open",
        "code": "H41.30",
        "name": "Sở Nội vụ và Y tế",
        "kind": "department",
        "parent_code": "H41",
    },
    {"act": "merge", "unit": "H41.20", "into": "H41.30"},
    {"act": "move", "unit": "H41.12.01", "parent_code": "H41.30", "code": "H41.30.01"},
    {"act": "merge", "unit": "H41.12", "into": "H41.30"},
)


def steps(*rows: Mapping[str, str]) -> list[Step]:
    return [read_step(row) for row in rows]


def draft(*rows: Mapping[str, str], on: date = ON, by: Subject = CLERK) -> Reorganisation:
    return draft_reorganisation(by, title="Sắp xếp", basis=BASIS, on=on, steps=steps(*rows))


def approve(made: Reorganisation, by: Subject = HEAD) -> Reorganisation:
    seen = foresee(made.on, [read_step(row) for row in made.steps]).digest
    return approve_by(by, made.key, seen, signing())


def carried_out(*rows: Mapping[str, str], on: date = ON) -> Reorganisation:
    return approve(draft(*rows, on=on))


def unit(code: str, on: date) -> int:
    found = unit_by_code(code, on)
    assert found is not None, code
    return found.unit_id


def codes(on: date) -> list[tuple[str, str]]:
    return sorted(states(on).filter(code__startswith="H41").values_list("code", "name"))


def faults(*rows: Mapping[str, str], on: date = ON) -> set[str]:
    return {problem.code for _, problem in foresee(on, steps(*rows)).faults}


class Some:
    """People of this room's tests: number → (key, unit)."""

    def __init__(self, units: Mapping[str, int]) -> None:
        self.found = {number: (uuid4(), unit) for number, unit in units.items()}

    def count(self) -> dict[int, int]:
        units = [unit for _, unit in self.found.values()]
        return {unit: units.count(unit) for unit in units}

    def whose(self, numbers: Any) -> dict[str, tuple[UUID, int]]:
        return {number: self.found[number] for number in numbers if number in self.found}

    def holders(self, units: Any, on: date, known: Any = None) -> dict[tuple[int, str], int]:
        return {}


@contextmanager
def living(units: Mapping[str, int]) -> Iterator[Some]:
    some = Some(units)
    people.register_people(some)
    yield some
    people._registered.pop()


def test_units_merge_move_and_end_in_one_act() -> None:
    before = codes(ON - DAY)
    old = {code: unit(code, ON - DAY) for code in ("H41.12", "H41.20", "H41.12.01.A")}
    made = carried_out(*MERGED)
    assert codes(ON - DAY) == before
    assert [code for code, _ in codes(ON)] == ["H41", "H41.30", "H41.30.01"]
    assert [state.code for state in successors("H41.12", ON - DAY)] == ["H41.30"]
    new = unit("H41.30", ON)
    assert homes(old.values(), ON - DAY) == {one: one for one in old.values()}
    assert homes(old.values(), ON) == {
        old["H41.12"]: new,
        old["H41.20"]: new,
        old["H41.12.01.A"]: unit("H41.30.01", ON),
    }
    assert (made.state, made.decided_by) == ("applied", "duyet")


def test_reach_follows_the_people() -> None:
    successor, ended = acting(("officer", "H41.20")), acting(("officer", "H41.12.01"))
    old = {unit(code, ON - DAY) for code in ("H41.12.01", "H41.12.01.A")}
    carried_out(
        {"act": "merge", "unit": "H41.12.01.A", "into": "H41.12"},
        {"act": "merge", "unit": "H41.12.01", "into": "H41.20"},
    )
    assert reach(ended, Right.DOSSIER_LIST, ON - DAY) >= old
    assert reach(ended, Right.DOSSIER_LIST, ON) == frozenset()
    assert reach(successor, Right.DOSSIER_LIST, ON) == {unit("H41.20", ON), unit("H41.12.01", ON - DAY)}
    assert reach(acting(("officer", "H41")), Right.DOSSIER_LIST, ON) >= old
    assert subtree(["H41.12"], ON) == {unit("H41.12", ON), unit("H41.12.01.A", ON - DAY)}


def test_a_grant_covers_a_person_of_a_unit_taken_over() -> None:
    old = unit("H41.12.01.A", ON - DAY)
    carried_out({"act": "merge", "unit": "H41.12.01.A", "into": "H41.20"})
    assert covers_unit(acting(("officer", "H41.20")).grants, old, ON)
    assert not covers_unit(acting(("officer", "H41.12")).grants, old, ON)
    assert covers_unit(acting(("officer", "H41.12")).grants, old, ON - DAY)


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([{"act": "merge", "unit": "H41.99", "into": "H41.20"}], "ORG-NO-UNIT"),
        ([{"act": "merge", "unit": "H41.20", "into": "H41.99"}], "ORG-NO-UNIT"),
        ([{"act": "merge", "unit": "H41.20", "into": "H41.20"}], "ORG-NO-UNIT"),
        ([{"act": "merge", "unit": "H41", "into": "H38"}], "ORG-NATIONAL"),
        ([{"act": "merge", "unit": "H41.12", "into": "H41.20"}], "ORG-LEFT-UNDER"),
        ([{"act": "rename", "unit": "H41.20", "name": n} for n in "AB"], "ORG-STEP-TWICE"),
        (
            [
                {"act": "rename", "unit": "H41.20", "name": "B"},
                {"act": "merge", "unit": "H41.20", "into": "H41.12"},
            ],
            "ORG-STEP-TWICE",
        ),
        ([{**MERGED[1], "code": "H41.20"}], "ORG-CODE-TAKEN"),
        ([{**MERGED[1], "code": "H38.30"}], "ORG-CODE-PARENT"),
        ([{"act": "move", "unit": "H41.12", "parent_code": "H41.12.01"}], "ORG-INTO-ITSELF"),
        ([{"act": "split", "unit": "H41.20", "into": "H41.12", "people": "0"}], "ORG-SPLIT-REST"),
        (
            [{"act": "reopen", "key": str(uuid4()), "code": "H41.9", "name": "x", "parent_code": "H41"}],
            "ORG-STANDS",
        ),
        ([{"act": "separate", "unit": "H41.20", "into": "H41.12", "people": "001"}], "ORG-PEOPLE-NAMED"),
    ],
)
def test_what_cannot_be_is_told(rows: list[dict[str, str]], problem: str) -> None:
    assert problem in faults(*rows)
    with pytest.raises(Problem) as caught:
        draft(*rows)
    assert caught.value.code in {"ORG-PLAN-FAULTY", "ACC-DENIED"}
    assert not Reorganisation.objects.exists()


def test_a_unit_that_opens_or_changes_later_is_left_alone() -> None:
    rename_unit(CLERK, code="H41.20", name="Tên mới", on=LATER, basis=BASIS)
    assert faults({"act": "merge", "unit": "H41.20", "into": "H41.12"}) == {"ORG-LATER"}
    open_unit(CLERK, code="H41.40", name="B", parent_code="H41", kind="department", on=ON, basis=BASIS)
    assert faults({"act": "merge", "unit": "H41.40", "into": "H41.12"}) == {"ORG-OPENS-LATER"}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"act": "blow up"}, "ORG-STEP-ACT"),
        ({"act": "dissolve", "unit": "H41.20"}, "ORG-STEP-LACKS"),
        ({"act": "rename", "unit": "4.1", "name": "x"}, "ORG-CODE"),
        ({**MERGED[1], "kind": "castle"}, "ORG-KIND"),
    ],
)
def test_a_step_says_all_it_must(row: dict[str, str], problem: str) -> None:
    with pytest.raises(Problem) as caught:
        read_step(row)
    assert caught.value.code == problem


def test_codes_may_pass_from_one_unit_to_another_on_the_day() -> None:
    first, second = unit("H41.12.01", ON - DAY), unit("H41.12", ON - DAY)
    carried_out(
        {"act": "move", "unit": "H41.12", "parent_code": "H41", "code": "H41.20"},
        {"act": "move", "unit": "H41.20", "parent_code": "H41", "code": "H41.12"},
    )
    assert (unit("H41.20.01", ON), unit("H41.20", ON)) == (first, second)


def test_whoever_drafts_does_not_approve_and_neither_acts_out_of_reach() -> None:
    made = draft(*MERGED)
    itself = Subject(5, "ai", "Ai", None, HEAD.grants, TODAY, "r")
    elsewhere = Subject(7, "xa", "Xa", None, acting(("approver", "H41.20")).grants, TODAY, "r")
    officer = acting(("officer", "H41"))
    for by, problem in ((itself, "ORG-PLAN-SAME-PERSON"), (elsewhere, "ACC-DENIED"), (officer, "ACC-DENIED")):
        with pytest.raises(Problem) as caught:
            approve(made, by)
        assert caught.value.code == problem
    with pytest.raises(Problem) as caught:
        draft(*MERGED, by=acting(("administrator", "H41.12")))
    assert caught.value.code == "ACC-DENIED"
    assert [code for code, _ in codes(ON)] == [code for code, _ in codes(ON - DAY)]


def test_what_was_shown_is_what_is_carried_out() -> None:
    made = draft({"act": "rename", "unit": "H41.12.01", "name": "Văn phòng"})
    seen = foresee(made.on, steps({"act": "rename", "unit": "H41.12.01", "name": "Văn phòng"})).digest
    approve(draft({"act": "move", "unit": "H41.12", "parent_code": "H41", "code": "H41.15"}, on=OPENED + DAY))
    with pytest.raises(Problem) as caught:
        approve_by(HEAD, made.key, seen, signing())
    assert caught.value.code == "ORG-PLAN-FAULTY"
    withdraw_reorganisation(CLERK, made.key)
    with pytest.raises(Problem) as caught:
        approve(made)
    assert caught.value.code == "ORG-PLAN-SETTLED"


def test_people_named_go_elsewhere_than_the_rest_as_drafts_of_decisions() -> None:
    split = unit("H41.12.01.A", ON - DAY)
    rows = (
        {"act": "split", "unit": "H41.12.01.A", "into": "H41.12.01", "people": "*"},
        {"act": "split", "unit": "H41.12.01.A", "into": "H41.20", "people": "001; 002"},
    )
    with living({"001": split, "002": split, "003": split, "004": unit("H41.12", ON)}) as some:
        found = foresee(ON, steps(*rows))
        assert not found.faults
        assert (found.before[split], found.affected) == (3, 3)
        assert found.after[unit("H41.20", ON)] == 2
        assert found.after[unit("H41.12.01", ON)] == 1
        assert faults({**rows[0]}, {**rows[1], "people": "001 004"}) == {"ORG-PEOPLE-NAMED"}
        made = carried_out(*rows)
        drafts = Reassignment.objects.filter(reorganisation=made)
        assert {(one.person, one.after_id) for one in drafts} == {
            (some.found[number][0], unit("H41.20", ON)) for number in ("001", "002")
        }
    assert home(split, ON) == unit("H41.12.01", ON)


def test_it_is_undone_from_a_later_day_and_nothing_is_erased() -> None:
    old = {code: unit(code, ON - DAY) for code in ("H41.12", "H41.20", "H41.12.01", "H41.12.01.A")}
    first = codes(ON - DAY)
    made = carried_out(*MERGED)
    between = codes(ON)
    new = unit("H41.30", ON)
    with pytest.raises(Problem) as caught:
        draft_undoing(CLERK, made.key, on=ON, basis=BASIS)
    assert caught.value.code == "ORG-UNDO-DAY"
    undone = approve(draft_undoing(CLERK, made.key, on=LATER, basis="QĐ 99"))
    assert undone.reverses == made
    assert (codes(ON - DAY), codes(LATER - DAY), codes(LATER)) == (first, between, first)
    assert {code: unit(code, LATER) for code in old} == old
    assert homes(old.values(), LATER - DAY)[old["H41.20"]] == new
    assert homes([*old.values(), new], LATER) == {one: one for one in old.values()} | {new: old["H41.20"]}


def test_what_changed_since_is_not_undone_blindly() -> None:
    made = carried_out({"act": "rename", "unit": "H41.20", "name": "Sở Y tế mới"})
    rename_unit(CLERK, code="H41.20", name="Sở Y tế khác", on=LATER - DAY, basis=BASIS)
    with pytest.raises(Problem) as caught:
        draft_undoing(CLERK, made.key, on=LATER, basis=BASIS)
    assert caught.value.code == "ORG-UNDO-MOVED"


def test_the_ledger_tells_who_drafted_and_who_approved() -> None:
    made = carried_out(*MERGED)
    said = [
        json.loads(e.payload)
        for e in Entry.objects.filter(subject=f"organisation:{made.key}").order_by("index")
    ]
    assert [(s["act"], s["by"], s["closed"], s["opened"]) for s in said] == [
        ("draft", "ai", 3, 1),
        ("reorganise", "duyet", 3, 1),
    ]
    assert said[0]["digest"] == said[1]["digest"] == made.digest


def test_an_earlier_day_is_told_as_it_was_known() -> None:
    known = UnitState.objects.filter(code="H41.20").values_list("known_from", flat=True)[0]
    old = unit("H41.20", ON - DAY)
    assert subtree(["H41.20"], ON, known) == {old}
    carried_out({"act": "merge", "unit": "H41.20", "into": "H41.12"})
    assert subtree(["H41.20"], ON, known) == {old}
    assert subtree(["H41.12"], ON) >= {old}
    assert old not in subtree(["H41.12"], ON, known)


def test_the_system_itself_approves_nothing_it_drafted() -> None:
    made = draft(*MERGED, by=SYSTEM)
    with pytest.raises(Problem) as caught:
        approve(made, SYSTEM)
    assert caught.value.code == "ORG-PLAN-SAME-PERSON"


def test_the_ledger_reads_again_what_was_signed_and_that_the_tree_says_it() -> None:
    made = carried_out(*MERGED)
    assert made.signature is not None
    assert json.loads(made.statement)["digest"] == made.digest
    assert verify().ok
    for sql in (
        "UPDATE organisations_reorganisation SET title = 'Khác' WHERE id = %s",
        "UPDATE organisations_reorganisation SET steps = '[]' WHERE id = %s",
        "UPDATE organisations_reorganisation SET state = 'draft' WHERE id = %s",
        "UPDATE organisations_unitstate SET name = 'Khác' WHERE code = 'H41.30' AND %s > 0",
    ):
        before = transaction.savepoint()
        assert tamper(sql, made.pk)
        told = verify()
        assert not told.ok
        assert {fault.code for fault in told.faults} <= {"ORG-LEDGER-CHANGED", "ORG-LEDGER-MISSING"}
        transaction.savepoint_rollback(before)
    assert verify().ok
