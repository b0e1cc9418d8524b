"""The whole way of a file: opened, read, proposed, approved, taken in again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from ccvc.changes.models import Batch, Change
from ccvc.dossiers import domain
from ccvc.dossiers.models import Dossier, Version
from ccvc.intake import actions, storage
from ccvc.intake.actions import take_in
from ccvc.intake.models import Intake, IntakeFinding, IntakeRow, State
from ccvc.intake.schemas import IntakeSummary
from ccvc.ledger.models import Entry
from ccvc.standard.problems import Problem
from tests import people
from tests.intake.files import HEADINGS, degree, number, person, plain_workbook, workbook
from tests.people import AGENCY, OTHER_UNIT, UNIT, Agency


def taken(agency: Agency, file: Path, unit: str = AGENCY, **more: Any) -> IntakeSummary:
    return take_in(agency.subject("officer"), file, unit, **more)


def said(code: str = "") -> list[tuple[str, str, int, str, str]]:
    found = IntakeFinding.objects.order_by("pk")
    found = found.filter(code=code) if code else found
    return [(f.code, f.sheet, f.row, f.column, f.cell) for f in found]


def proposed(n: int) -> dict[str, Any]:
    change = Change.objects.get(personal_id=number(n), state="proposed")
    return {d["path"]: d["new"] for d in orjson.loads(change.differences)}


def approve_all(agency: Agency) -> list[Version]:
    waiting = Change.objects.filter(state="proposed").order_by("personal_id")
    ids = list(waiting.values_list("pk", flat=True))
    people.pass_steps(agency, ids)
    return people.approve(agency, ids)


def document_of(n: int) -> dict[str, Any]:
    dossier = Dossier.objects.get(personal_id=number(n))
    return domain.parse(dossier.versions.order_by("-number")[0].document)


def test_a_file_becomes_proposed_changes(agency: Agency, tmp_path: Path) -> None:
    rows = [degree(1), degree(1, "Kinh tế")]
    done = taken(agency, workbook(tmp_path / "a.xlsx", [person(1), person(2)], education__degrees=rows))
    assert (done.rows, done.taken_in, done.refused, done.proposed, done.state) == (2, 2, 0, 2, "proposed")
    document = proposed(1)
    assert document["identity.home_town"]["code"] == "17971"
    assert document["identity.religion"] == {"state": "none"}
    assert document["employment.salary_coefficient"] == "2.34"
    majors = [row["major"] for path, row in document.items() if path.startswith("education.degrees[")]
    assert majors == ["Luật", "Kinh tế"]
    assert Batch.objects.get().source == done.id
    assert Change.objects.filter(unit_code=UNIT, kind="create").count() == 2


def test_the_act_is_in_the_ledger_and_the_original_is_kept(agency: Agency, tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", [person(1)])
    done = taken(agency, file)
    intake = Intake.objects.get(pk=done.id)
    acts = [
        orjson.loads(e.payload) for e in Entry.objects.filter(subject=f"intake:{intake.pk}").order_by("index")
    ]
    assert [(a["act"], a["by"], a["sha256"]) for a in acts] == [
        ("intake-open", "officer", intake.sha256),
        ("intake-propose", "officer", intake.sha256),
    ]
    assert storage.original(intake).read_bytes() == file.read_bytes()
    assert not storage.scratch(intake).exists()
    assert [p.name for p in storage.folder().iterdir()] == [storage.original(intake).name]


def test_a_dry_run_reads_and_proposes_nothing(agency: Agency, tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", [person(1), person(2, identity__sex="Khác")])
    done = taken(agency, file, dry_run=True)
    assert (done.state, done.taken_in, done.refused, done.proposed) == ("read", 1, 1, 0)
    assert not Change.objects.exists()
    assert taken(agency, file).proposed == 1


def test_a_repeat_makes_nothing_twice(agency: Agency, tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", [person(1), person(2)])
    first = taken(agency, file)
    again = taken(agency, tmp_path / "a.xlsx")
    assert again == first
    copy = workbook(tmp_path / "b.xlsx", [person(1), person(2), person(3)])
    third = taken(agency, copy)
    assert (third.id != first.id, third.proposed, third.conflicts) == (True, 1, 0)
    assert {f[0] for f in said()} == {"INT-WAITING"}
    assert Change.objects.count() == 3


def test_another_change_of_a_person_whose_change_is_pending_is_a_conflict(
    agency: Agency, tmp_path: Path
) -> None:
    taken(agency, workbook(tmp_path / "a.xlsx", [person(1)]))
    other = taken(agency, workbook(tmp_path / "b.xlsx", [person(1, identity__phone="0912345678")]))
    assert (other.proposed, other.conflicts) == (0, 1)
    assert {f[0] for f in said()} == {"CHG-CONFLICT"}


def test_approved_data_taken_in_again_is_unchanged(agency: Agency, tmp_path: Path) -> None:
    taken(
        agency,
        workbook(tmp_path / "a.xlsx", [person(1)], education__degrees=[degree(1), degree(1, "Kinh tế")]),
    )
    approve_all(agency)
    again = taken(
        agency, workbook(tmp_path / "b.xlsx", [person(1)], education__degrees=[degree(1, "Kinh tế")])
    )
    assert (again.unchanged, again.taken_in, again.proposed) == (1, 0, 0)


def test_empty_cells_never_erase_and_only_given_cells_change(agency: Agency, tmp_path: Path) -> None:
    taken(agency, workbook(tmp_path / "a.xlsx", [person(1)], education__degrees=[degree(1)]))
    approve_all(agency)
    before = document_of(1)
    update = {"identity.personal_id": number(1), "identity.phone": "0912345678"}
    done = taken(
        agency,
        workbook(tmp_path / "b.xlsx", [update], education__degrees=[degree(1, institution="Đại học Vinh")]),
    )
    assert (done.taken_in, done.proposed) == (1, 1), said()
    (row,) = before["education"]["degrees"]
    assert proposed(1) == {
        "identity.phone": "0912345678",
        f"education.degrees[{row['id']}].institution": "Đại học Vinh",
    }
    approve_all(agency)
    before["identity"]["phone"] = "0912345678"
    row["institution"] = "Đại học Vinh"
    assert document_of(1) == before


def test_a_file_of_few_columns_updates_people_who_are_known(agency: Agency, tmp_path: Path) -> None:
    taken(agency, workbook(tmp_path / "a.xlsx", [person(1), person(2)]))
    approve_all(agency)
    rows = [["Số CCCD", "Điện thoại"], [number(1), "0912345678"], [number(2), "-"]]
    done = taken(agency, plain_workbook(tmp_path / "b.xlsx", rows))
    assert (done.taken_in, done.unchanged, done.refused) == (1, 1, 0), said()
    assert proposed(1) == {"identity.phone": "0912345678"}


def test_missing_columns_refuse_a_file_of_new_people(agency: Agency, tmp_path: Path) -> None:
    rows = [["Số CCCD", "Họ và tên"], [number(1), "Nguyễn Văn An"]]
    file = plain_workbook(tmp_path / "a.xlsx", rows)
    with pytest.raises(Problem) as caught:
        taken(agency, file)
    assert caught.value.code == "INT-MISSING-COLUMNS"
    assert "Giới tính" in caught.value.message("vi")
    intake = Intake.objects.get()
    assert (intake.state, intake.total, intake.rows.count(), intake.findings.count()) == (
        State.FAILED,
        0,
        0,
        0,
    )
    assert not storage.scratch(intake).exists()


def test_a_wrong_file_leaves_nothing(agency: Agency, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"%PDF-1.7")
    with pytest.raises(Problem):
        taken(agency, tmp_path / "a.xlsx")
    assert not Intake.objects.exists()
    assert not list(storage.folder().iterdir())


def test_headings_without_rows_are_refused(agency: Agency, tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        taken(agency, workbook(tmp_path / "a.xlsx", []))
    assert caught.value.code == "INT-NO-ROWS"


def test_too_many_rows_are_refused(agency: Agency, tmp_path: Path, settings: Any) -> None:
    settings.CCVC_INTAKE_ROWS = 2
    with pytest.raises(Problem) as caught:
        taken(agency, workbook(tmp_path / "a.xlsx", [person(n) for n in range(3)]))
    assert (caught.value.code, caught.value.params["limit"]) == ("INT-TOO-MANY-ROWS", "2")
    settings.CCVC_INTAKE_ROWS = 3
    assert taken(agency, tmp_path / "a.xlsx").taken_in == 3


ROWS: list[tuple[dict[str, str | None], str, str]] = [
    ({"identity__personal_id": "123"}, "INT-ID-FORMAT", "identity.personal_id"),
    ({"identity__personal_id": "187654321"}, "INT-OLD-ID", "identity.personal_id"),
    ({"identity__personal_id": None}, "INT-NO-MATCH", "identity.personal_id"),
    ({"identity__full_name": None}, "STD-REQUIRED", "identity.full_name"),
    ({"identity__sex": "Khác"}, "INT-CODE", "identity.sex"),
    ({"identity__birth_date": "07/03/85"}, "INT-YEAR-TWO-DIGITS", "identity.birth_date"),
    ({"identity__birth_date": "31/02/1985"}, "INT-DATE-NONE", "identity.birth_date"),
    ({"employment__unit_code": "H41.99"}, "INT-UNIT-OUTSIDE", "employment.unit_code"),
    ({"employment__unit_code": "H56.12"}, "INT-UNIT-OUTSIDE", "employment.unit_code"),
    ({"employment__salary_coefficient": "hai phẩy ba"}, "INT-DECIMAL", "employment.salary_coefficient"),
    ({"employment__salary_step": "40"}, "STD-RANGE", "employment.salary_step"),
    ({"identity__phone": "không có số nào cả"}, "STD-PATTERN", "identity.phone"),
    ({"identity__full_name": "#N/A"}, "INT-ERROR-CELL", "identity.full_name"),
]


def test_a_bad_cell_refuses_its_row_alone(agency: Agency, tmp_path: Path) -> None:
    rows = [person(n, **changes) for n, (changes, _, _) in enumerate(ROWS)]
    done = taken(agency, workbook(tmp_path / "a.xlsx", [*rows, person(98), person(99)]))
    assert (done.taken_in, done.refused, done.proposed) == (2, len(ROWS), 2)
    found = list(IntakeFinding.objects.filter(severity="error").order_by("row"))
    assert [(f.code, f.path, f.row) for f in found] == [
        (c, p, row) for row, (_, c, p) in enumerate(ROWS, start=5)
    ]
    for finding, typed in zip(found, rows, strict=True):
        assert (finding.sheet, finding.cell) == ("Hồ sơ", typed.get(finding.path, ""))
        assert finding.column
        assert finding.message
        assert finding.next_step


def test_a_bad_cell_of_a_table_refuses_its_person_and_names_the_cell(agency: Agency, tmp_path: Path) -> None:
    rows = [degree(1), degree(2, issued_on="30/02/2007"), degree(2, **{"from": "09/2007", "to": "06/2003"})]
    done = taken(agency, workbook(tmp_path / "a.xlsx", [person(1), person(2)], education__degrees=rows))
    assert (done.taken_in, done.refused) == (1, 1)
    assert said() == [
        ("INT-DATE-NONE", "Đào tạo chuyên môn", 6, "K", "30/02/2007"),
        ("STD-ORDER", "Đào tạo chuyên môn", 7, "C", "06/2003"),
    ]


def test_a_number_twice_in_a_file_names_both_rows(agency: Agency, tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", [person(1), person(2), person(1, identity__phone="0912345678")])
    done = taken(agency, file)
    assert (done.duplicate, done.taken_in) == (2, 1)
    assert [(f[0], f[2]) for f in said()] == [("INT-DUPLICATE", 5), ("INT-DUPLICATE", 7)]
    assert all("5, 7" in f.message for f in IntakeFinding.objects.all())


def test_lost_zeros_are_put_back_and_said(agency: Agency, tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Số CCCD", "Điện thoại"], [40085000001, "0912345678"]]
    taken(agency, workbook(tmp_path / "a.xlsx", [person(1)]))
    approve_all(agency)
    done = taken(agency, plain_workbook(tmp_path / "b.xlsx", rows))
    assert (done.taken_in, done.warning) == (1, 1)
    assert said() == [("INT-ZEROS-LOST", "Sheet1", 2, "A", "40085000001")]


def test_a_person_of_another_unit_is_not_taken_and_not_described(agency: Agency, tmp_path: Path) -> None:
    people.kept(
        agency,
        people.dossier(7) | {"employment": {"category": "CC", "status": "01", "unit_code": OTHER_UNIT}},
        unit_code=OTHER_UNIT,
    )
    key = people.dossier(7)["identity"]["personal_id"]
    file = workbook(tmp_path / "a.xlsx", [person(1), person(2, identity__personal_id=key)])
    done = taken(agency, file, UNIT)
    assert (done.taken_in, done.refused) == (1, 1)
    (finding,) = IntakeFinding.objects.filter(severity="error")
    assert (finding.code, finding.row) == ("INT-ELSEWHERE", 6)
    assert OTHER_UNIT not in finding.message
    assert taken(agency, file, AGENCY).refused == 0


def test_rows_of_tables_that_belong_to_nobody_are_named(agency: Agency, tmp_path: Path) -> None:
    rows = [degree(1), degree(9), degree(1, "Kinh tế"), {"education.degrees[].major": "Sử"}]
    done = taken(agency, workbook(tmp_path / "a.xlsx", [person(1)], education__degrees=rows))
    assert (done.taken_in, done.strays) == (1, 2)
    assert [(f[0], f[2]) for f in said()] == [("INT-NO-PERSON", 6), ("INT-NO-ID", 8)]


def test_the_same_row_of_a_table_twice_is_taken_once(agency: Agency, tmp_path: Path) -> None:
    done = taken(
        agency, workbook(tmp_path / "a.xlsx", [person(1)], education__degrees=[degree(1), degree(1)])
    )
    assert (done.taken_in, done.warning) == (1, 1)
    assert said("INT-SAME-ROW") == [("INT-SAME-ROW", "Đào tạo chuyên môn", 6, "A", number(1))]
    assert sum(path.startswith("education.degrees[") for path in proposed(1)) == 1


def test_new_people_belong_to_the_unit_chosen(agency: Agency, tmp_path: Path) -> None:
    taken(agency, workbook(tmp_path / "a.xlsx", [person(1, employment__unit_code=None)]), UNIT)
    assert proposed(1)["employment.unit_code"] == UNIT
    assert Change.objects.get().unit_code == UNIT


def test_a_change_approved_meanwhile_is_not_undone(agency: Agency, tmp_path: Path) -> None:
    taken(agency, workbook(tmp_path / "a.xlsx", [person(1)]))
    approve_all(agency)
    update = {"identity.personal_id": number(1), "identity.phone": "0912345678"}
    read = taken(agency, workbook(tmp_path / "b.xlsx", [update]), dry_run=True)
    now = document_of(1)
    now["identity"]["email"] = "an@nghean.gov.vn"
    people.kept(agency, now, key=Dossier.objects.get().key)
    actions.propose(agency.subject("officer"), Intake.objects.get(pk=read.id).pk)
    assert proposed(1) == {"identity.phone": "0912345678"}


@pytest.mark.parametrize("who", ["stranger", "colleague", "approver", "administrator"])
def test_nobody_takes_in_beyond_their_reach(agency: Agency, tmp_path: Path, who: str) -> None:
    file = workbook(tmp_path / "a.xlsx", [person(1)])
    with pytest.raises(Problem) as caught:
        take_in(agency.subject(who), file, UNIT)
    assert caught.value.code == "ACC-DENIED"
    done = taken(agency, file, UNIT, dry_run=True)
    with pytest.raises(Problem) as caught:
        actions.propose(agency.subject(who), Intake.objects.get(pk=done.id).pk)
    assert caught.value.code == "INT-UNKNOWN"


def test_an_unknown_unit_is_said(agency: Agency, tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        taken(agency, workbook(tmp_path / "a.xlsx", [person(1)]), "H41.77")
    assert caught.value.code == "INT-UNIT-UNKNOWN"


def test_a_changed_original_is_not_read(agency: Agency, tmp_path: Path) -> None:
    opened = actions.open_intake(
        agency.subject("officer"), workbook(tmp_path / "a.xlsx", [person(1)]), "a.xlsx", AGENCY
    )
    with storage.original(opened).open("ab") as file:
        file.write(b"x")
    assert actions.read(opened.pk).state == State.FAILED
    assert "INT-FILE-GONE" in Intake.objects.get().problem


def test_a_file_is_not_proposed_before_it_is_read(agency: Agency, tmp_path: Path) -> None:
    content = workbook(tmp_path / "a.xlsx", [person(1)]).read_bytes()
    opened = actions.open_intake(agency.subject("officer"), content, "a.xlsx", AGENCY)
    with pytest.raises(Problem) as caught:
        actions.propose(agency.subject("officer"), opened.pk)
    assert caught.value.code == "INT-NOT-READ"


def test_an_ordinary_list_with_its_own_headings_is_taken_in(agency: Agency, tmp_path: Path) -> None:
    headings = [
        *HEADINGS,
        "Dân tộc",
        "Ngày tuyển dụng",
        "Loại nhân sự",
        "Trạng thái làm việc",
        "Mã đơn vị sử dụng",
    ]
    cells: list[Any] = [
        1,
        number(1),
        "NGUYỄN VĂN AN",
        "nam",
        "7/3/1985",
        "",
        "kinh",
        2010,
        "CC",
        "đang làm việc",
        UNIT,
    ]
    done = taken(agency, plain_workbook(tmp_path / "a.xlsx", [["Danh sách"], headings, cells]))
    assert (done.taken_in, done.refused) == (1, 0), said()
    assert proposed(1)["career.recruited_on"] == "2010"
    assert IntakeRow.objects.get().row == 3
