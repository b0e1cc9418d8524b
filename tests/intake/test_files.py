"""Files that are wrong as a whole, and files that are right in an unusual way."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from xlsxwriter import Workbook

from ccvc.intake import pieces, reading
from ccvc.intake.layout import MAIN, PERSON, sheets
from ccvc.intake.survey import Survey, survey
from ccvc.standard.problems import Problem
from tests.intake.files import DAY, HEADINGS, number, person, plain_workbook, workbook


def look(path: Path) -> Survey:
    with reading.opened(path, path.name) as source:
        return survey(source, path.name, DAY)


def rows_of(path: Path, sheet: str) -> list[tuple[int, list[Any]]]:
    with reading.opened(path, path.name) as source:
        return list(source.rows(sheet))


def given(rows: Iterable[tuple[int, list[Any]]]) -> list[tuple[int, dict[int, Any]]]:
    """Rows without their empty cells."""
    return [(number, {n: cell for n, cell in enumerate(cells) if cell is not None}) for number, cells in rows]


def _zip(path: Path, *names: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "x")


def _bytes(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504
WRONG: dict[str, tuple[str, Callable[[Path], Any], str]] = {
    "empty": ("INT-EMPTY-FILE", _bytes(b""), "rỗng"),
    "spaces": ("INT-EMPTY-FILE", _bytes(b" \n\n"), "rỗng"),
    "pdf": ("INT-NOT-SPREADSHEET", _bytes(b"%PDF-1.7 ..."), "PDF"),
    "jpeg": ("INT-NOT-SPREADSHEET", _bytes(b"\xff\xd8\xff\xe0 JFIF"), "JPEG"),
    "html": ("INT-NOT-SPREADSHEET", _bytes(b"\xef\xbb\xbf<HTML><table>"), "trang web"),
    "binary": ("INT-NOT-SPREADSHEET", _bytes(b"MZ\x90\x00\x03"), "nhị phân"),
    "word": ("INT-NOT-SPREADSHEET", lambda p: _zip(p, "word/document.xml"), "Word"),
    "zip": ("INT-NOT-SPREADSHEET", lambda p: _zip(p, "a.txt"), "ZIP"),
    "old word": ("INT-NOT-SPREADSHEET", _bytes(OLE), "đời cũ"),
    "password": ("INT-PASSWORD", _bytes(OLE + "EncryptedPackage".encode("utf-16-le")), "mật khẩu"),
    "cut": ("INT-DAMAGED", _bytes(b"PK\x03\x04 cut off"), "hỏng"),
    "no book": ("INT-DAMAGED", lambda p: _zip(p, "xl/workbook.xml"), "hỏng"),
    "no header": ("INT-NO-HEADER", lambda p: plain_workbook(p, [["a", "b"], [1, 2]]), "Số định danh cá nhân"),
    "text": ("INT-NO-HEADER", _bytes("Kính gửi phòng tổ chức".encode()), "tiêu đề"),
    "encoding": ("INT-ENCODING", _bytes("Số CCCD,Họ tên\n1,Nguyễn".encode() + b"\xe3\x28"), "UTF-8"),
}


@pytest.mark.parametrize("case", WRONG)
def test_each_wrong_file_has_its_code_and_words(case: str, tmp_path: Path) -> None:
    code, make, word = WRONG[case]
    path = tmp_path / "tệp.xlsx"
    make(path)
    with pytest.raises(Problem) as caught:
        look(path)
    assert caught.value.code == code
    assert word in caught.value.message("vi")
    assert caught.value.next_step("vi")
    assert caught.value.message("en") != caught.value.message("vi")


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="Không tìm thấy tệp"):
        look(tmp_path / "khong-co.xlsx")


def test_a_table_without_the_column_of_the_person_is_named(tmp_path: Path) -> None:
    file = plain_workbook(
        tmp_path / "a.xlsx", [["Chuyên ngành", "Trình độ"], ["Luật", "Đại học"]], "Đào tạo chuyên môn"
    )
    with pytest.raises(Problem) as caught:
        look(file)
    assert caught.value.code == "INT-MISSING-COLUMNS"
    assert "Số định danh cá nhân" in caught.value.message("vi")


def test_our_template_is_recognised_sheet_by_sheet(tmp_path: Path) -> None:
    found = look(workbook(tmp_path / "a.xlsx", [person(1)]))
    assert {headings.sheet.key for _, headings in found.sheets} == set(sheets(DAY))
    assert found.sheets[0][1].sheet.key == MAIN
    assert (found.notices, found.missing(), found.main.row) == ((), (), 4)


def test_labels_and_their_other_spellings_are_recognised(tmp_path: Path) -> None:
    title = ["DANH SÁCH CÁN BỘ"]
    numbers = [f"({n})" for n in range(1, 7)]
    file = plain_workbook(
        tmp_path / "a.xlsx", [title, [], HEADINGS, numbers, [1, number(1), "A", "Nam", "1985", "x"]]
    )
    found = look(file)
    assert [(h.letter, h.column.path) for h in found.main.found] == [
        ("B", PERSON),
        ("C", "identity.full_name"),
        ("D", "identity.sex"),
        ("E", "identity.birth_date"),
    ]
    assert found.main.row == 4
    assert [(n.code, n.column, n.severity) for n in found.notices] == [("INT-COLUMN-UNKNOWN", "F", "warning")]
    assert "Dân tộc" in found.missing()


def test_the_template_is_read_by_its_labels_when_its_hidden_row_is_gone(tmp_path: Path) -> None:
    whole = rows_of(workbook(tmp_path / "a.xlsx", [person(1)]), "Hồ sơ")
    kept = [cells for row, cells in whole if row != 4]
    found = look(plain_workbook(tmp_path / "b.xlsx", kept, "Hồ sơ"))
    assert [h.column.path for h in found.main.found] == [c.path for c in sheets(DAY)[MAIN].columns]
    assert found.main.row == 3


def test_a_column_that_comes_twice_is_taken_once_and_named(tmp_path: Path) -> None:
    headings = ["Số CCCD", "Họ và tên", "Giới tính", "Họ tên"]
    found = look(plain_workbook(tmp_path / "a.xlsx", [headings, [number(1), "A", "Nam", "B"]]))
    (notice,) = found.notices
    assert (notice.code, notice.column) == ("INT-COLUMN-TWICE", "D")
    assert "cột B" in notice.message


def test_an_unknown_sheet_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with Workbook(path) as book:
        page = book.add_worksheet("Danh sách")
        page.write_row(0, 0, HEADINGS)
        page.write_row(1, 0, [1, number(1), "A", "Nam", "1985"])
        book.add_worksheet("Ghi nhớ").write(0, 0, "gọi lại")
    assert [(n.code, n.sheet) for n in look(path).notices if n.code.startswith("INT-SHEET")] == [
        ("INT-SHEET-UNKNOWN", "Ghi nhớ")
    ]


def test_cells_come_as_text_or_numbers_at_their_places(tmp_path: Path) -> None:
    file = plain_workbook(
        tmp_path / "a.xlsx", [[], [None, "x", date(1985, 3, 5), 2.34, 7.0, True], [], ["y"]]
    )
    assert rows_of(file, "Sheet1") == [
        (2, [None, "x", "05/03/1985", 2.34, 7, "Có"]),
        (4, ["y", None, None, None, None, None]),
    ]


def test_formula_errors_are_not_empty_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with Workbook(path) as book:
        page = book.add_worksheet("A")
        page.write_formula("B2", "=1/0", None, "#DIV/0!")
        page.write_formula("C2", '="a"', None, "a")
    assert rows_of(path, "A") == [(2, [None, "#DIV/0!", "a"])]


def test_pieces_give_the_rows_of_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = workbook(tmp_path / "a.xlsx", [person(n) for n in range(3_000)])
    whole = rows_of(file, "Hồ sơ")
    monkeypatch.setattr(pieces, "PIECE_BYTES", 300_000)
    monkeypatch.setattr(pieces, "LARGE_SHEET", 0)
    for processes in (1, 2):
        book = pieces.Xlsx(str(file), "a.xlsx", processes)
        assert len(list(book._pieces(book.sheets["Hồ sơ"], 300_000))) > 3
        assert given(book.rows("Hồ sơ")) == given(whole)
        book.close()
    assert len(whole) == 3_004


def test_a_damaged_piece_read_by_another_process_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = workbook(tmp_path / "a.xlsx", [person(1)])
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"</c>", b"</d>"))
    monkeypatch.setattr(pieces, "LARGE_SHEET", 0)
    book = pieces.Xlsx(str(tmp_path / "b.xlsx"), "b.xlsx", 2)
    with pytest.raises(Problem) as caught:
        list(book.rows("Hồ sơ"))
    book.close()
    assert caught.value.code == "INT-DAMAGED"


def test_a_row_far_below_costs_no_table_of_all_rows_between(tmp_path: Path) -> None:
    file = plain_workbook(tmp_path / "a.xlsx", [HEADINGS, [1, number(1), "A", "Nam", "1985"]])
    book = pieces.Xlsx(str(file), "a.xlsx")
    base = rows_of(file, "Sheet1")
    far = b'<row r="1048576"><c r="B1048576" t="inlineStr"><is><t>xa</t></is></c></row>'
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(b"</sheetData>", far + b"</sheetData>"))
    book.close()
    assert rows_of(tmp_path / "b.xlsx", "Sheet1") == [*base, (1_048_576, [None, "xa"])]


def test_data_far_to_the_right_is_refused(tmp_path: Path) -> None:
    file = plain_workbook(tmp_path / "a.xlsx", [[*HEADINGS, *[None] * 800, "lạc"]])
    with pytest.raises(Problem) as caught:
        look(file)
    assert caught.value.code == "INT-TOO-WIDE"


def test_an_entity_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "b">]><workbook>&a;</workbook>')
        archive.writestr("xl/_rels/workbook.xml.rels", "<Relationships/>")
    with pytest.raises(Problem) as caught:
        look(path)
    assert caught.value.code == "INT-DAMAGED"


@pytest.mark.parametrize(("delimiter", "encoding"), [(",", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-16")])
def test_csv_files_are_read(delimiter: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(
            [HEADINGS, ["1", number(1), "Nguyễn Văn An", "Nam", "1985", ""]]
        )
    found = look(path)
    assert [h.column.path for h in found.main.found][:2] == [PERSON, "identity.full_name"]
    assert rows_of(path, "CSV")[1][1][1:3] == [number(1), "Nguyễn Văn An"]
