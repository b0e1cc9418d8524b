"""Synthetic people for tests of the register: national documents by number, every one valid and different."""

from __future__ import annotations

from typing import Any

FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý")
MIDDLES = ("Văn", "Thị", "Hữu", "Đức", "Minh", "Ngọc", "Thu", "Quang", "Thanh", "Hồng", "Xuân", "Kim", "Gia")
GIVEN = (
    "An",
    "Ánh",
    "Bình",
    "Châu",
    "Dũng",
    "Đạt",
    "Giang",
    "Hà",
    "Hương",
    "Hoà",
    "Khánh",
    "Lan",
    "Linh",
    "Nga",
)
LEVELS = ("4", "5", "6", "6", "6", "7", "8")


def name(number: int) -> str:
    return " ".join((FAMILIES[number % 13], MIDDLES[number // 13 % 13], GIVEN[number // 169 % 14]))


def personal_id(number: int) -> str:
    """Twelve digits: Hà Nội, sex and century, birth year, six digits."""
    woman, born = number % 2, 1967 + number % 33
    return f"001{woman}{born % 100:02d}{number:06d}"


def document(number: int, *, agency: str = "H41", **changed: Any) -> dict[str, Any]:
    """A national document of about three kilobytes; `changed` replaces fields: employment={"rank": "01.002"}."""
    whole: dict[str, Any] = {
        "standard": "2026-07",
        "identity": _identity(number),
        "education": _education(number),
        "employment": _employment(number, agency),
        "career": _career(number, agency),
        "affiliation": {"party_joined_on": "2012-05", "party_official_on": "2013-05"}
        if number % 3 == 0
        else {},
        "family": {"relatives": _relatives(number)},
        "health": {"status": "1", "height_cm": 165},
    }
    for group, values in changed.items():
        whole[group] = {k: v for k, v in {**whole[group], **values}.items() if v is not None}
    return {name: group for name, group in whole.items() if group}


def _place(text: str) -> dict[str, str]:
    return {"text": text, "code": "01", "code_date": "2025-07-01"}


def _identity(number: int) -> dict[str, Any]:
    return {
        "personal_id": personal_id(number),
        "full_name": name(number),
        "sex": "2" if number % 2 else "1",
        "birth_date": f"{1967 + number % 33}-{1 + number % 12:02d}-{1 + number % 28:02d}",
        "birth_place": _place("phường Ba Đình, Thành phố Hà Nội"),
        "home_town": _place("xã Đông Anh, Thành phố Hà Nội"),
        "permanent_address": _place("số 12 phố Hàng Bông, phường Hoàn Kiếm, Thành phố Hà Nội"),
        "ethnic_group": "01" if number % 7 else "02",
        "religion": {"state": "none"},
        "nationality": "VN",
        "marital_status": "2",
        "social_insurance_number": f"01{number:08d}",
        "identity_card_issued_on": "2021-06-15",
        "identity_card_issuer": "Cục Cảnh sát quản lý hành chính về trật tự xã hội",
    }


def _education(number: int) -> dict[str, Any]:
    return {
        "general_education": "12/12",
        "highest_level": LEVELS[number % 7],
        "political_theory": str(number % 3),
        "state_management": "2",
        "it_level": "1",
        "degrees": [
            {
                "id": "d1",
                "from": "2003-09",
                "to": "2007-06",
                "institution": "Học viện Hành chính Quốc gia",
                "country": "VN",
                "major": "Quản lý nhà nước",
                "level": "6",
                "issued_on": "2007-07",
            }
        ],
        "languages": [
            {"id": "l1", "language": "en", "level": "3", "certificate": "VSTEP", "issued_on": "2019"}
        ],
    }


def _employment(number: int, agency: str) -> dict[str, Any]:
    return {
        "category": ("CC", "VC", "VC", "CB")[number % 4],
        "status": "01",
        "managing_agency": agency,
        "unit_code": f"{agency}.{1 + number % 9}",
        "unit_name": f"Phòng nghiệp vụ số {1 + number % 9}",
        "position_title": "Chuyên viên",
        "main_work": "Tham mưu, tổng hợp về công tác tổ chức cán bộ",
        "rank": "01.003",
        "rank_appointed_on": "2010-01-01",
        "salary_group": "A1",
        "salary_step": 1 + number % 9,
        "salary_coefficient": f"{2.34 + 0.33 * (number % 9):.2f}",
        "salary_from": "2024-01-01",
        "position_allowance": "0.00",
        "salary_history": [
            {
                "id": f"s{i}",
                "from": f"{2009 + 3 * i}-01",
                "rank": "01.003",
                "step": 1 + i,
                "coefficient": "2.34",
            }
            for i in range(3)
        ],
        "ratings": [{"id": f"r{year}", "year": year, "level": "2"} for year in (2023, 2024, 2025)],
    }


def _career(number: int, agency: str) -> dict[str, Any]:
    return {
        "recruited_on": "2008-01-15",
        "recruited_by": "Sở Nội vụ",
        "recruitment_method": "1",
        "work_history": [
            {
                "id": f"w{i}",
                "from": f"{2008 + 4 * i}-01",
                "to": f"{2011 + 4 * i}-12",
                "unit_name": "Sở Nội vụ, Phòng Tổ chức cán bộ",
                "unit_code": f"{agency}.{1 + number % 9}",
                "position": "Chuyên viên",
            }
            for i in range(4)
        ],
    }


def _relatives(number: int) -> list[dict[str, Any]]:
    return [
        {
            "id": f"f{i}",
            "relationship": kin,
            "full_name": name(number + 17 * (i + 1)),
            "birth_year": str(1945 + i),
            "occupation": "Nghỉ hưu",
            "living": "1",
        }
        for i, kin in enumerate(("01", "02", "03"))
    ]
