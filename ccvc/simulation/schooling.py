"""The education group of a document: levels, degrees, training courses, languages."""

# ruff: noqa: PLR2004  (chances and ages of the model are read best where they are drawn)

from __future__ import annotations

from typing import Any

from ccvc.simulation.days import month_texts
from ccvc.simulation.life import DEPUTY, HEAD, Life
from ccvc.simulation.professions import CADRE, CIVIL_SERVANT
from ccvc.simulation.wheels import Random, wheel

Row = dict[str, Any]

YEAR = 12
TEN_CLASSES_BEFORE = 1967
"""The north had ten classes until 1981 (K): people from there born before 1967 finished 10/10."""

POLITICAL_SCHOOLS = (
    "Trường Chính trị tỉnh", "Học viện Chính trị khu vực I", "Học viện Chính trị khu vực II",
    "Học viện Chính trị khu vực III", "Học viện Chính trị khu vực IV",
)  # fmt: skip
POLITICAL_CERTIFICATES = {
    "1": "Chứng chỉ sơ cấp lý luận chính trị",
    "2": "Bằng trung cấp lý luận chính trị",
    "3": "Bằng cao cấp lý luận chính trị",
}
MANAGEMENT_CERTIFICATES = {
    "1": "Chứng chỉ bồi dưỡng quản lý nhà nước ngạch cán sự",
    "2": "Chứng chỉ bồi dưỡng quản lý nhà nước ngạch chuyên viên",
    "3": "Chứng chỉ bồi dưỡng quản lý nhà nước ngạch chuyên viên chính",
    "4": "Chứng chỉ bồi dưỡng quản lý nhà nước ngạch chuyên viên cao cấp",
}
ENGLISH_BY_AGE = (
    (35, wheel({"2": 20, "3": 48, "4": 24, "5": 8}, 256)),
    (45, wheel({"2": 22, "3": 36, "4": 10, "B": 24, "A": 8}, 256)),
    (99, wheel({"A": 22, "B": 52, "C": 14, "2": 12}, 256)),
)
FOREIGN = wheel({"en": 93, "fr": 2, "ru": 2, "zh": 3}, 256)
ETHNIC = {
    "02": "tyz",
    "07": "nut",
    "08": "hmn",
    "03": "blt",
    "05": "km",
    "12": "rad",
    "10": "jra",
    "06": "mtq",
}
ETHNIC_LANGUAGES = wheel({"hmn": 30, "tyz": 20, "blt": 15, "km": 15, "rad": 10, "jra": 10}, 256)
FOREIGN_SPEAKERS, ETHNIC_SPEAKERS = 0.74, 0.02


def education(random: Random, life: Life, today: int) -> dict[str, Any]:
    """The education group of a document."""
    schooling = life.schooling
    ten = life.born < TEN_CLASSES_BEFORE and life.region == "north"
    group: dict[str, Any] = {
        "general_education": "10/10" if ten else "12/12",
        "highest_level": schooling.highest,
        "political_theory": life.political,
        "it_level": "1" if life.age < 45 or random() < 0.5 else "B" if random() < 0.4 else "A",
    }
    if life.management:
        group["state_management"] = life.management
    if schooling.highest in {"8", "8A"} and life.age > 42 and random() < 0.12:
        group["academic_title"] = "02"
        group["academic_title_year"] = today // YEAR - 1 - int(random() * 6)
    tables = {
        "degrees": schooling.rows,
        "trainings": _trainings(random, life, today),
        "languages": _languages(random, life, today),
    }
    return group | {name: rows for name, rows in tables.items() if rows}


def _trainings(random: Random, life: Life, today: int) -> list[Row]:
    """Courses within the years of service: one to three months, political theory up to two years."""
    rows: list[Row] = []
    served = today - life.recruited
    if served < YEAR:
        return rows

    def add(kind: str, certificate: str, institution: str, length: int) -> None:
        start = life.recruited + 6 + int(random() * max(1, served - 6 - length))
        months = month_texts()
        rows.append(
            {
                "id": f"t{len(rows) + 1}",
                "kind": kind,
                "from": months[start],
                "to": months[min(start + length, today)],
                "institution": institution,
                "certificate": certificate,
            }
        )

    if life.political != "0":
        school = POLITICAL_SCHOOLS[int(random() * len(POLITICAL_SCHOOLS))]
        length = {"1": 1, "2": 10, "3": 20}[life.political]
        add("political", POLITICAL_CERTIFICATES[life.political], school, min(length, served - 7))
    if life.management:
        add("state", MANAGEMENT_CERTIFICATES[life.management], "Trường Chính trị tỉnh", 2)
    elif life.pay and random() < 0.7:
        add("title", "Chứng chỉ bồi dưỡng theo tiêu chuẩn chức danh nghề nghiệp", "Trường Đại học Vinh", 2)
    if life.category in {CIVIL_SERVANT, CADRE} or life.role in {HEAD, DEPUTY}:
        kind = "defence_3" if life.role == HEAD else "defence_4"
        add(
            kind,
            f"Giấy chứng nhận bồi dưỡng kiến thức quốc phòng và an ninh đối tượng {kind[-1]}",
            life.unit.name,
            1,
        )
    if random() < 0.25:
        add("digital", "Chứng nhận bồi dưỡng kỹ năng số", life.unit.name, 1)
    return rows


def _languages(random: Random, life: Life, today: int) -> list[Row]:
    rows: list[Row] = []
    if random() < FOREIGN_SPEAKERS and life.pay:
        levels = next(levels for age, levels in ENGLISH_BY_AGE if life.age < age)
        level = levels[int(random() * len(levels))]
        issued = max(life.schooling.end, min(today - 3, life.recruited - 24 + int(random() * 60)))
        certificate = f"Chứng chỉ {level}" if level in "ABC" else f"Chứng chỉ bậc {level}"
        language = FOREIGN[int(random() * len(FOREIGN))]
        rows.append(
            {
                "id": "n1",
                "language": language,
                "level": level,
                "certificate": certificate,
                "issued_on": month_texts()[issued],
            }
        )
    native = ETHNIC.get(life.ethnic)
    if native or random() < ETHNIC_SPEAKERS:
        language = native or ETHNIC_LANGUAGES[int(random() * len(ETHNIC_LANGUAGES))]
        rows.append({"id": "n2", "language": language, "level": "GT"})
    return rows
