"""Sources without a number, sheets joined by other words, and columns that are two in one."""

from __future__ import annotations

from typing import Any

from tests.intake.corpus.headings import AN_IS, AN_ROW, BINH_IS, BINH_ROW, BOTH, HEAD
from tests.intake.corpus.sources import AN, BINH, BIRTH, NAME, SEX, Case, Page, one

NO_NUMBER = HEAD[:4]
AN_NAME, BINH_NAME = "Nguyễn Văn An", "Trần Thị Bình"
BY_NAME = {AN_NAME: AN_IS, BINH_NAME: BINH_IS}
DEGREES = "education.degrees"
TRAINING = "Đào tạo chuyên môn"
BORN_AT = "identity.birth_place"
LAW: list[Any] = ["Đại học", "Luật"]
PEOPLE = Page([HEAD, AN_ROW, BINH_ROW])


def trained(head: list[Any], *rows: list[Any]) -> Page:
    """A sheet of degrees, its people told by the first columns."""
    return Page([[*head, "Trình độ", "Chuyên ngành"], *([*row, *LAW] for row in rows)])


def two_in_one(name: str, heading: str, cells: tuple[Any, Any], *values: dict[str, Any]) -> Case:
    """A list one column of which holds two fields."""
    rows = [[row[0], row[1], cell, row[4]] for row, cell in zip((AN_ROW, BINH_ROW), cells, strict=True)]
    people = {AN: {NAME: AN_NAME, **values[0]}, BINH: {NAME: BINH_NAME, **values[1]}}
    return one(name, [["STT", "Họ và tên", heading, "Số CCCD"], *rows], people, sure=False)


JOINS: list[Case] = [
    one("no number at all", [NO_NUMBER, AN_ROW[:4], BINH_ROW[:4]], BY_NAME, sure=False, codes=["INT-NO-ID"]),
    one(
        "a number for some",
        [HEAD, AN_ROW, [*BINH_ROW[:4], None]],
        {AN: AN_IS, BINH_NAME: BINH_IS},
        codes=["INT-NO-ID"],
    ),
    one(
        "no number, groups and a total",
        [
            NO_NUMBER,
            ["I", "Ban Giám đốc"],
            AN_ROW[:4],
            ["II", "Phòng Tổ chức"],
            BINH_ROW[:4],
            [None, "Cộng: 2"],
        ],
        BY_NAME,
        sure=False,
        codes=["INT-ROWS-PASSED"],
    ),
    Case(
        "training by name and birth date",
        {"Danh sách": PEOPLE, TRAINING: trained(["Họ và tên", "Ngày sinh"], ["NGUYỄN VĂN AN", "7.3.1985"])},
        BOTH,
        tables={DEGREES: [{"level": "6", "major": "Luật"}]},
    ),
    Case(
        "training by staff number",
        {
            "Danh sách": Page([[*HEAD, "Mã CBCCVC"], [*AN_ROW, "NV-01"], [*BINH_ROW, "NV-02"]]),
            TRAINING: trained(["STT", "Mã nhân viên"], [1, "nv-02"]),
        },
        {AN: AN_IS, BINH: {**BINH_IS, DEGREES: [{"id": "re253aff6a9b63f1e", "level": "6", "major": "Luật"}]}},
        tables={DEGREES: [{"level": "6", "major": "Luật"}]},
    ),
    Case(
        "training by the count of the rows",
        {"Danh sách": PEOPLE, TRAINING: trained(["STT"], [2], [2])},
        BOTH,
        sure=False,
        codes=["INT-SAME-ROW"],
        tables={DEGREES: [{"level": "6", "major": "Luật"}]},
    ),
    Case(
        "training of one name borne by two",
        {
            "Danh sách": Page([NO_NUMBER, AN_ROW[:4], [2, *AN_ROW[1:4]]]),
            TRAINING: trained(["Họ và tên", "Ngày sinh"], [AN_NAME, "07/03/1985"]),
        },
        {AN_NAME: AN_IS},
        sure=False,
        tables={DEGREES: []},
    ),
    two_in_one(
        "birth and place in one column",
        "Ngày, tháng, năm sinh - Nơi sinh",
        ("07/03/1985, Vinh", "02/10/1985 - Huế"),
        {BIRTH: "1985-03-07", BORN_AT: {"text": "Vinh"}},
        {BIRTH: "1985-10-02", BORN_AT: {"text": "Huế", "code": "46", "code_date": "2025-07-01"}},
    ),
    two_in_one(
        "ethnic group and religion in one column",
        "Dân tộc, tôn giáo",
        ("Kinh - Phật giáo", "Tày; Công giáo"),
        {"identity.ethnic_group": "01", "identity.religion": "01"},
        {"identity.ethnic_group": "02", "identity.religion": "02"},
    ),
    one(
        "name and sex in one column",
        [
            ["STT", "Họ và tên (giới tính)", "Ngày sinh", "Số CCCD"],
            [1, "Nguyễn Văn An (Nam)", "07/03/1985", AN],
            [2, "Trần Thị Bình (Nữ)", "02/10/1985", BINH],
        ],
        BOTH,
        sure=False,
    ),
    one(
        "a hint in brackets that names a field is no second field",
        [
            ["STT", "Họ và tên (giới tính)", "Ngày sinh", "Số CCCD"],
            [1, "Nguyễn Văn An", "07/03/1985", AN],
        ],
        {AN: {NAME: AN_NAME, SEX: None}},
    ),
]
