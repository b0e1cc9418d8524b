"""The file that goes back: only the rows to mend, their bad cells marked; mended, it is taken in."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from ccvc.access.models import AccessLog
from ccvc.changes.models import Change
from ccvc.intake.actions import take_in
from ccvc.intake.corrected import corrected, write_corrected
from ccvc.intake.models import Intake
from ccvc.standard.problems import Problem
from tests import people
from tests.intake.files import degree, number, person, workbook
from tests.people import AGENCY, Agency

SHEET, DEGREES, FAULTS = "Hồ sơ", "Đào tạo chuyên môn", "Lỗi cần sửa"


@pytest.fixture
def book(agency: Agency, tmp_path: Path) -> openpyxl.Workbook:
    """One good person; one with a bad birth date and a bad row of a table; one twice; a row of nobody."""
    rows = [person(1), person(2, identity__birth_date="7/3/85"), person(3), person(3)]
    degrees = [degree(1), degree(2), degree(2, "Kinh tế", issued_on="bao giờ"), degree(9)]
    take_in(
        agency.subject("officer"), workbook(tmp_path / "a.xlsx", rows, education__degrees=degrees), AGENCY
    )
    content = corrected(agency.subject("officer").with_purpose("Sửa tệp"), Intake.objects.get().pk)
    return openpyxl.load_workbook(io.BytesIO(content))


def rows_of(book: openpyxl.Workbook, sheet: str, column: str) -> list[object]:
    page = book[sheet]
    letter = next(cell.column_letter for cell in page[4] if cell.value == column)
    return [page[f"{letter}{row}"].value for row in range(5, page.max_row + 1)]


def test_it_holds_only_what_must_be_mended(book: openpyxl.Workbook) -> None:
    assert rows_of(book, SHEET, "identity.personal_id") == [number(2), number(3), number(3)]
    assert rows_of(book, DEGREES, "identity.personal_id") == [number(2), number(2), number(9)]
    assert rows_of(book, DEGREES, "education.degrees[].major") == ["Luật", "Kinh tế", "Luật"]


def test_bad_cells_are_marked_with_their_message(book: openpyxl.Workbook) -> None:
    page = book[SHEET]
    letter = next(cell.column_letter for cell in page[4] if cell.value == "identity.birth_date")
    cell = page[f"{letter}5"]
    assert cell.value == "7/3/85"
    assert cell.fill.fgColor.rgb == "FFFFC7CE"
    assert "hai chữ số" in cell.comment.text
    assert "bốn chữ số" in cell.comment.text
    assert page["C5"].fill.fgColor.rgb != "FFFFC7CE"


def test_the_list_of_faults_says_where_what_and_what_to_do(book: openpyxl.Workbook) -> None:
    rows = [[cell.value for cell in row] for row in book[FAULTS].iter_rows(min_row=2)]
    assert [(r[0], r[1], r[2], r[8]) for r in rows] == [
        (SHEET, "5", "6", "INT-YEAR-TWO-DIGITS"),
        (DEGREES, "6", "7", "INT-DATE"),
        (SHEET, "6", "7", "INT-DUPLICATE"),
        (SHEET, "7", "8", "INT-DUPLICATE"),
        (DEGREES, "7", "8", "INT-NO-PERSON"),
    ]
    assert all(r[6] and r[7] for r in rows)
    assert rows[0][3:6] == ["F", "Ngày, tháng, năm sinh", "7/3/85"]


def test_mended_it_is_taken_in(agency: Agency, book: openpyxl.Workbook, tmp_path: Path) -> None:
    page, degrees = book[SHEET], book[DEGREES]
    page["F5"] = "07/03/1985"
    page.delete_rows(7)
    column = next(cell.column_letter for cell in degrees[4] if cell.value == "education.degrees[].issued_on")
    degrees[f"{column}6"] = "6/2007"
    degrees["A7"] = number(3)
    book.save(tmp_path / "mended.xlsx")
    done = take_in(agency.subject("officer"), tmp_path / "mended.xlsx", AGENCY)
    assert (done.rows, done.taken_in, done.refused, done.strays, done.conflicts) == (2, 2, 0, 0, 0)
    assert Change.objects.count() == 3


def test_it_is_written_for_nobody_out_of_reach(agency: Agency, book: openpyxl.Workbook) -> None:
    with pytest.raises(Problem) as caught:
        corrected(agency.subject("stranger"), Intake.objects.get().pk)
    assert caught.value.code == "INT-UNKNOWN"


def test_a_look_at_people_with_dossiers_is_recorded(agency: Agency, tmp_path: Path) -> None:
    key = people.kept(agency, people.dossier(7)).dossier.key
    update = {
        "identity.personal_id": people.dossier(7)["identity"]["personal_id"],
        "identity.birth_date": "hôm qua",
    }
    take_in(agency.subject("officer"), workbook(tmp_path / "a.xlsx", [update]), AGENCY)
    write_corrected(Intake.objects.get().pk, tmp_path / "b.xlsx")
    log = AccessLog.objects.latest("id")
    assert (log.person_keys, log.act, log.purpose) == ([key], "export", "Sửa dữ liệu tiếp nhận")
