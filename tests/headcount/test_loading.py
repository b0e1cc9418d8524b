"""Places from a file: all or none, repeated without harm, every fault with its line."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from ccvc.access.domain import Subject
from ccvc.headcount.actions import load
from ccvc.headcount.models import Assignment
from ccvc.organisations.actions import close_unit, open_unit
from ccvc.standard.problems import Problem
from tests.people import AGENCY, OTHER_UNIT, UNIT, found_agency

pytestmark = pytest.mark.django_db
SYSTEM = Subject.system("test")
HEAD = "code,line,number,valid_from,decision_number,decided_on,issuer"
REST = "2026-01-01,12/QĐ-UBND,20/12/2025,Uỷ ban nhân dân tỉnh"


@pytest.fixture(autouse=True)
def agency(db, tmp_path, settings):
    settings.CCVC_HOME, settings.CCVC_AGENCY = tmp_path, AGENCY
    return found_agency(tmp_path)


def file(tmp_path, *lines, head=HEAD):
    path = tmp_path / "places.csv"
    path.write_text("\n".join([head, *lines]), encoding="utf-8-sig")
    return path


def test_units_above_come_first_and_a_repeat_assigns_nothing(tmp_path):
    lines = [
        f"{UNIT},Biên chế cán bộ, công chức,6,{REST}".replace("Biên chế cán bộ, công chức", "civil_servants")
    ]
    path = file(
        tmp_path, *lines, f"{OTHER_UNIT},civil_servants,4,{REST}", f"{AGENCY},civil_servants,10,{REST}"
    )
    assert load(SYSTEM, path).assigned == 3
    again = load(SYSTEM, path)
    assert (again.assigned, again.present) == (0, 3)
    assert Assignment.objects.count() == 3


def test_every_fault_is_told_with_its_line_and_nothing_is_assigned(tmp_path):
    path = file(
        tmp_path,
        f"{AGENCY},civil_servants,5,{REST}",
        f"{UNIT},civil_servants,6,{REST}",
        f"{OTHER_UNIT},civil_servants,many,{REST}",
        f"H41.99,civil_servants,1,{REST}",
    )
    with pytest.raises(Problem) as refused:
        load(SYSTEM, path)
    told = str(refused.value.params["faults"])
    assert refused.value.code == "HC-ROWS"
    assert [f"dòng {n}" in told for n in (2, 3, 4, 5)] == [False, True, True, True]
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"\xff\xfe\x00", "HC-FILE"), (b"code,line\nH41,civil_servants\n", "HC-COLUMNS"), (None, "HC-FILE")],
)
def test_what_is_no_such_file_is_refused(tmp_path, content, code):
    path = tmp_path / "places.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Problem) as refused:
        load(SYSTEM, path)
    assert refused.value.code == code
    assert json.dumps(refused.value.as_json())


def test_a_code_that_was_another_units_assigns_nothing_to_it(tmp_path):
    """Codes are reused: what the unit of before was given does not stand for the one of now."""
    line = f"{UNIT},civil_servants,6,{REST}"
    load(SYSTEM, file(tmp_path, line))
    since = date(2026, 3, 1)
    close_unit(SYSTEM, code=UNIT, last_day=since - timedelta(days=1), basis="Thử", successor_code=OTHER_UNIT)
    open_unit(SYSTEM, code=UNIT, name="Sở mới", parent_code=AGENCY, kind="department", on=since, basis="Thử")
    Assignment.objects.update(valid_from=since)
    assert load(SYSTEM, file(tmp_path, line.replace("2026-01-01", since.isoformat()))).assigned == 1
    assert Assignment.objects.filter(known_to=None).count() == 2
