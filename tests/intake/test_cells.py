"""Cells as people type them, and what they become."""

from __future__ import annotations

from typing import Any

import pytest

from ccvc import standard
from ccvc.intake.cells import Converter, Noted, Refused
from ccvc.intake.cells.places import Places
from ccvc.standard.fields import Field

NONE, UNKNOWN, WITHHELD = {"state": "none"}, {"state": "unknown"}, {"state": "withheld"}


def read(path: str, raw: Any) -> Any:
    declared = standard.current()
    return Converter(declared.fields[path], declared, Places(declared))(raw)


def read_as(type_: str, raw: Any, **more: Any) -> Any:
    """Read by a field that the shipped standard need not have."""
    declared = standard.current()
    basis = declared.fields["identity.full_name"]
    field = Field(
        **{name: getattr(basis, name) for name in Field.__dataclass_fields__} | {"type": type_, **more}
    )
    return Converter(field, declared, Places(declared))(raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("05/03/1985", "1985-03-05"),
        ("5/3/1985", "1985-03-05"),
        ("05-03-1985", "1985-03-05"),
        ("05.03.1985", "1985-03-05"),
        ("1985-03-05", "1985-03-05"),
        ("1985/03/05", "1985-03-05"),
        ("1985-03-05 00:00:00", "1985-03-05"),
        ("1985-03-05T00:00:00", "1985-03-05"),
        ("ngày 05 tháng 3 năm 1985", "1985-03-05"),
        ("  05 / 03 / 1985 ", "1985-03-05"),
        (31111, "1985-03-05"),
        (31111.5, "1985-03-05"),
        ("31111", "1985-03-05"),
        ("29/02/1984", "1984-02-29"),
        ("03/1985", "1985-03"),
        ("3-1985", "1985-03"),
        ("1985-03", "1985-03"),
        ("tháng 3 năm 1985", "1985-03"),
        (3.1985, "1985-03"),
        ("1985", "1985"),
        (1985, "1985"),
        (1985.0, "1985"),
        ("năm 1985", "1985"),
        ("Không rõ", UNKNOWN),
        ("không cung cấp", WITHHELD),
    ],
)
def test_dates_known_in_part(raw: Any, value: Any) -> None:
    assert read("career.joined_agency_on", raw) == value


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("5/3/85", "INT-YEAR-TWO-DIGITS"),
        ("03/85", "INT-YEAR-TWO-DIGITS"),
        ("31/02/1985", "INT-DATE-NONE"),
        ("29/02/1985", "INT-DATE-NONE"),
        ("03/25/1985", "INT-DATE-NONE"),
        ("00/03/1985", "INT-DATE-NONE"),
        ("05/03/1085", "INT-DATE-NONE"),
        ("khoảng đầu 1985", "INT-DATE"),
        ("85", "INT-DATE"),
        ("05031985", "INT-DATE"),
        (5031985, "INT-DATE"),
        (12, "INT-DATE"),
        ("1/2/3/1985", "INT-DATE"),
        ("05/03/1985 07:30", "INT-DATE"),
    ],
)
def test_what_is_no_date_is_refused(raw: Any, code: str) -> None:
    assert read("career.joined_agency_on", raw) == Refused(code)


@pytest.mark.parametrize("raw", ["03/1985", "1985", 1985])
def test_a_whole_date_needs_its_day(raw: Any) -> None:
    assert read("employment.salary_from", raw) == Refused("INT-DATE-WHOLE")
    assert read("employment.salary_from", "01/03/1985") == "1985-03-01"


@pytest.mark.parametrize("raw", [None, "", "   ", "-", "–", "...", "…", "/", "\u00a0"])
def test_an_empty_cell_gives_nothing(raw: Any) -> None:
    for path in (
        "identity.full_name",
        "identity.birth_date",
        "identity.sex",
        "employment.salary_coefficient",
    ):
        assert read(path, raw) is None


@pytest.mark.parametrize(
    ("path", "raw", "value"),
    [
        ("identity.sex", "Nam", "1"),
        ("identity.sex", "nữ", "2"),
        ("identity.sex", "NU", "2"),
        ("identity.sex", "2", "2"),
        ("identity.sex", 2, "2"),
        ("identity.ethnic_group", 1, "01"),
        ("identity.ethnic_group", "kinh", "01"),
        ("identity.ethnic_group", "H'Mông", "08"),
        ("identity.ethnic_group", "01 - Kinh", "01"),
        ("identity.ethnic_group", "Kinh (01)", "01"),
        ("employment.category", "cong chuc", "CC"),
        ("employment.rank", "01.003", "01.003"),
        ("employment.rank", 1.003, "01.003"),
        ("employment.rank", "Chuyên viên", "01.003"),
        ("identity.religion", "Không", NONE),
        ("identity.religion", "phat giao", "01"),
        ("identity.religion", "Không rõ", UNKNOWN),
        ("education.political_theory", "Chưa qua đào tạo", "0"),
    ],
)
def test_codes_by_code_label_or_another_way_of_writing(path: str, raw: Any, value: Any) -> None:
    found = read(path, raw)
    if value == "0":
        assert standard.current().codes["political_theory"].label(found) == "Chưa qua đào tạo"
    else:
        assert found == value


