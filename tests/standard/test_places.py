"""Administrative units of three levels and two times, and what a text as people write it names of them."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest

from ccvc import standard
from ccvc.standard import check, current, places
from ccvc.standard.places.units import LAST_DAY_OF_DISTRICTS

FIRST_DAY = date(2025, 7, 1)
TODAY = date(2026, 11, 22)
OLD, NEW = LAST_DAY_OF_DISTRICTS.isoformat(), FIRST_DAY.isoformat()


def named(text: str) -> tuple[str, str] | None:
    """Code and its day of what a text names."""
    found = places.coded(current(), text)
    return (found["code"], found["code_date"]) if "code" in found else None


def heirs(code: str, on: date = LAST_DAY_OF_DISTRICTS) -> tuple[bool, list[str]] | None:
    unit = places.unit_of(current(), code, on)
    assert unit is not None
    heir = places.heirs(current(), unit, TODAY)
    return (heir.exact, [one.name() for one in heir.units]) if heir else None


# The lists


def test_the_communes_of_today_are_those_of_the_decision() -> None:
    kinds = Counter(row.label_vi.split()[0] for row in current().codes["communes"].on(FIRST_DAY))
    assert kinds == {"Xã": 2621, "Phường": 687, "Đặc": 13}


def test_the_units_of_the_last_day_of_districts() -> None:
    assert len(current().codes["communes"].on(LAST_DAY_OF_DISTRICTS)) == 10_035
    assert len(current().codes["districts"].on(LAST_DAY_OF_DISTRICTS)) == 696
    assert current().codes["districts"].on(FIRST_DAY) == ()


@pytest.mark.parametrize("name", ["districts", "communes"])
def test_each_unit_lies_in_one_of_its_time(name: str) -> None:
    for row in current().codes[name]:
        day = row.valid_to or row.valid_from
        unit = places.unit_of(current(), row.code, day) if day else None
        assert unit is not None, row.code
        assert unit.province.label_vi.startswith(("Tỉnh ", "Thành phố ")), row.code
        assert len(unit.chain) == (3 if name == "communes" and row.valid_to else 2), row.code


def test_each_commune_of_before_has_successors_in_the_province_that_took_in_its_own() -> None:
    for row in current().codes["communes"]:
        if row.valid_to:
            unit = places.unit_of(current(), row.code, row.valid_to)
            assert unit is not None
            mother = Counter(
                one.row.code
                for one in places.units.standing(current(), places.Unit("province", unit.chain[-1:]), TODAY)
            )
            assert row.successors, row.code
            for code in row.successors:
                heir = places.unit_of(current(), code, FIRST_DAY)
                assert heir is not None
                assert heir.province.code in mother, (row.code, code)


def test_english_names_follow_from_the_kind() -> None:
    rows = current().codes["communes"]
    assert rows.label("20326", "en") == "Hòa Tiến Commune"
    assert rows.label("27151", "en", LAST_DAY_OF_DISTRICTS) == "Ward 5"


def test_large_lists_are_not_read_before_somebody_asks() -> None:
    probe = (
        "from ccvc.standard import current, json_schema, record_type; s = current(); record_type(s); json_schema(s);"
        "s.english; print('_rows' in vars(s.codes['communes'].rows), len(s.codes['communes']))"
    )
    told = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "13356"]


# Recognising


@pytest.mark.slow
def test_every_unit_is_found_by_its_own_full_name() -> None:
    missed = [
        unit.name()
        for name in ("districts", "communes")
        for row in current().codes[name]
        if (unit := places.unit_of(current(), row.code, row.valid_to or FIRST_DAY))
        and named(unit.name()) != (row.code, OLD if row.valid_to else NEW)
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("xã Hòa Tiến, huyện Hòa Vang, TP Đà Nẵng", ("20326", OLD)),
        ("Xã Hoà Tiến, Huyện Hoà Vang, Thành phố Đà Nẵng", ("20326", OLD)),
        ("xa Hoa Tien, huyen Hoa Vang, Da Nang", ("20326", OLD)),
        ("Hòa Tiến, Hòa Vang, Đà Nẵng", ("20326", OLD)),
        ("Xã Kim Liên huyện Nam Đàn tỉnh Nghệ An", ("17971", OLD)),
        ("thôn Đông xã Kim Liên, huyện Nam Đàn, Nghệ An, Việt Nam", ("17971", OLD)),
        ("xã Kim Liên, huyện Nam Đàn", ("17971", OLD)),
        ("P. Bến Nghé, Q1, TPHCM", ("26740", OLD)),
        ("P.5 Q.3 TP.HCM", ("27151", OLD)),
        ("F1, Q5, HCM", ("27325", OLD)),
        ("phường 01; quận 05; TP. Hồ Chí Minh", ("27325", OLD)),
        ("số 5 đường Lê Lợi, phường Bến Nghé, quận 1, Thành phố Hồ Chí Minh", ("26740", OLD)),
        ("TT. Nam Phước, H. Duy Xuyên, T. Quảng Nam", ("20599", OLD)),
        ("Tp. Vinh - Nghệ An", ("412", OLD)),
        ("huyện Côn Đảo, Bà Rịa - Vũng Tàu", ("755", OLD)),
        ("Quan Hoa, Thanh Hoa", ("385", OLD)),
        ("TP. Hải Dương", ("288", OLD)),  # the city, not the province
        ("phường Trần Phú, thành phố Hải Dương", ("10528", OLD)),
        ("xã Mường Giàng, huyện Quỳnh Nhai, Sơn La", ("03703", OLD)),  # a township since
        ("xã Kim Liên, tỉnh Nghệ An", ("17971", NEW)),
        ("số 1 ngõ 2, phường Ba Đình, Hà Nội", ("00004", NEW)),
        ("đặc khu Côn Đảo, TPHCM", ("26732", NEW)),
        ("Phường Xuân Trường - Đà Lạt, Tỉnh Lâm Đồng", ("24805", NEW)),
    ],
)
def test_the_most_precise_unit_a_text_names(text: str, expected: tuple[str, str]) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hòa Vang, Đà Nẵng", ("48", NEW)),  # a district then, a commune now
        ("Đông Sơn, Thanh Hóa", ("38", NEW)),
        ("xã B, huyện C, tỉnh Hà Giang", ("02", OLD)),
        ("huyện Ba Vì, Hà Tây", ("28", "2008-07-31")),  # its districts of then are in no list
        ("xã Không Đâu, huyện Hòa Vang, Đà Nẵng", ("497", OLD)),
        ("xã Hòa Tiên, huyện Hòa Vang, Đà Nẵng", ("497", OLD)),  # another tone is another name
        ("xã Hòa Tiến", None),
        ("phường 5, quận 3", ("27151", OLD)),
        ("xã Tân Tiến, huyện Châu Thành", None),  # nine districts bear the name
        ("số 5 phố Huế", None),
        ("", None),
        ("Không rõ", None),
    ],
)
def test_where_two_fit_only_what_is_sure(text: str, expected: tuple[str, str] | None) -> None:
    assert named(text) == expected


def test_a_standard_without_place_lists_recognises_nothing() -> None:
    bare = replace(current(), codes=MappingProxyType({}))
    assert places.coded(bare, "xã Kim Liên, tỉnh Nghệ An") == {"text": "xã Kim Liên, tỉnh Nghệ An"}


# Today


def test_what_stands_today_in_the_place_of_a_unit() -> None:
    assert heirs("17971", FIRST_DAY) is None
    assert heirs("20326") == (True, ["Xã Hòa Tiến, Thành phố Đà Nẵng"])
    assert heirs("755") == (True, ["Đặc khu Côn Đảo, Thành phố Hồ Chí Minh"])
    assert heirs("001") == (False, ["Thành phố Hà Nội"])
    assert heirs("02") == (True, ["Tỉnh Tuyên Quang"])


def test_a_divided_commune_has_several_heirs() -> None:
    told = heirs("00019")
    assert told is not None
    assert told[1][:2] == ["Phường Ba Đình, Thành phố Hà Nội", "Phường Hoàn Kiếm, Thành phố Hà Nội"]


# Documents


def place_findings(code: str, day: str) -> list[str]:
    document = {
        "standard": current().version,
        "identity": {"home_town": {"text": "xã Hòa Tiến", "code": code, "code_date": day}},
    }
    return [f.code for f in check(document, on=TODAY) if f.path.startswith("identity.home_town")]


@pytest.mark.parametrize(
    ("code", "day", "codes"),
    [
        ("48", OLD, []),  # a document that knows only the province stays right
        ("497", OLD, []),
        ("20326", OLD, []),
        ("17971", NEW, []),
        ("497", NEW, ["STD-CODE-DATE"]),
        ("99999", NEW, ["STD-CODE-DATE"]),
        ("00001", NEW, ["STD-CODE-DATE"]),
        ("4", OLD, ["STD-CODE"]),
        ("00", OLD, ["STD-CODE"]),
        ("203260", OLD, ["STD-CODE"]),
    ],
)
def test_a_code_is_judged_by_its_level_and_day(code: str, day: str, codes: list[str]) -> None:
    assert place_findings(code, day) == codes


def test_both_versions_of_the_standard_know_the_units() -> None:
    for version in standard.versions():
        assert places.unit_of(standard.of(version), "17971", FIRST_DAY) is not None


# Typing


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("xã kim liên, ngh", "Xã Kim Liên, Tỉnh Nghệ An"),
        ("hoa tien", "Xã Hòa Tiến, Thành phố Đà Nẵng"),
        ("Q1", "Quận 1, Thành phố Hồ Chí Minh"),
        ("đà n", "Thành phố Đà Nẵng"),
    ],
)
def test_units_are_suggested_while_typing(typed: str, first: str) -> None:
    assert places.suggest(current(), typed)[0].text == first


def test_few_are_suggested_and_none_for_nothing() -> None:
    assert len(places.suggest(current(), "phường 1")) == 12
    assert places.suggest(current(), "x") == places.suggest(current(), " , ") == []
