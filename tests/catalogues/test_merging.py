"""What a change set may say of a list."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.utils import timezone

from ccvc import standard
from ccvc.catalogues.domain import CODE, LONGEST_CODE, Published, Publisher, Row, decode, encode, lay, merge
from ccvc.catalogues.reading import read, read_text, written
from ccvc.standard import Code, Codes
from ccvc.standard.problems import Problem

DAY = date(2026, 6, 30)
LIST = Codes(
    name="things",
    label_vi="Thứ",
    label_en="Things",
    rows=(
        Code(code="1", label_vi="Một", label_en="One", basis="QĐ 1"),
        Code(code="2", label_vi="Hai", label_en="Two", valid_from=date(2020, 1, 1), extra={"group": "A"}),
        Code(code="3", label_vi="Ba", label_en="Three", valid_to=date(2025, 6, 30), successors=("1",)),
    ),
)


def refused(*rows: Row) -> str:
    with pytest.raises(Problem) as caught:
        merge(LIST, rows, basis="QĐ 2")
    assert caught.value.message("en")
    return caught.value.code


def test_a_row_is_added_with_its_basis_and_closed_with_its_successor() -> None:
    new = Row(code="4", label_vi="Bốn", valid_from=DAY + timedelta(days=1), extra={"group": "B"})
    merged = merge(LIST, [Row(code="1", valid_to=DAY, successors=("4",)), new], basis="QĐ 2")
    assert [(c.kind, c.after.code) for c in merged.changed] == [("closed", "1"), ("added", "4")]
    codes = Codes(name="things", label_vi="", label_en="", rows=merged.rows)
    assert codes.successors("1") == ("4",)
    assert (codes.valid("1", DAY), codes.valid("1", DAY + timedelta(days=1))) == (True, False)
    assert [row.basis for row in merged.rows if row.code in "14"] == ["QĐ 1; QĐ 2", "QĐ 2"]


def test_a_code_is_used_again_only_from_the_day_after() -> None:
    again = Row(code="3", label_vi="Ba mới", valid_from=date(2025, 7, 1))
    assert merge(LIST, [again]).changed[0].kind == "added"
    assert refused(Row(code="3", label_vi="Ba mới", valid_from=date(2025, 6, 30))) == "CAT-OVERLAP"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (Row(code="1", label_vi="Khác"), "CAT-MEANING"),
        (Row(code="2", valid_from=date(2020, 1, 1), extra={"group": "B"}), "CAT-MEANING"),
        (Row(code="1", label_vi="Một", valid_from=date(2026, 1, 1)), "CAT-OVERLAP"),
        (Row(code="3", valid_to=DAY), "CAT-CLOSED"),
        (Row(code="3", successors=("2",)), "CAT-CLOSED"),
        (Row(code="1", valid_to=DAY, successors=("9",)), "CAT-SUCCESSOR"),
        (Row(code="1", valid_to=DAY, successors=("3",)), "CAT-SUCCESSOR"),
        (Row(code="1", successors=("2",)), "CAT-OPEN"),
        (Row(code="2", valid_to=date(2019, 12, 31)), "CAT-DATES"),
        (Row(code="9"), "CAT-LABEL"),
        (Row(code="9 9", label_vi="Chín"), "CAT-CODE"),
        (Row(code="9" * 33, label_vi="Chín"), "CAT-CODE"),
        (Row(code="9", label_vi="Chín", extra={"colour": "đỏ"}), "CAT-COLUMN"),
        (Row(code="9", label_vi="Chín", valid_from=DAY, valid_to=DAY - timedelta(days=1)), "CAT-DATES"),
    ],
)
def test_what_contradicts_the_list_is_refused(row: Row, code: str) -> None:
    assert refused(row) == code


def test_one_row_twice_is_refused() -> None:
    assert refused(Row(code="9", label_vi="Chín"), Row(code="9", label_vi="Chín")) == "CAT-TWICE"


def test_what_the_list_says_already_changes_nothing() -> None:
    known = Row(code="3", label_vi="Ba", valid_to=date(2025, 6, 30), successors=("1",))
    assert merge(LIST, [known], basis="QĐ 9").changed == ()
    more = merge(LIST, [Row(code="1", synonyms=("I",))]).changed
    assert [(c.kind, c.after.synonyms) for c in more] == [("amended", ("I",))]


def test_every_shipped_code_could_be_published() -> None:
    codes = [row.code for codes in standard.newest().codes.values() for row in codes]
    assert [code for code in codes if not CODE.fullmatch(code) or len(code) > LONGEST_CODE] == []


def test_a_set_that_does_not_fit_holds_back_no_other() -> None:
    def one(number: int, *rows: Row) -> Published:
        by = Publisher("hoa", "Lê Thị Hoa")
        return Published(number=number, list="things", basis="QĐ 2", at=timezone.now(), by=by, rows=rows)

    sets = [one(1, Row(code="1", label_vi="Khác")), one(2, Row(code="5", label_vi="Năm"))]
    laid = lay({"things": LIST}, sets)
    assert {number: problem.code for number, problem in laid.refused.items()} == {1: "CAT-MEANING"}
    assert [row.code for row in laid.rows["things"]] == ["1", "2", "3", "5"]


def test_bytes_that_are_not_canonical_are_no_change_set() -> None:
    by = Publisher("hoa", "Lê Thị Hoa")
    at = timezone.now().replace(microsecond=0)
    raw = encode(
        Published(number=1, list="things", basis="QĐ 2", at=at, by=by, rows=(Row(code="1", label_vi="Một"),))
    )
    assert encode(decode(raw)) == raw
    for spoilt in (
        raw + b" ",
        raw.replace(b'"number":1', b'"number":1.0'),
        raw.replace(b"list", b"List"),
        b"[]",
    ):
        with pytest.raises(Problem, match="định dạng"):
            decode(spoilt)


CSV = """code;label_vi;valid_from;valid_to;successors;synonyms;group
1;;;30/06/2026;4|5;;
4;Bốn;2026-07-01;;;IV|bốn;B
"""


def test_rows_are_read_from_csv_and_excel_alike() -> None:
    rows = read(CSV.encode("utf-8-sig"))
    assert rows[0] == Row(code="1", valid_to=DAY, successors=("4", "5"))
    assert rows[1].synonyms == ("IV", "bốn")
    assert rows[1].extra == {"group": "B"}
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["code", "label_vi", "valid_from", "valid_to", "successors", "synonyms", "group"])
    sheet.append([1, None, None, DAY, "4|5"])
    sheet.append(["4", "Bốn", date(2026, 7, 1), None, None, "IV|bốn", "B"])
    content = BytesIO()
    book.save(content)
    assert read(content.getvalue()) == rows
    assert read_text(written(rows)) == rows


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "CAT-FILE"),
        (b"\xff\xfe\x00", "CAT-FILE"),
        (b"PK\x03\x04broken", "CAT-FILE"),
        (b"label_vi\nM\xe1\xbb\x99t\n", "CAT-FILE"),
        (b"code,valid_to\n1,hom qua\n", "CAT-ROW"),
        (b"code,certainty\n1,X\n", "CAT-ROW"),
        (b"code,label_vi\n,Chin\n", "CAT-ROW"),
        (b"code\n" + b"1\n" * 6000, "CAT-FILE"),
        (b"x" * (2 * 1024 * 1024 + 1), "CAT-FILE"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, code: str) -> None:
    with pytest.raises(Problem) as caught:
        read(content)
    assert caught.value.code == code
