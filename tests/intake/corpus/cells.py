"""Sources whose rows and cells are the trouble: groups, totals, notes, dittos, dates, numbers, codes, text files."""

from __future__ import annotations

from typing import Any

from ccvc.standard.encodings import Encoding
from tests.intake.corpus.headings import AN_IS, AN_ROW, BINH_IS, BINH_ROW, BOTH, HEAD
from tests.intake.corpus.sources import AN, BINH, BIRTH, NAME, SEX, Case, one, text
from tests.standard.columns import written

PASSED = ["INT-ROWS-PASSED"]
CSV = (
    "STT;Họ và tên;Giới tính;Ngày sinh;Số CCCD\r\n"
    f"1;Nguyễn Văn An;Nam;07/03/1985;{AN}\r\n2;Trần Thị Bình;Nữ;02/10/1985;{BINH}\r\n"
)


def with_(heading: str, *cells: Any) -> list[list[Any]]:
    """A list with one more column."""
    rows = [AN_ROW, BINH_ROW]
    return [[*HEAD, heading], *([*row, cell] for row, cell in zip(rows, cells, strict=False))]


def born(cell: Any) -> list[list[Any]]:
    """A list in which one person was born on this day."""
    return [HEAD, [1, "Nguyễn Văn An", "Nam", cell, AN]]


def born_on(name: str, cell: Any, value: str | None, *codes: str) -> Case:
    """How a day is written."""
    return one(f"born {name}", born(cell), {AN: {BIRTH: value}}, codes=codes)


def column(
    name: str, heading: str, path: str, cells: tuple[Any, Any], values: tuple[Any, Any], *codes: str
) -> Case:
    """How cells of one column are written."""
    people = {AN: {**AN_IS, path: values[0]}, BINH: {**BINH_IS, path: values[1]}}
    return one(name, with_(heading, *cells), people, codes=codes)


def old(rows: list[list[Any]], encoding: Encoding) -> list[list[Any]]:
    """The same list, typed before Unicode."""
    return [[written(cell, encoding) if isinstance(cell, str) else cell for cell in row] for row in rows]


