"""What the paper of a decision says: every kind for one person and for many, held against readable files."""

from __future__ import annotations

import os
from copy import deepcopy
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ccvc.decisions import laws, papers
from ccvc.decisions.papers import Person
from tests.decisions.papers import AFTER, decided, person, written
from tests.problems import refused

GOLDEN = Path(__file__).parent / "golden" / "papers"


@pytest.mark.parametrize("kind", papers.kinds())
def test_every_kind_reads_as_an_officer_would_write_it(kind: str) -> None:
    """One person, then two with a list; written anew with GOLDEN=write, and read by people."""
    alone = written(papers.text(decided(kind), [person(kind)]))
    together = written(papers.text(decided(kind), [person(kind), person(kind, 2)]))
    found = f"{alone}\n{'=' * 100}\n\n{together}"
    file = GOLDEN / f"{kind}.txt"
    if os.environ.get("GOLDEN") == "write":
        file.write_text(found, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == found
    assert not set("{}[]~") & set(found)


def test_every_kind_of_the_list_has_a_wording() -> None:
    assert papers.kinds() == sorted(AFTER)


def test_what_is_not_there_is_left_out_in_brackets_and_asked_for_elsewhere() -> None:
    made = without(person("raise_regular"), "raise_clock_from", "rank")
    text = written(papers.text(decided("raise_regular"), [made]))
    assert "lần sau" not in text
    assert "ngạch" not in text.partition("Điều 1.")[2]
    problem = refused(
        lambda: papers.text(decided("raise_regular"), [without(person("raise_regular"), "salary_step")])
    )
    assert (problem.code, problem.params["what"]) == ("DEC-PAPER", "Bậc lương")
    assert problem.params["who"] == "Nguyễn Thị Minh Nguyệt"


def without(made: Person, *names: str) -> Person:
    """The same person without some fields of employment after the decision."""
    new: dict[str, Any] = deepcopy(dict(made.new))
    for name in names:
        del new["employment"][name]
    return replace(made, new=new)


def test_what_people_typed_stays_what_they_typed() -> None:
    """Braces, brackets and markup in a name are neither holes nor commands."""
    made = person("plan")
    made.new["identity"]["full_name"] = "[{name}] #let x = 1 $a$ *b*"
    text = papers.text(decided("plan"), [made])
    assert "bà ((name)) #let x = 1 $a$ *b*," in text.articles[0][0]


@pytest.mark.parametrize(
    ("day", "category", "law"),
    [
        (date(2025, 6, 30), "CC", "Luật Cán bộ, công chức ngày 13 tháng 11 năm 2008"),
        (date(2025, 7, 1), "CC", "Luật Cán bộ, công chức ngày 24 tháng 6 năm 2025"),
        (date(2026, 6, 30), "VC", "Luật Viên chức ngày 15 tháng 11 năm 2010"),
        (date(2026, 7, 1), "VC", "Luật Viên chức ngày 10 tháng 12 năm 2025"),
    ],
)
def test_grounds_are_the_law_of_the_day_and_of_these_people(day: date, category: str, law: str) -> None:
    assert laws.named(["staff"], [category], day) == [law]


def test_both_laws_are_named_for_a_list_of_both_kinds_of_staff() -> None:
    other = person("raise_regular", 2)
    other.new["employment"]["category"] = "VC"
    text = papers.text(decided("raise_regular"), [person("raise_regular"), other])
    named = [one for one in text.grounds if "Luật" in one]
    assert [one[7:27] for one in named] == [
        "Luật Tổ chức chính q",
        "Luật Cán bộ, công ch",
        "Luật Viên chức ngày ",
    ]
    assert text.about == "Về việc nâng bậc lương thường xuyên đối với công chức, viên chức"


def test_a_ground_is_named_by_every_wording_that_asks_for_it() -> None:
    """No wording asks for a ground there is no law of, and no law is there for none."""
    asked = {"local", *(one for kind in papers.kinds() for one in papers.paper(kind).grounds)}
    assert asked == {one.ground for one in laws.laws()}
