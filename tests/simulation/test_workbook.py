"""Cells and workbooks: what is typed leads back to the very documents."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from ccvc.intake import layout
from ccvc.intake.cells import Converter, Noted, Refused
from ccvc.intake.cells.places import Places
from ccvc.intake.layout import HEADER_ROWS, MAIN, PERSON
from ccvc.simulation.agencies import units_for
from ccvc.simulation.cells import Cells, cells_of
from ccvc.simulation.people import REFERENCE_DAY, Person, people
from ccvc.simulation.workbook import write_agency_workbook, write_workbook
from ccvc.standard import current

COUNT = 400


@pytest.fixture(scope="module")
def crowd() -> list[Person]:
    return list(people(11, "H41", units_for("H41", COUNT), COUNT))


@pytest.fixture(scope="module")
def cells(crowd: list[Person]) -> Cells:
    return cells_of(crowd)


def read_back(cells: Cells) -> dict[str, dict[str, Any]]:
    """Documents by number, as intake's converters read the cells."""
    places = Places(current())
    converters = {
        column.path: Converter(column.field, current(), places) if column.field else str
        for sheet in layout.sheets(REFERENCE_DAY).values()
        for column in sheet.columns
    }
    found: dict[str, dict[str, Any]] = {}
    for key, rows in cells.items():
        for row in rows:
            values = {path: converters[path](text) for path, text in row.items()}
            assert not [value for value in values.values() if isinstance(value, Refused | Noted)]
            document = found.setdefault(row[PERSON], {"standard": current().version})
            if key == MAIN:
                for path, value in values.items():
                    group, _, name = path.partition(".")
                    document.setdefault(group, {})[name] = value
            else:
                del values[PERSON]
                group, _, name = key.partition(".")
                cells_read = {path.rpartition(".")[2]: value for path, value in values.items()}
                document.setdefault(group, {}).setdefault(name, []).append(cells_read)
    return found


def test_cells_lead_back_to_the_documents(crowd: list[Person], cells: Cells) -> None:
    found = read_back(cells)
    for one in crowd:
        assert found[one.document["identity"]["personal_id"]] == one.document


def test_cells_are_what_people_type(cells: Cells) -> None:
    first = cells[MAIN][0]
    assert first["identity.sex"] in {"Nam", "Nữ"}
    assert first["identity.nationality"] == "Việt Nam"
    assert re.fullmatch(r"\d\d/\d\d/20\d\d", first["identity.identity_card_issued_on"])
    assert {row["identity.religion"] for row in cells[MAIN]} >= {"Không có"}
    assert all(
        "," in row["employment.salary_coefficient"]
        for row in cells[MAIN]
        if "employment.salary_coefficient" in row
    )


def test_the_workbook_holds_every_row(cells: Cells, tmp_path: Path) -> None:
    file = tmp_path / "people.xlsx"
    write_workbook(file, cells)
    book = CalamineWorkbook.from_path(str(file))
    for sheet in layout.sheets(REFERENCE_DAY).values():
        rows = book.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)[HEADER_ROWS:]
        assert len(rows) == len(cells[sheet.key]), sheet.title
        if rows:
            assert rows[-1][0] == cells[sheet.key][-1][PERSON]


def test_a_whole_agency_with_its_faults(tmp_path: Path) -> None:
    units = units_for("H55", 200)
    file, again = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    planted = write_agency_workbook(file, agency_code="H55", units=units, people=200, seed=3, faults=0.1)
    assert 15 <= len({fault.personal_id for fault in planted}) <= 20
    assert planted == write_agency_workbook(
        again, agency_code="H55", units=units, people=200, seed=3, faults=0.1
    )
    rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    for fault in planted:
        if fault.sheet == MAIN and fault.field == PERSON:
            assert rows[fault.spreadsheet_row - 1][0] == fault.typed
