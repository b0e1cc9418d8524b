"""Electronic agency codes in both their forms (QĐ 20/2020/QĐ-TTg; QCVN 102:2016/BTTTT)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccvc.organisations.domain import agency_of, check_placed, is_below, old_code, parse_code
from ccvc.standard.problems import Problem

CODES = [("H41", "000.00.00.H41"), ("G12.18", "000.00.18.G12"), ("H41.12.03", "000.03.12.H41")]


@pytest.mark.parametrize(("new", "old"), [*CODES, ("G12.18.03.125", "125.03.18.G12")])
def test_old_and_present_form_are_one_code(new: str, old: str) -> None:
    assert parse_code(old) == new
    assert old_code(new) == old
    assert parse_code(new) == new


def test_codes_are_read_as_people_type_them() -> None:
    assert parse_code(" h41.12a ") == "H41.12A"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "41",
        "H4",
        "Z01",
        "H41.",
        "H41..2",
        "H41-12",
        "H41.Đ2",
        "H41 .12",
        "000.00.00.Z41",
        "H41." + "1" * 32,
    ],
)
def test_what_is_no_code_is_refused_with_the_rule(text: str) -> None:
    with pytest.raises(Problem) as caught:
        parse_code(text)
    assert caught.value.code == "ORG-CODE"
    assert "Quyết định 20/2020/QĐ-TTg" in caught.value.next_step()


def test_the_longest_code_has_35_characters() -> None:
    assert parse_code("H41." + "1" * 31)


@pytest.mark.parametrize("code", ["H55.242", "H41.AB", "H41.1", "H41.00", "H41.12.03.004.5"])
def test_codes_that_do_not_fit_the_old_form_have_none(code: str) -> None:
    assert old_code(code) is None


@given(st.from_regex(r"[A-Y][0-9]{2}(\.[0-9]{2}){0,2}", fullmatch=True))
def test_whatever_has_an_old_form_comes_back_the_same(code: str) -> None:
    old = old_code(code)
    assert (old is None) == code.endswith(".00")
    assert old is None or parse_code(old) == code


def test_levels_are_read_from_the_code() -> None:
    assert agency_of("H41.12.03") == "H41"
    assert is_below("H41.12", "H41")
    assert not is_below("H410.1", "H41")


@pytest.mark.parametrize(
    ("code", "parent"), [("H41.12", None), ("H42.12", "H41"), ("H41", "H41"), ("H41", "G01")]
)
def test_a_code_must_fit_its_place(code: str, parent: str | None) -> None:
    with pytest.raises(Problem) as caught:
        check_placed(code, parent)
    assert caught.value.code == "ORG-CODE-PARENT"
