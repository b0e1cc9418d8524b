"""Files typed before Unicode: read all the same, said to the officer, and kept as they came."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from ccvc.changes.models import Change
from ccvc.intake import legacy, reading, storage
from ccvc.intake.actions import take_in
from ccvc.intake.layout import MAIN, sheets
from ccvc.intake.models import Intake, IntakeFinding
from ccvc.intake.survey import survey
from ccvc.standard.encodings import Encoding
from tests.intake.files import DAY, HEADINGS, Row, number, person, plain_workbook, workbook
from tests.people import AGENCY, Agency
from tests.standard.columns import written

NAMES = ("Nguyễn Văn An", "Trần Thị Bình", "Lê Hữu Phước", "Võ Thị Tú")
Table = list[list[str]]


def people(**more: str) -> list[Row]:
    return [person(n, identity__full_name=name, **more) for n, name in enumerate(NAMES, start=1)]


def table(rows: list[Row]) -> Table:
    """Labels and cells, as in a file of the agency's own."""
    labels = {column.path: column.label for column in sheets(DAY)[MAIN].columns}
    return [[labels[path] for path in rows[0]], *(list(row.values()) for row in rows)]


def typed(rows: Table, encoding: Encoding) -> Table:
    return [[written(cell, encoding) for cell in row] for row in rows]


def as_xlsx(path: Path, rows: Table) -> Path:
    return plain_workbook(path.with_suffix(".xlsx"), rows)


def as_csv(path: Path, rows: Table) -> Path:
    with path.with_suffix(".csv").open("w", encoding="cp1252", newline="") as file:
        csv.writer(file).writerows(rows)
    return path.with_suffix(".csv")


def names_proposed() -> list[str]:
    changes = Change.objects.filter(state="proposed").order_by("personal_id")
    found = [{d["path"]: d["new"] for d in orjson.loads(change.differences)} for change in changes]
    return [document["identity.full_name"] for document in found]


def said(code: str) -> dict[str, str]:
    return {f.label: f.message for f in IntakeFinding.objects.filter(code=code, person_row=None)}


@pytest.mark.parametrize("make", [as_xlsx, as_csv])
@pytest.mark.parametrize(("encoding", "called"), [(Encoding.TCVN3, "TCVN3 (ABC)"), (Encoding.VNI, "VNI")])
def test_a_file_in_an_old_encoding_is_read_and_said(
    encoding: Encoding, called: str, make: Callable[[Path, Table], Path], agency: Agency, tmp_path: Path
) -> None:
    file = make(tmp_path / "a", typed(table(people()), encoding))
    done = take_in(agency.subject("officer"), file, AGENCY)
    assert (done.rows, done.taken_in, done.proposed) == (4, 4, 4)
    assert names_proposed() == list(NAMES)
    notices = said("INT-OLD-ENCODING")
    about_names = next(text for label, text in notices.items() if "tên khai sinh" in label)
    assert f"bảng mã {called}" in about_names
    assert f"“{written(NAMES[0], encoding)}” thành “{NAMES[0]}”" in about_names
    assert "4 ô" in about_names
    assert said("INT-OLD-CAPITALS") == {}
    assert storage.original(Intake.objects.get()).read_bytes() == file.read_bytes()


def test_headings_in_unicode_over_old_text(agency: Agency, tmp_path: Path) -> None:
    labels, *rows = table(people())
    file = as_xlsx(tmp_path / "a", [labels, *typed(rows, Encoding.TCVN3)])
    assert take_in(agency.subject("officer"), file, AGENCY).proposed == 4
    assert names_proposed() == list(NAMES)


def test_names_in_a_font_of_capitals_are_said(agency: Agency, tmp_path: Path) -> None:
    labels, *rows = table(people())
    place = labels.index(next(label for label in labels if "tên khai sinh" in label))
    for row in rows:
        row[place] = written(row[place].lower(), Encoding.TCVN3)
    take_in(agency.subject("officer"), as_xlsx(tmp_path / "a", [labels, *rows]), AGENCY)
    (message,) = said("INT-OLD-CAPITALS").values()
    assert ".VnTimeH" in message
    assert names_proposed() == [name.lower() for name in NAMES]


def test_a_file_in_unicode_is_left_alone(agency: Agency, tmp_path: Path) -> None:
    rows = [person(1, identity__full_name="Lê Tú"), person(2, identity__full_name="Jérôme Müller")]
    take_in(agency.subject("officer"), workbook(tmp_path / "a.xlsx", rows), AGENCY)
    assert names_proposed() == ["Lê Tú", "Jérôme Müller"]
    assert not IntakeFinding.objects.filter(person_row=None).exists()


def test_what_cannot_be_told_stays_and_is_said(agency: Agency, tmp_path: Path) -> None:
    rows = [person(1, identity__full_name="Hång"), person(2, identity__full_name="An")]
    take_in(agency.subject("officer"), workbook(tmp_path / "a.xlsx", rows), AGENCY)
    assert names_proposed() == ["Hång", "An"]
    (message,) = said("INT-ENCODING-UNSURE").values()
    assert "“Hång” (có thể là “Hồng”)" in message


def test_a_file_of_two_halves_is_read_right_in_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(legacy, "BLOCK", 4)
    rows = [["1", number(n), name, "Nam", "1985", ""] for n, name in enumerate(NAMES * 2)]
    halves = [HEADINGS, *typed(rows[:4], Encoding.TCVN3), *rows[4:]]
    with reading.opened(as_xlsx(tmp_path / "a", halves), "a.xlsx") as source:
        title, headings = survey(source, "a.xlsx", DAY).sheets[0]
        below = [row for row in source.rows(title) if row[0] > headings.row]
    columns = legacy.Columns(title, headings)
    assert [cells[2] for _, cells in columns.in_unicode(below)] == list(NAMES * 2)
    assert [notice.code for notice in columns.notices()] == ["INT-OLD-ENCODING"]