CELLS: list[Case] = [
    one(
        "groups and a total",
        [HEAD, ["I", "Ban Giám đốc"], AN_ROW, ["II", "Phòng Tổ chức"], BINH_ROW, [None, "Tổng cộng", 2]],
        BOTH,
        codes=PASSED,
    ),
    one(
        "groups in the first column",
        [HEAD, ["I. Ban Giám đốc"], AN_ROW, ["II. Phòng Tổ chức - Hành chính"], BINH_ROW],
        BOTH,
        codes=PASSED,
        merged=["A2:E2", "A4:E4"],
    ),
    one(
        "groups by name",
        [HEAD, [None, "Phòng Nội vụ"], AN_ROW, [None, "Khoa Nội"], BINH_ROW],
        BOTH,
        codes=PASSED,
    ),
    one("subtotals", [HEAD, AN_ROW, [None, "Cộng phòng 1:", 1], BINH_ROW, ["Cộng:", 1]], BOTH, codes=PASSED),
    one("blank rows between", [HEAD, AN_ROW, [], [], BINH_ROW, [], []], BOTH),
    one(
        "notes and signatures",
        [
            HEAD,
            AN_ROW,
            BINH_ROW,
            [],
            ["Danh sách này có 02 người./."],
            [None, None, None, "Nghệ An, ngày 5 tháng 3 năm 2026"],
            [None, "NGƯỜI LẬP BIỂU", None, "GIÁM ĐỐC"],
            [None, "Lê Văn Lập", None, "Hồ Văn Giám"],
        ],
        BOTH,
        codes=PASSED,
    ),
    one(
        "a person without a number",
        [HEAD, AN_ROW, [2, "Trần Thị Bình", "Nữ", "02/10/1985", None]],
        {AN: AN_IS, "Trần Thị Bình": BINH_IS},
        codes=["INT-NO-ID"],
    ),
    column("ditto marks", "Dân tộc", "identity.ethnic_group", ("Kinh", "nt"), ("01", "01"), "INT-DITTO"),
    column(
        "ditto with dashes",
        "Chức danh",
        "employment.position_title",
        ("Kế toán", "-nt-"),
        ("Kế toán", "Kế toán"),
        "INT-DITTO",
    ),
    column(
        "ditto quotes",
        "Đơn vị",
        "employment.unit_name",
        ("Phòng A", '"'),
        ("Phòng A", "Phòng A"),
        "INT-DITTO",
    ),
    born_on("in full", "07/03/1985", "1985-03-07"),
    born_on("with points", "7.3.1985", "1985-03-07"),
    born_on("with dashes", "07-03-1985", "1985-03-07"),
    born_on("as a serial number", 31113, "1985-03-07"),
    born_on("as a year", 1985, "1985"),
    born_on("as a year in text", "1985", "1985"),
    born_on("in a month", "3/1985", "1985-03"),
    born_on("in a month, in words", "tháng 3/1985", "1985-03"),
    born_on("in words", "ngày 07 tháng 3 năm 1985", "1985-03-07"),
    born_on("with two digits", "7.3.85", None, "INT-YEAR-TWO-DIGITS"),
    born_on("on no day", "31/02/1985", None, "INT-DATE-NONE"),
    born_on("in no words", "không nhớ ngày", None, "INT-DATE"),
    column(
        "coefficients", "Hệ số lương", "employment.salary_coefficient", ("2,34", "3.00"), ("2.34", "3.00")
    ),
    column("coefficients as numbers", "HSL", "employment.salary_coefficient", (2.34, 3), ("2.34", "3.00")),
    column(
        "phones as numbers",
        "Điện thoại",
        "identity.phone",
        (912345678.0, "0912 345 679"),
        ("0912345678", "0912 345 679"),
        "INT-ZEROS-LOST",
    ),
    one(
        "numbers without their zero",
        [HEAD, [*AN_ROW[:4], 40085000001], BINH_ROW],
        BOTH,
        codes=["INT-ZEROS-LOST"],
    ),
    one("numbers as text with spaces", [HEAD, [*AN_ROW[:4], "040 085 000 001"], BINH_ROW], BOTH),
    one(
        "old numbers",
        [HEAD, [*AN_ROW[:4], "182345678"], BINH_ROW],
        {"Nguyễn Văn An": AN_IS, BINH: BINH_IS},
        codes=["INT-OLD-ID"],
    ),
    one(
        "names in capitals",
        [HEAD, [1, "NGUYỄN VĂN AN", "NAM", "07/03/1985", AN]],
        {AN: {NAME: "NGUYỄN VĂN AN", SEX: "1"}},
    ),
    column("codes and labels mixed", "Dân tộc", "identity.ethnic_group", ("01", "Tày"), ("01", "02")),
    column(
        "code with its label",
        "Ngạch",
        "employment.rank",
        ("01.003 - Chuyên viên", 1.003),
        ("01.003", "01.003"),
    ),
    column("no religion", "Tôn giáo", "identity.religion", ("Không", "Phật giáo"), ({"state": "none"}, "01")),
    column("dashes for nothing", "Bí danh", "identity.other_names", ("-", "…"), (None, None)),
    column(
        "an address",
        "Nơi ở hiện nay",
        "identity.current_address",
        ("Số 5, xã Kim Liên, tỉnh Nghệ An", ""),
        ({"text": "Số 5, xã Kim Liên, tỉnh Nghệ An", "code": "17971", "code_date": "2025-07-01"}, None),
    ),
    column(
        "a code nobody knows",
        "Tôn giáo",
        "identity.religion",
        ("Đạo lạ", "Không"),
        (None, {"state": "none"}),
        "INT-CODE",
    ),
    one(
        "both sexes marked",
        [
            ["STT", "Họ và tên", "Giới tính", None, "Số CCCD"],
            [None, None, "Nam", "Nữ"],
            [1, "Nguyễn Văn An", "x", "x", AN],
        ],
        {AN: {SEX: None}},
        codes=["INT-CODE"],
    ),
    text("semicolons and a mark of order", CSV, "utf-8-sig", BOTH),
    text("commas", CSV.replace(";", ","), "utf-8", BOTH),
    text("UTF-16 with tabs", CSV.replace(";", "\t"), "utf-16", BOTH),
    text("a title in a text file", "DANH SÁCH CÁN BỘ;;;;\r\n;;;;\r\n" + CSV, "utf-8", BOTH),
    text(
        "merged headings saved as text",
        "STT;Họ và tên;Ngày sinh;;Số CCCD\r\n;;Nam;Nữ;\r\n"
        f"1;Nguyễn Văn An;07/03/1985;;{AN}\r\n2;Trần Thị Bình;;02/10/1985;{BINH}\r\n",
        "utf-8",
        BOTH,
    ),
    one("typed in TCVN3", old([HEAD, AN_ROW, BINH_ROW], Encoding.TCVN3), BOTH, codes=["INT-OLD-ENCODING"]),
    one("typed in VNI", old([HEAD, AN_ROW, BINH_ROW], Encoding.VNI), BOTH, codes=["INT-OLD-ENCODING"]),
]
