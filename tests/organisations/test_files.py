"""Units from a file: all or none, every faulty line named, a repeat without effect."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ccvc.ledger.models import Entry
from ccvc.organisations.actions import UnitsReport, load_units
from ccvc.organisations.selectors import subtree, unit_by_code
from ccvc.standard.problems import Problem
from tests.organisations.conftest import SYSTEM, TODAY, acting

pytestmark = pytest.mark.usefixtures("catalogue")

HEADER = "code,name,kind,parent_code,valid_from,basis,administrative_code\n"
GOOD = (
    "H41.12.01,Văn phòng Sở Nội vụ,department,H41.12,2026-01-01,QĐ 1,\n"
    "000.00.12.H41,Sở Nội vụ,department,H41,2026-01-01,QĐ 1,\n"
    "H41.X1,Xã Kim Liên,commune,H41,2025-07-01,NQ 1678/NQ-UBTVQH15,17950\n"
)


def file(folder: Path, text: str, *, encoding: str = "utf-8") -> Path:
    path = folder / "đơn vị.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_lines_may_come_in_any_order_and_codes_in_any_form(tmp_path: Path) -> None:
    report = load_units(acting(("administrator", "H41")), file(tmp_path, HEADER + GOOD, encoding="utf-8-sig"))
    assert report == UnitsReport(opened=3, present=0)
    found = unit_by_code("H41.X1", TODAY)
    assert found is not None
    assert (found.unit.kind, found.administrative_code) == ("commune", "17950")
    assert len(subtree(["H41"], TODAY)) == 4


def test_a_repeat_opens_nothing_and_says_so(tmp_path: Path) -> None:
    path = file(tmp_path, HEADER + GOOD)
    load_units(SYSTEM, path)
    entries = Entry.objects.count()
    assert load_units(SYSTEM, path) == UnitsReport(opened=0, present=3)
    assert Entry.objects.count() == entries
    said = [json.loads(e.payload) for e in Entry.objects.filter(subject="organisation:file")]
    assert [s["opened"] for s in said] == [3]
    assert len(said[0]["sha256"]) == 64


def test_every_faulty_line_is_named_and_nothing_is_opened(tmp_path: Path) -> None:
    bad = (
        "H41.30,,department,H41,2026-01-01,QĐ 1,\n"
        "H41.31,Sở A,department,H41,01/01/2026,QĐ 1,\n"
        "H41.32,Sở B,department,H41.99,2026-01-01,QĐ 1,\n"
        "H41.12,Sở Tư pháp,department,H41,2026-01-01,QĐ 1,\n"
        "H41.33\n"
    )
    with pytest.raises(Problem) as caught:
        load_units(SYSTEM, file(tmp_path, HEADER + GOOD + bad))
    told = str(caught.value)
    assert caught.value.code == "ORG-FILE-ROWS"
    assert caught.value.params["count"] == 5
    for line, words in [
        (5, "Thiếu tên đơn vị"),
        (6, "“01/01/2026” không phải là ngày"),
        (7, "Không có đơn vị mã H41.99"),
        (8, "Mã H41.12 đang là của “Sở Nội vụ”"),
        (9, "“” không phải là ngày"),
    ]:
        assert f"dòng {line}: {words}" in told
    assert unit_by_code("H41.12", TODAY) is None


def test_a_long_list_of_faults_is_cut(tmp_path: Path) -> None:
    lines = "".join(f"H41.{n},,department,H41,2026-01-01,QĐ,\n" for n in range(40, 55))
    with pytest.raises(Problem) as caught:
        load_units(SYSTEM, file(tmp_path, HEADER + lines))
    assert "và 5 dòng khác" in str(caught.value)


def test_nobody_loads_units_of_another_agency(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        load_units(acting(("administrator", "H38")), file(tmp_path, HEADER + GOOD))
    assert caught.value.code == "ORG-FILE-ROWS"
    assert "không có quyền cập nhật cơ cấu tổ chức" in str(caught.value)
    assert unit_by_code("H41.12", TODAY) is None


@pytest.mark.parametrize(
    ("text", "encoding", "problem"),
    [
        ("", "utf-8", "ORG-FILE-COLUMNS"),
        ("mã,tên\nH41.1,A\n", "utf-8", "ORG-FILE-COLUMNS"),
        (HEADER + GOOD, "utf-16", "ORG-FILE-ENCODING"),
    ],
)
def test_files_that_are_no_list_of_units(tmp_path: Path, text: str, encoding: str, problem: str) -> None:
    with pytest.raises(Problem) as caught:
        load_units(SYSTEM, file(tmp_path, text, encoding=encoding))
    assert caught.value.code == problem


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        load_units(SYSTEM, tmp_path / "không có.csv")
    assert caught.value.code == "ORG-FILE-MISSING"
    assert str(tmp_path) not in json.dumps(caught.value.as_json())
