"""The template is the standard, laid out as a workbook."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from ccvc import standard
from ccvc.intake import layout, reading, template
from ccvc.intake.layout import MAIN, PERSON
from tests.intake.files import DAY, degree, number, person, workbook


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    path = tmp_path_factory.mktemp("template") / "mau.xlsx"
    template.write_template(path, DAY)
    return openpyxl.load_workbook(path)


def test_every_field_people_or_agencies_declare_has_its_column(book: openpyxl.Workbook) -> None:
    declared = standard.current()
    wanted = {
        p for p, f in declared.fields.items() if {"person", "agency"} & set(f.declared_by) and f.in_force(DAY)
    }
    pages = [book[sheet.title] for sheet in layout.sheets(DAY).values()]
    there = {cell.value for page in pages for cell in page[4] if isinstance(cell.value, str)}
    assert {p for p in there if not p.endswith("[].id")} == wanted


def test_headings_show_group_label_example_and_hidden_path(book: openpyxl.Workbook) -> None:
    page = book["Hồ sơ"]
    assert page["A1"].value == "Thông tin cơ bản về bản thân"
    assert page["A2"].value == "Số định danh cá nhân *"
    assert page["A3"].value.startswith("Ví dụ: 001085123456")
    assert page["A4"].value == PERSON
    assert page.row_dimensions[4].hidden
    sex = next(cell for cell in page[2] if cell.value == "Giới tính *")
    assert sex.comment is not None
    assert "Căn cứ: NĐ 27/2026/NĐ-CP" in sex.comment.text


def test_code_columns_have_lists_of_labels(book: openpyxl.Workbook) -> None:
    page, lists = book["Hồ sơ"], book["Danh mục"]
    rules = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in page.data_validations.dataValidation}
    column = next(cell.column_letter for cell in page[4] if cell.value == "identity.sex")
    _, _, area = rules[f"{column}5"].partition("!")
    assert [cell.value for row in lists[area.replace("$", "")] for cell in row] == ["Nam", "Nữ"]


def test_identifiers_and_dates_are_text_so_that_zeros_live(book: openpyxl.Workbook) -> None:
    page = book["Hồ sơ"]
    formats = {
        cell.value: page.column_dimensions[get_column_letter(cell.column or 0)].number_format
        for cell in page[4]
    }
    assert formats[PERSON] == "@"
    assert formats["identity.birth_date"] == "@"
    assert formats["employment.salary_coefficient"] == "General"


def test_tables_are_keyed_by_the_person(book: openpyxl.Workbook) -> None:
    for sheet in layout.sheets(DAY).values():
        assert book[sheet.title]["A4"].value == PERSON
        assert len(sheet.title) <= 31


def test_a_field_added_to_the_standard_appears(tmp_path: Path) -> None:
    shutil.copytree(standard.DATA, tmp_path / "data")
    file = tmp_path / "data" / "fields" / "08-military.toml"
    new = """
[[field]]
name = "veteran_card"
label_vi = "Số thẻ cựu chiến binh"
label_en = "Veteran card"
type = "text"
max_length = 20
sensitivity = "basic"
ownership = "master"
owner = "ccvc"
national = false
declared_by = ["person"]
basis = "Thử"
certainty = "R"
valid_from = 2026-07-01
"""
    file.write_text(file.read_text(encoding="utf-8") + new, encoding="utf-8")
    assert b"veteran_card" not in template.template(DAY)
    with standard.using(standard.load(tmp_path / "data")):
        path = tmp_path / "a.xlsx"
        workbook(path, [person(1, military__veteran_card="CCB 12")])
        page = openpyxl.load_workbook(path)["Hồ sơ"]
    column = next(cell for cell in page[2] if cell.value == "Số thẻ cựu chiến binh")
    assert page[f"{column.column_letter}5"].value == "CCB 12"


def test_a_field_not_in_force_has_no_column() -> None:
    assert layout.columns(date(2026, 6, 30)) != layout.columns(DAY)
    assert all(column.path == PERSON for column in layout.columns(date(2026, 6, 30)) if column.field)


def test_filled_rows_come_back_as_they_were_typed(tmp_path: Path) -> None:
    given = person(1, identity__full_name="Nguyễn <Văn> & 'An' \"x\"", identity__other_names=None)
    path = workbook(tmp_path / "a.xlsx", [given, person(2)], education__degrees=[degree(1, "Luật")])
    columns = [column.path for column in layout.sheets(DAY)[MAIN].columns]
    with reading.opened(path, "a.xlsx") as source:
        first = list(source.rows("Hồ sơ"))[4]
        degrees = [row for row in source.rows("Đào tạo chuyên môn") if row[0] > 4]
    assert {p: c for p, c in zip(columns, first[1], strict=False) if c is not None} == given
    assert first[0] == 5
    assert degrees[0][1][0] == number(1)
    assert openpyxl.load_workbook(path)["Hồ sơ"]["A5"].value == number(1)


def test_an_unknown_path_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        template.write_rows(tmp_path / "a.xlsx", {MAIN: [{"identity.nothing": "x"}]}, on=DAY)
