"""Code lists answer by date, find what people write, and follow what was merged or renamed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ccvc.standard import Codes, DeclarationError, current, load
from tests.standard import tiny

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


@pytest.fixture
def colours() -> Codes:
    return tiny.standard().codes["colours"]


@pytest.fixture
def provinces() -> Codes:
    return tiny.standard().codes["provinces"]


def test_a_reused_code_answers_by_date(provinces: Codes) -> None:
    assert provinces.label("15", on=BEFORE) == "Tỉnh Yên Bái"
    assert provinces.label("15", on=AFTER) == "Tỉnh Lào Cai"
    assert provinces.label("15") == "Tỉnh Lào Cai"
    assert provinces.label("15", "en", on=BEFORE) == "Yen Bai Province"


def test_both_ends_of_validity_belong_to_it(colours: Codes) -> None:
    assert colours.valid("4", date(2020, 1, 1))
    assert colours.valid("4", date(2022, 12, 31))
    assert not colours.valid("4", date(2019, 12, 31))
    assert not colours.valid("4", date(2023, 1, 1))


def test_an_unknown_code_is_no_code_but_can_be_shown(colours: Codes) -> None:
    assert colours.get("99") is None
    assert "99" not in colours
    assert not colours.valid("99", AFTER)
    assert colours.label("99") == "99"


def test_choices_of_a_day(provinces: Codes) -> None:
    assert [row.code for row in provinces.on(AFTER)] == ["01", "15"]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Đỏ", "1"),
        ("do", "1"),
        ("ĐỎ  THẮM", "1"),
        ("red", "1"),
        ("Xanh-lá", "3"),
        ("xanh duong", "4"),
        ("1", "1"),
        ("Tím", "2"),
        ("A+", "6"),
        ("a-", "7"),
        ("Mạ", "8"),
        ("má", "9"),
        ("ma", "8"),  # a label of its own in English, so exact words win
        ("mã", None),
        ("vàng", None),
        ("", None),
    ],
)
def test_find_takes_what_people_write(colours: Codes, written: str, code: str | None) -> None:
    assert colours.find(written) == code


def test_find_by_date(provinces: Codes) -> None:
    assert provinces.find("Lào Cai") == "15"
    assert provinces.find("lao cai", on=BEFORE) == "10"
    assert provinces.find("Yên Bái") == "15"
    assert provinces.find("Yên Bái", on=AFTER) is None


def test_successors_are_followed_to_today(colours: Codes, provinces: Codes) -> None:
    assert colours.successors("2", on=date(2019, 1, 1)) == ("3", "5")
    assert colours.successors("1") == ()
    assert provinces.successors("15", on=BEFORE) == ("15",)
    assert provinces.successors("10") == ("15",)


def test_further_columns_are_kept(colours: Codes) -> None:
    red, green = colours.get("1"), colours.get("3")
    assert red is not None
    assert green is not None
    assert red.extra == {"shade": "warm"}
    assert green.extra == {}
    assert red.synonyms == ("Đỏ tươi", "Đỏ thắm")


def test_two_meanings_on_one_day_are_refused(tmp_path: Path) -> None:
    folder = tiny.write(tmp_path)
    file = folder / "codes" / "colours.csv"
    file.write_text(tiny.COLOURS.replace("2019-12-31", "2020-01-01"), encoding="utf-8")
    with pytest.raises(DeclarationError, match=r"colours\.csv: two rows of code 2 hold on the same day"):
        load(folder)


def test_a_bad_row_is_named_by_its_line(tmp_path: Path) -> None:
    folder = tiny.write(tmp_path)
    (folder / "codes" / "colours.csv").write_text(
        tiny.COLOURS.replace("2019-12-31", "31/12/2019"), encoding="utf-8"
    )
    with pytest.raises(DeclarationError, match=r"colours\.csv, line 3: Invalid RFC3339"):
        load(folder)


def test_an_incomplete_index_is_named(tmp_path: Path) -> None:
    folder = tiny.write(tmp_path)
    (folder / "codes" / "index.toml").write_text('[colours]\nlabel_vi = "Màu"\n', encoding="utf-8")
    with pytest.raises(DeclarationError, match=r"index\.toml: colours: .*label_en"):
        load(folder)


def test_shipped_provinces_know_both_meanings_of_a_reused_code() -> None:
    codes = current().codes["provinces"]
    assert codes.find("Yên Bái", on=BEFORE) == codes.find("Lào Cai", on=AFTER) == "15"
    assert codes.successors("15", on=BEFORE) == ("15",)
