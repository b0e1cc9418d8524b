"""The personal identification number against sex, birth and province: doubts, never refusals."""

from __future__ import annotations

from typing import Any

import pytest

from ccvc.standard import check_personal_id
from ccvc.standard.personal_id import born_in

MALE, FEMALE = "1", "2"


@pytest.mark.parametrize(
    ("pid", "sex", "birth", "codes"),
    [
        ("001085123456", MALE, "1985-03-07", []),
        ("001185123456", FEMALE, "1985", []),
        ("096204123456", MALE, "2004-12", []),
        ("034305123456", FEMALE, "2005", []),  # Thái Bình, merged into Hưng Yên in 2025: valid for life
        ("001085123456", FEMALE, "1985", ["STD-PERSONAL-ID-SEX"]),
        ("001085123456", MALE, "1986", ["STD-PERSONAL-ID-YEAR"]),
        ("001085123456", FEMALE, "2085", ["STD-PERSONAL-ID-SEX", "STD-PERSONAL-ID-YEAR"]),
        ("099085123456", MALE, "1985", ["STD-PERSONAL-ID-PROVINCE"]),
        ("000085123456", MALE, "1985", ["STD-PERSONAL-ID-PROVINCE"]),
        ("112085123456", MALE, "1985", []),  # birth registered abroad
        ("001085123456", None, None, []),
        ("001085123456", {"state": "unknown"}, {"state": "unknown"}, []),
    ],
)
def test_doubts_are_warnings(pid: str, sex: Any, birth: Any, codes: list[str]) -> None:
    findings = check_personal_id(pid, sex, birth)
    assert [finding.code for finding in findings] == codes
    assert {finding.severity for finding in findings} <= {"warning"}


@pytest.mark.parametrize(
    "pid", ["", "00108512345", "0010851234567", "00108512345x", "001085123456\n", None, 1]
)
def test_what_is_not_twelve_digits_is_refused(pid: Any) -> None:
    [finding] = check_personal_id(pid, MALE, "1985")
    assert (finding.code, finding.severity) == ("STD-PERSONAL-ID", "error")


@pytest.mark.parametrize(("digit", "year"), [("0", 1985), ("1", 1985), ("2", 2085), ("3", 2085), ("9", 2385)])
def test_the_century_stands_in_the_fourth_digit(digit: str, year: int) -> None:
    assert born_in(f"001{digit}85123456") == year
