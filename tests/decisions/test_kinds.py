"""Kinds as data: every file fits the standard, the rules and the checks; one that does not is named with its fault."""

from __future__ import annotations

from datetime import date

import pytest

from ccvc.decisions import kinds
from ccvc.decisions.kinds import FOLDER, kind, read
from tests.problems import code_of

WHOLE = (FOLDER / "raise_regular.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('name = "raise_regular"', 'name = "raise_other"', "is not the file's"),
        ('group = "pay"', 'group = "money"', "no group money"),
        ('path = "employment.salary_from"', 'path = "employment.wage_from"', "no field employment.wage_from"),
        ('rule = "raise"', 'rule = "rise"', "no rule rise"),
        ('"raise_due"', '"raise_owed"', "no check raise_owed"),
        ('"rule.step"', '"rule.stair"', "nothing gives rule.stair"),
        ('"held.employment.rank"', '"held.employment.grade"', "nothing gives held.employment.grade"),
        ('"decision.number"', '"decision.numeral"', "nothing gives decision.numeral"),
        ('day = "asked.from"', 'day = "asked.since"', "nothing gives asked.since"),
        ('table = "employment.salary_history"', 'table = "employment.wages"', "no table employment.wages"),
        ('to = "to"', 'to = "until"', "no cell employment.salary_history.until"),
        ("order = 20", "order = 20\ncolour = 1", "colour"),
        ('do = "put"', 'do = "push"', "push"),
        ('filled = "rule.due"', 'filled = "unit.name"', "nothing gives unit.name"),
    ],
)
def test_a_file_that_does_not_fit_is_named_with_its_fault(tmp_path, old, new, told):
    assert old in WHOLE
    file = tmp_path / "raise_regular.toml"
    file.write_text(WHOLE.replace(old, new), "utf-8")
    with pytest.raises(ValueError, match=r"raise_regular\.toml") as raised:
        read(file)
    assert told in str(raised.value)


def test_a_code_no_list_has_is_told(tmp_path):
    whole = (FOLDER / "retire.toml").read_text("utf-8")
    file = tmp_path / "retire.toml"
    file.write_text(whole.replace('"employment.status" = "20"', '"employment.status" = "77"'), "utf-8")
    with pytest.raises(ValueError, match=r"no code 77 for employment\.status"):
        read(file)


def test_every_file_is_a_kind_in_both_languages_with_a_law():
    found = kinds.kinds()
    assert set(found) == {file.stem for file in FOLDER.glob("*.toml")}
    for one in found.values():
        assert one.label("vi") != one.label("en")
        assert one.laws(date(2026, 8, 1)), one.name
        for ask in one.ask:
            assert ask.label("vi"), (one.name, ask.name)
            assert ask.label("en"), (one.name, ask.name)


def test_laws_are_those_of_the_day_and_the_category():
    basis = [one.law for one in kind("discipline").laws(date(2025, 6, 30), ["CC"])]
    assert basis == ["NĐ 112/2020/NĐ-CP, sửa đổi bởi NĐ 71/2023/NĐ-CP"]
    assert [one.law for one in kind("discipline").laws(date(2025, 7, 1), ["CC"])] == ["NĐ 172/2025/NĐ-CP"]
    assert [one.law for one in kind("discipline").laws(date(2026, 7, 1), ["VC"])] == ["NĐ 234/2026/NĐ-CP"]
    assert len(kind("discipline").laws(date(2026, 7, 1), ["CC", "VC"])) == 2


def test_an_unknown_kind_is_refused():
    assert code_of(lambda: kind("promote")) == "DEC-KIND"
