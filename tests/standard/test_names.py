"""Names: one spelling, found without marks, in the order of Vietnamese lists."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccvc.standard import normal, plain, sort_key


@pytest.mark.parametrize(
    ("written", "normal_form"),
    [
        ("Hoà", "Hòa"),
        ("HOÀ", "HÒA"),
        ("khoẻ  mạnh ", "khỏe mạnh"),
        ("Thuỷ", "Thủy"),
        ("thuý", "thúy"),
        ("quý", "quý"),
        ("Quỳnh", "Quỳnh"),
        ("Hoàn Hoài Toản", "Hoàn Hoài Toản"),
        ("Nguyễn Huỳnh", "Nguyễn Huỳnh"),
        ("H’Hen", "H'Hen"),
        (unicodedata.normalize("NFD", "Đặng Thị Hoà"), "Đặng Thị Hòa"),
    ],
)
def test_normal_gives_one_spelling(written: str, normal_form: str) -> None:
    assert normal(written) == normal_form


@given(st.text("aàáoòóeẻuủyỷqQOÀUỶhn '\u0300\u0301", max_size=12))
def test_normal_is_stable(text: str) -> None:
    assert normal(normal(text)) == normal(text)


@pytest.mark.parametrize("written", ["Đỗ Thị Hoà", "đỗ thị hòa", "DO THI HOA", " Do  thi hoa"])
def test_plain_is_what_is_typed_without_marks(written: str) -> None:
    assert plain(written) == "do thi hoa"


def given_names(*names: str) -> list[str]:
    return sorted(names, key=sort_key)


def test_tones_follow_the_order_of_dictionaries() -> None:
    assert given_names("mạ", "má", "mã", "mả", "mà", "ma") == ["ma", "mà", "mả", "mã", "má", "mạ"]


def test_letters_with_marks_are_letters_of_their_own() -> None:
    assert given_names("Ơn", "Ôn", "On", "Đa", "Da", "Ân", "Ăn", "An", "Ưa", "Ua", "Êm", "Em") == [
        *("An", "Ăn", "Ân", "Da", "Đa", "Em", "Êm", "On", "Ôn", "Ơn", "Ua", "Ưa")
    ]


def test_letters_decide_before_tones() -> None:
    # The two pairs that the C library's Vietnamese locale gets wrong.
    assert given_names("Hường", "Hương") == ["Hương", "Hường"]
    assert given_names("Thắng", "Thành") == ["Thành", "Thắng"]
    assert given_names("Hà An", "Ha Bình") == ["Hà An", "Ha Bình"]


def test_lists_go_by_given_name_first() -> None:
    assert given_names("Bùi Văn Hạ", "Trần Hà", "Nguyễn Thị Hà", "Nguyễn Văn Hà", "Lê An", "Ân") == [
        *("Lê An", "Ân", "Nguyễn Thị Hà", "Nguyễn Văn Hà", "Trần Hà", "Bùi Văn Hạ")
    ]


def test_order_knows_names_of_all_peoples() -> None:
    assert given_names("Y Moan Êban", "H'Hen Niê", "K'Pă", "Điểu K'Ré") == [
        *("Y Moan Êban", "K'Pă", "Điểu K'Ré", "H'Hen Niê")
    ]


@pytest.mark.parametrize("other", ["NGUYỄN VĂN HÒA", "Nguyễn  Văn Hoà", "nguyễn văn hoà"])
def test_case_and_place_of_the_tone_do_not_count(other: str) -> None:
    assert sort_key("Nguyễn Văn Hòa") == sort_key(other)


@given(st.text(max_size=20))
def test_every_text_has_a_key(text: str) -> None:
    assert isinstance(sort_key(text), bytes)
