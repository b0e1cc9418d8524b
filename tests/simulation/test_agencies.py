"""Agencies and their units: published sizes, valid codes, units people could work in."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from ccvc.organisations.domain import Kind, check_placed, parse_code
from ccvc.simulation.agencies import UnitSpec, agency_title, headcount, headcounts, units_for, write_units
from ccvc.simulation.layout import LEAST, MOST
from ccvc.simulation.places import heir_agency, provinces
from ccvc.simulation.professions import activity_of, leaders_of, staffing

BEFORE, AFTER = date(2023, 6, 30), date(2026, 11, 1)
ASKED = [
    ("H41", 10),
    ("H41", 137),
    ("H41", 2_500),
    ("H26", 3_333),
    ("H38", 40_000),
    ("G09", 60),
    ("G09", 2_500),
    ("G18", 8_000),
]


def test_sizes_add_up_to_the_published_figures() -> None:
    sizes = headcounts(BEFORE)
    assert sum(size for code, size in sizes.items() if code.startswith("G")) == 125_746
    assert sum(size for code, size in sizes.items() if code.startswith("H")) == 1_947_714
    assert sum(code.startswith("H") for code in sizes) == 63


def test_mergers_move_people_and_lose_none() -> None:
    before, after = headcounts(BEFORE), headcounts(AFTER)
    assert sum(after.values()) == sum(before.values())
    assert sum(code.startswith("H") for code in after) == 34
    assert after["H38"] == before["H38"] + before["H63"]
    assert after["G12"] == before["G12"] + before["G05"] + before["G24"]
    assert "G05" not in after
    assert headcount("H41", AFTER) == before["H41"]


def test_the_largest_province_has_room_for_the_numbers_of_its_people() -> None:
    assert max(headcounts(AFTER).values()) < 250_000


def test_a_merged_province_keeps_the_code_of_its_name() -> None:
    assert heir_agency("15") == "H38"
    assert heir_agency("46") == "H57"
    assert provinces()["15"].name == "Tỉnh Lào Cai"


@pytest.mark.parametrize(("agency", "people"), ASKED)
def test_units_hold_everybody_in_sizes_people_manage(agency: str, people: int) -> None:
    units = units_for(agency, people)
    placed = [unit.people for unit in units if unit.people]
    assert sum(placed) == people
    assert min(placed) >= LEAST
    assert max(placed) <= MOST


@pytest.mark.parametrize(("agency", "people"), ASKED)
def test_codes_are_valid_and_parents_come_first(agency: str, people: int) -> None:
    known = {agency}
    for unit in units_for(agency, people):
        assert parse_code(unit.code) == unit.code
        check_placed(unit.code, unit.parent_code)
        assert unit.parent_code in known
        assert unit.code not in known
        assert Kind(unit.kind) in {Kind.DEPARTMENT, Kind.COMMUNE, Kind.PUBLIC_UNIT}
        assert activity_of(unit) in staffing()
        known.add(unit.code)


def test_brothers_have_different_names() -> None:
    units = units_for("H38", 40_000)
    assert len({(unit.parent_code, unit.name) for unit in units}) == len(units)


def test_the_same_question_gets_the_same_units() -> None:
    assert units_for("H41", 2_500) == units_for("H41", 2_500)
    assert {unit.name for unit in units_for("H41", 2_500)} != {unit.name for unit in units_for("H55", 2_500)}


@pytest.mark.parametrize("people", [1, 9, 10])
def test_a_few_people_are_one_unit(people: int) -> None:
    assert [unit.people for unit in units_for("H41", people)] == [people]


def test_an_agency_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="no units"):
        units_for("H41", 0)


@pytest.mark.parametrize(
    ("name", "activity"),
    [
        ("Trường Tiểu học Kim Liên", "primary"),
        ("Trường Trung học cơ sở Kim Liên", "lower_secondary"),
        ("Bệnh viện Nhi", "hospital"),
        ("Sở Nội vụ", "department"),
        ("Ủy ban nhân dân xã Kim Liên", "commune"),
        ("Điều gì đó", "department"),
    ],
)
def test_activity_told_from_a_name(name: str, activity: str) -> None:
    assert activity_of(UnitSpec("H41.01", name, "H41", "public_unit")) == activity


def test_who_leads() -> None:
    province = UnitSpec("H41.01", "Sở Nội vụ", "H41", "department")
    ministry = UnitSpec("G09.01", "Vụ Tổng hợp", "G09", "department")
    office = UnitSpec("H41.01.01", "Ban lãnh đạo và Văn phòng", "H41.01", "department")
    assert leaders_of(province).head.title == "Giám đốc Sở"
    assert leaders_of(ministry).head.title == "Vụ trưởng"
    assert leaders_of(office, "Sở Nội vụ").head.title == "Giám đốc Sở"
    assert leaders_of(office).head.title == "Trưởng phòng"


def test_titles_of_agencies() -> None:
    assert agency_title("G09") == "Bộ Nội vụ"
    assert agency_title("H41.01") == "Ủy ban nhân dân tỉnh Nghệ An"


def test_units_file_says_they_are_synthetic(tmp_path: Path) -> None:
    file = tmp_path / "units.csv"
    units = units_for("H41", 300)
    write_units(file, units, valid_from=date(2025, 7, 1))
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["code"] for row in rows] == [unit.code for unit in units]
    assert {row["basis"] for row in rows} == {"Đơn vị mô phỏng, không có thật"}
    assert {row["valid_from"] for row in rows} == {"2025-07-01"}
