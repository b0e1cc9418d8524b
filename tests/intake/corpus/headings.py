"""Sources whose headings are the trouble: titles above, several rows, merged cells, repeats, none at all."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.intake.corpus.sources import AN, BINH, BIRTH, NAME, SEX, Case, Page, one

AN_IS = {NAME: "Nguyễn Văn An", SEX: "1", BIRTH: "1985-03-07"}
BINH_IS = {NAME: "Trần Thị Bình", SEX: "2", BIRTH: "1985-10-02"}
TITLE: list[list[Any]] = [
    ["UBND TỈNH NGHỆ AN", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
    ["SỞ NỘI VỤ"],
    [],
]
HEAD: list[Any] = ["STT", "Họ và tên", "Giới tính", "Ngày sinh", "Số CCCD"]
AN_ROW: list[Any] = [1, "Nguyễn Văn An", "Nam", "07/03/1985", AN]
BINH_ROW: list[Any] = [2, "Trần Thị Bình", "Nữ", "02/10/1985", BINH]
BOTH = {AN: AN_IS, BINH: BINH_IS}
SEXED = [
    ["STT", "Họ và tên", "Ngày sinh", None, "Số CCCD"],
    [None, None, "Nam", "Nữ", None],
    [1, "Nguyễn Văn An", "07/03/1985", None, AN],
    [2, "Trần Thị Bình", None, "02/10/1985", BINH],
]
MARKED = [
    ["STT", "Họ và tên", "Giới tính", None, "Ngày sinh", "Số CCCD"],
    [None, None, "Nam", "Nữ", None, None],
    [1, "Nguyễn Văn An", "x", None, "07/03/1985", AN],
    [2, "Trần Thị Bình", None, "X", "02/10/1985", BINH],
]
LEVELS = [
    ["STT", "Họ tên", "CCCD", "Trình độ chuyên môn", None, None, "Trình độ", None, None],
    [None, None, None, "Thạc sĩ", "Đại học", "Cao đẳng", "Chính trị", "Tin học", "QLNN"],
    [1, "Nguyễn Văn An", AN, None, "x", None, "Trung cấp", None, "Chuyên viên"],
]
PAY = [
    ["TT", "Họ và tên", "Số định danh", "Lương hiện hưởng", None, None, None, "Phụ cấp", None],
    [None, None, None, "Mã ngạch", "Bậc", "Hệ số", "Từ ngày", "Chức vụ", "Khác"],
    ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)"],
    [1, "Nguyễn Văn An", AN, "01.003", 3, "3,00", "01/01/2024", "0,4", None],
]
PAID = {
    "employment.rank": "01.003",
    "employment.salary_step": 3,
    "employment.salary_coefficient": "3.00",
    "employment.salary_from": "2024-01-01",
    "employment.position_allowance": "0.40",
}

HEADINGS: list[Case] = [
    one("titles above", [*TITLE, ["DANH SÁCH CÁN BỘ, CÔNG CHỨC"], [], HEAD, AN_ROW, BINH_ROW], BOTH),
    one("title merged over the headings", [["DANH SÁCH"], HEAD, AN_ROW, BINH_ROW], BOTH, merged=["A1:E1"]),
    one("numbers of columns", [HEAD, ["(1)", "(2)", "(3)", "(4)", "(5)"], AN_ROW, BINH_ROW], BOTH),
    one("numbers as numbers", [HEAD, [1, 2, 3, 4, 5], AN_ROW, BINH_ROW], BOTH),
    one("letters and numbers", [HEAD, ["A", "B", "1", "2", "3"], AN_ROW, BINH_ROW], BOTH),
    one("birth by sex, merged", SEXED, BOTH, merged=["A1:A2", "B1:B2", "C1:D1", "E1:E2"]),
    one("birth by sex, not merged", SEXED, BOTH),
    one("sex by marks, merged", MARKED, BOTH, merged=["A1:A2", "B1:B2", "C1:D1", "E1:E2", "F1:F2"]),
    one("sex by marks, not merged", MARKED, BOTH),
    one(
        "levels by marks",
        LEVELS,
        {AN: {"education.highest_level": "6", "education.political_theory": "2"}},
        merged=["A1:A2", "B1:B2", "C1:C2", "D1:F1", "G1:I1"],
    ),
    one("pay below a heading", PAY, {AN: PAID}, merged=["A1:A2", "B1:B2", "C1:C2", "D1:G1", "H1:I1"]),
    one("pay, cells not merged", PAY, {AN: PAID}),
    one(
        "three rows of headings",
        [
            ["STT", "Thông tin chung", None, None, None],
            [None, "Họ và tên", "Năm sinh", None, "Số CCCD"],
            [None, None, "Nam", "Nữ", None],
            [1, "Nguyễn Văn An", 1985, None, AN],
        ],
        {AN: {NAME: "Nguyễn Văn An", SEX: "1", BIRTH: "1985"}},
        merged=["A1:A3", "B1:E1", "B2:B3", "C2:D2", "E2:E3"],
    ),
    one(
        "headings on every printed page",
        [
            HEAD,
            ["(1)", "(2)", "(3)", "(4)", "(5)"],
            AN_ROW,
            [None, "Trang 2"],
            HEAD,
            ["(1)", "(2)", "(3)", "(4)", "(5)"],
            BINH_ROW,
        ],
        BOTH,
    ),
    one(
        "headings in capitals with lines",
        [["STT", "HỌ VÀ\nTÊN", "GIỚI\nTÍNH", "NGÀY, THÁNG,\nNĂM SINH", "SỐ CCCD"], AN_ROW, BINH_ROW],
        BOTH,
    ),
    one(
        "numbered headings with stars",
        [["STT", "1. Họ và tên (*)", "2. Giới tính", "3. Ngày sinh (*)", "4) Số CCCD"], AN_ROW, BINH_ROW],
        BOTH,
    ),
    one(
        "hints in brackets",
        [
            [
                "STT",
                "Họ và tên (ghi in hoa)",
                "Giới tính (Nam/Nữ)",
                "Ngày sinh (dd/mm/yyyy)",
                "Số CCCD (12 số)",
            ],
            AN_ROW,
            BINH_ROW,
        ],
        BOTH,
    ),
    one(
        "name in two columns",
        [["STT", "Họ và tên đệm", "Tên", "Số CCCD"], [1, "Nguyễn Văn", "An", AN]],
        {AN: {NAME: "Nguyễn Văn An"}},
    ),
    one(
        "family name and given name",
        [["STT", "Họ đệm", "Tên", "CCCD", "Giới"], [1, "Nguyễn Văn ", " An", AN, "Nam"]],
        {AN: {NAME: "Nguyễn Văn An", SEX: "1"}},
    ),
    one(
        "one heading over both parts of the name",
        [["STT", "Họ và tên", None, "Số CCCD"], [1, "Nguyễn Văn", "An", AN]],
        {AN: {NAME: "Nguyễn Văn An"}},
        merged=["B1:C1"],
    ),
    one(
        "number told by its values",
        [["STT", "Họ và tên", "Giới tính", "Ngày sinh", "Mã số CB"], AN_ROW, BINH_ROW],
        BOTH,
        sure=False,
    ),
    one(
        "a column without heading",
        [["STT", "Họ và tên", None, "Ngày sinh", "Số CCCD"], AN_ROW, BINH_ROW],
        BOTH,
        sure=False,
    ),
    one(
        "one column for women",
        [
            ["STT", "Họ và tên", "Nữ", "Số CCCD"],
            [1, "Nguyễn Văn An", None, AN],
            [2, "Trần Thị Bình", "x", BINH],
        ],
        {AN: {SEX: "1"}, BINH: {SEX: "2"}},
        sure=False,
    ),
    one(
        "a heading nobody knows",
        [[*HEAD, "Xã nghĩa vụ"], [*AN_ROW, "abc"]],
        {AN: AN_IS},
        sure=False,
        codes=["INT-COLUMN-UNKNOWN"],
    ),
    one(
        "people of the family beside",
        [
            ["STT", "Họ và tên", "CCCD", "Vợ (chồng)", None],
            [None, None, None, "Họ và tên", "Năm sinh"],
            [1, "Nguyễn Văn An", AN, "Lê Thị Hoa", 1987],
        ],
        {AN: {NAME: "Nguyễn Văn An", BIRTH: None}},
        sure=False,
        merged=["A1:A2", "B1:B2", "C1:C2", "D1:E1"],
    ),
    one(
        "hidden columns and rows",
        [HEAD, AN_ROW, BINH_ROW],
        BOTH,
        hidden_rows=[3],
        hidden_columns=["D"],
        codes=["INT-HIDDEN"],
    ),
    Case(
        "a sheet for each department",
        {
            "Phòng A": Page([["DANH SÁCH PHÒNG A"], HEAD, AN_ROW]),
            "Phòng B": Page([HEAD, BINH_ROW]),
            "Tổng hợp": Page([["Phòng", "Số người"], ["A", 1]]),
        },
        BOTH,
        codes=["INT-SHEET-UNKNOWN"],
    ),
    Case(
        "a sheet with other columns",
        {
            "Phòng A": Page([HEAD, AN_ROW]),
            "Phòng B": Page([[*HEAD[:-1], "CMND/CCCD", "Dân tộc"], [*BINH_ROW, "Kinh"]]),
        },
        {AN: AN_IS},
        codes=["INT-SHEET-COLUMNS"],
    ),
    Case(
        "degrees on a sheet of their own",
        {
            "Danh sách": Page([HEAD, AN_ROW, BINH_ROW]),
            "Bằng cấp": Page(
                [
                    ["STT", "Số CCCD", "Tên trường", "Chuyên ngành", "Hình thức đào tạo", "Trình độ"],
                    [1, AN, "ĐH Vinh", "Luật", "Chính quy", "Đại học"],
                    [None, None, "HVHCQG", "QLC", "Chính quy", "Thạc sĩ"],
                ],
                merged=["B2:B3"],
            ),
        },
        BOTH,
        tables={"education.degrees": [{"major": "Luật", "level": "6"}, {"major": "QLC", "level": "7"}]},
    ),
    one("dates by Excel", [HEAD, [1, "Nguyễn Văn An", "Nam", date(1985, 3, 7), AN]], {AN: AN_IS}),
    one(
        "the unit merged over rows",
        [
            ["STT", "Đơn vị", "Họ và tên", "Số CCCD"],
            [1, "Phòng Nội vụ", "Nguyễn Văn An", AN],
            [2, None, "Trần Thị Bình", BINH],
        ],
        {AN: {"employment.unit_name": "Phòng Nội vụ"}, BINH: {"employment.unit_name": "Phòng Nội vụ"}},
        merged=["B2:B3"],
    ),
]
