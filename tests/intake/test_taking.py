"""The whole way of a file: opened, read, proposed, approved, taken in again."""

from __future__ import annotations

from pathlib import Path

import orjson

from ccvc.changes.models import Change
from ccvc.intake import taking
from ccvc.intake.models import IntakeFinding
from tests.intake.files import degree, number, person, workbook
from tests.people import Agency


def findings(code: str = "") -> list[tuple[str, str, int, str, str]]:
    found = IntakeFinding.objects.order_by("pk")
    found = found.filter(code=code) if code else found
    return [(f.code, f.sheet, f.row, f.column, f.cell) for f in found]


def test_a_file_becomes_proposed_changes(agency: Agency, tmp_path: Path) -> None:
    file = workbook(
        tmp_path / "a.xlsx", [person(1), person(2)], education__degrees=[degree(1), degree(1, "Kinh tế")]
    )
    done = taking.take_in(agency.subject("officer"), file, "H41")
    assert (done.rows, done.taken_in, done.refused, done.proposed, done.state) == (2, 2, 0, 2, "proposed"), (
        findings()
    )
    change = Change.objects.get(personal_id=number(1))
    document = {d["path"]: d["new"] for d in orjson.loads(change.differences)}
    assert document["identity.home_town"]["code"] == "40"
    assert document["identity.religion"] == {"state": "none"}
    assert document["employment.salary_coefficient"] == "2.34"
    assert [row["major"] for path, row in document.items() if path.startswith("education.degrees[")] == [
        "Luật",
        "Kinh tế",
    ]