def test_an_unknown_code_names_what_may_have_been_meant() -> None:
    refused = read("identity.sex", "Khác")
    assert refused == Refused("INT-CODE", {"list": "Giới tính", "accepted": "Nam; Nữ"})
    assert "Kinh" in read("identity.ethnic_group", "Kinhs").params["accepted"]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("2,34", "2.34"),
        ("2.34", "2.34"),
        (2.34, "2.34"),
        (2.3400000000000003, "2.34"),
        (3, "3.00"),
        ("3", "3.00"),
    ],
)
def test_decimals_with_comma_or_point(raw: Any, value: str) -> None:
    assert read("employment.salary_coefficient", raw) == value


@pytest.mark.parametrize("raw", ["2,345", 2.345, "123,4", "abc", "2,3,4", "bậc 2"])
def test_a_decimal_keeps_its_declared_places(raw: Any) -> None:
    assert read("employment.salary_coefficient", raw) == Refused("INT-DECIMAL", {"whole": "2", "places": "2"})


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("5000000", 5_000_000),
        ("5.000.000", 5_000_000),
        ("5,000,000", 5_000_000),
        ("5 000 000 đồng", 5_000_000),
        (5_000_000.0, 5_000_000),
        ("12,0", 12),
    ],
)
def test_whole_numbers_with_thousands(raw: Any, value: int) -> None:
    assert read("employment.job_salary", raw) == value


@pytest.mark.parametrize("raw", ["1,5", 1.5, "bậc 3", "1.00.000"])
def test_what_is_no_whole_number_is_refused(raw: Any) -> None:
    assert read("employment.salary_step", raw) == Refused("INT-INTEGER")


@pytest.mark.parametrize(
    ("raw", "value"), [("x", True), ("Có", True), (1, True), ("không", False), ("0", False)]
)
def test_yes_and_no(raw: Any, *, value: bool) -> None:
    assert read_as("boolean", raw, max_length=None) is value
    assert read_as("boolean", "có lẽ", max_length=None) == Refused("INT-BOOLEAN")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("xã Kim Liên, tỉnh Nghệ An", {"code": "17971", "code_date": "2025-07-01"}),
        ("xã Kim Liên, huyện Nam Đàn, tỉnh Nghệ An", {"code": "17971", "code_date": "2025-06-30"}),
        ("Phường Bến Thành, TP.HCM", {"code": "26743", "code_date": "2025-07-01"}),
        ("Nghệ An", {"code": "40", "code_date": "2025-07-01"}),
        ("xã B, huyện C, tỉnh Hà Giang", {"code": "02", "code_date": "2025-06-30"}),
        ("xã B, huyện C, tỉnh Nghệ An", {"code": "40", "code_date": "2025-06-30"}),
        ("Ba Vì - Hà Tây", {"code": "28", "code_date": "2008-07-31"}),
        ("số 5 phố Huế", {}),
    ],
)
def test_places_keep_their_text_and_gain_a_code(raw: str, value: dict[str, str]) -> None:
    assert read("identity.home_town", raw) == {"text": raw, **value}


def test_personal_numbers() -> None:
    key = "identity.personal_id"
    assert read(key, "040085000001") == "040085000001"
    assert read(key, " 040 085 000 001 ") == "040085000001"
    assert read(key, "'040085000001") == "040085000001"
    back = {"value": "040085000001"}
    assert read(key, 40085000001) == Noted("040085000001", "INT-ZEROS-LOST", back)
    assert read(key, "40085000001") == Noted("040085000001", "INT-ZEROS-LOST", back)
    assert read(key, "187654321") == Refused("INT-OLD-ID")
    assert read(key, "0400850000011") == Refused("INT-ID-FORMAT", {"length": "13"})
    assert read(key, "O40085000001") == Refused("INT-ID-FORMAT", {"length": "12"})


def test_numbers_in_text_columns_get_their_zeros_back() -> None:
    insured = "identity.social_insurance_number"
    assert read(insured, "0112 345 678") == "0112345678"
    assert read(insured, 112345678) == Noted("0112345678", "INT-ZEROS-LOST", {"value": "0112345678"})


def test_text_is_one_line_in_nfc() -> None:
    decomposed = "Nguye\u0302\u0303n\u00a0 Va\u0306n\n An\u200b"
    assert read("identity.full_name", decomposed) == "Nguyễn Văn An"
    assert read("employment.remarks", "Tốt \r\n  chăm chỉ\x00") == "Tốt\nchăm chỉ"


def test_a_required_value_may_be_unknown_but_not_none() -> None:
    assert read("identity.birth_date", "Không") == Refused("INT-NONE-REQUIRED")
    assert read("identity.birth_date", "Không rõ") == UNKNOWN
    assert read("identity.other_names", "Không") == NONE


@pytest.mark.parametrize("raw", ["#N/A", "#REF!", "#DIV/0!"])
def test_a_formula_error_is_no_value(raw: str) -> None:
    assert read("identity.full_name", raw) == Refused("INT-ERROR-CELL")


def test_every_state_shown_to_people_is_read_back() -> None:
    for state in (NONE, UNKNOWN, WITHHELD):
        assert read("identity.other_names", standard.display("identity.other_names", state)) == state
