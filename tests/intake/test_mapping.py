"""Columns nobody can be sure of wait for an officer; what is confirmed is remembered for the same headings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ccvc.intake import actions, tasks
from ccvc.intake.actions.mapping import looked_at, remembered
from ccvc.intake.models import ColumnMapping, Intake, IntakeRow, State
from ccvc.intake.shapes.files import load, written
from ccvc.intake.shapes.mapping import Mapping
from ccvc.ledger.models import Entry
from ccvc.standard.problems import Problem
from tests.intake.files import number, plain_workbook
from tests.people import UNIT, Agency

HEADINGS = [
    "STT",
    "Họ và tên",
    "Nữ",
    "Sinh nhật",
    "Số CCCD",
    "Gốc",
    "Ngày tuyển dụng",
    "Trạng thái",
    "Ghi chú",
]

CONSTANTS = {"Loại nhân sự": "Công chức", "Mã cơ quan, đơn vị sử dụng": UNIT}
AN, BINH, CHI = "Nguyễn Văn An", "Trần Văn Bình", "Lê Văn Chi"


def listed(folder: Path, *names: str, headings: list[str] | None = None) -> Path:
    rows: list[list[Any]] = [
        [n, name, None, "07/03/1985", number(n), "Kinh", "01/2010", "Đang làm việc", None]
        for n, name in enumerate(names, start=1)
    ]
    return plain_workbook(folder / f"{names[0]}.xlsx", [["DANH SÁCH"], headings or HEADINGS, *rows])


@pytest.fixture
def officer(agency: Agency, client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(tasks.read_file, "defer", tasks.read_file)
    client.force_login(agency.users["officer"])
    return client


def upload(client: Client, file: Path) -> str:
    given = {"unit_code": UNIT, "valid_from": "21/11/2026", "dry_run": "on"}
    sent = SimpleUploadedFile(file.name, file.read_bytes())
    return client.post(reverse("intake:new"), {"file": sent, **given}).headers["Location"]


def filled(client: Client, page: str, **changes: str) -> Any:
    """Confirm the page as it is shown, but for these inputs."""
    sheets = client.get(page).context["sheets"]
    given = {f"field-{c.name}": c.field for s in sheets for c in s.columns}
    given |= {f"rule-{c.name}": c.use.rule for s in sheets for c in s.columns}
    given |= {f"code-{c.name}": f"{c.use.code} / {c.use.otherwise}" for s in sheets for c in s.columns}
    constants = {"constant-0": list(CONSTANTS), "value-0": list(CONSTANTS.values())}
    return client.post(page, {**given, **{k.replace("_", "-"): v for k, v in changes.items()}, **constants})


def test_an_officer_confirms_columns_and_the_next_file_is_read_at_once(
    officer: Client, agency: Agency, tmp_path: Path
) -> None:
    page = upload(officer, listed(tmp_path, AN, BINH))
    intake = Intake.objects.get()
    assert page == reverse("intake:mapping", args=[intake.pk])
    assert (intake.state, IntakeRow.objects.count()) == (State.MAPPING, 0)
    shown = officer.get(page).content.decode()
    assert "Sinh nhật" in shown
    assert "Cần xem" in shown
    assert "07/03/1985" in shown
    answer = filled(officer, page)
    assert answer.headers["Location"] == reverse("intake:detail", args=[intake.pk])
    row = IntakeRow.objects.order_by("row")[0]
    assert row.verdict in {"ok", "warning"}
    for word in ('"sex":"1"', '"birth_date":"1985-03-07"', '"ethnic_group":"01"', '"category":'):
        assert word in row.document
    kept = ColumnMapping.objects.get()
    assert kept.confirmed_by == agency.users["officer"].pk
    assert Entry.objects.filter(subject=f"intake:{intake.pk}").count() == 2
    again = upload(officer, listed(tmp_path, CHI, AN))
    other = Intake.objects.exclude(pk=intake.pk).get()
    assert again == reverse("intake:detail", args=[other.pk])
    assert (other.state, ColumnMapping.objects.count()) == (State.READ, 1)
    assert IntakeRow.objects.filter(intake=other, verdict__in=("ok", "warning")).count() == 2


def test_a_change_of_a_remembered_mapping_is_shown_and_the_file_read_anew(
    officer: Client, tmp_path: Path
) -> None:
    page = upload(officer, listed(tmp_path, AN, BINH))
    filled(officer, page)
    intake, left = Intake.objects.get(), IntakeRow.objects.order_by("row")[1].row
    officer.post(reverse("intake:outlook", args=[intake.pk]), {"row": str(left)})
    filled(officer, page, field_0_I="Các tên gọi khác")
    assert ColumnMapping.objects.count() == 2
    assert IntakeRow.objects.filter(verdict__in=("ok", "warning")).count() == 2
    assert [row.row for row in IntakeRow.objects.filter(left_out=True)] == [left]
    assert (Intake.objects.get().left_rows, Intake.objects.get().left_before) == (1, "")
    assert "I: – → Các tên gọi khác" in officer.get(page).content.decode()


REFUSED = {
    "INT-MAPPING-NO-ID": {"field_0_E": "", "field_0_D": ""},
    "INT-MAPPING-SPLIT": {"rule_0_F": "sign", "second_0_F": "Trường lạ"},
    "INT-MAPPING-FIELD": {"field_0_F": "Trường lạ"},
    "INT-MAPPING-TWICE": {"field_0_F": "Họ và tên khai sinh"},
    "INT-MAPPING-CODE": {"code_0_C": "Khác / Nam"},
}


@pytest.mark.parametrize("code", REFUSED)
def test_a_mapping_that_cannot_be_read_by_is_refused_with_words(
    code: str, officer: Client, tmp_path: Path
) -> None:
    page = upload(officer, listed(tmp_path, AN, BINH))
    answer = filled(officer, page, **REFUSED[code])
    assert answer.status_code == 422
    assert code in answer.content.decode()
    assert (Intake.objects.get().state, ColumnMapping.objects.count()) == (State.MAPPING, 0)


def test_the_command_line_takes_a_mapping_file(agency: Agency, tmp_path: Path) -> None:
    file, subject = listed(tmp_path, AN, BINH), agency.subject("officer")
    with pytest.raises(Problem) as caught:
        actions.take_in(subject, file, UNIT, dry_run=True)
    assert caught.value.code == "INT-MAPPING-NEEDED"
    proposed = Mapping(list(looked_at(Intake.objects.get()).shapes))
    target = tmp_path / "cot.toml"
    target.write_text(
        written(proposed).replace(
            "constants = {}",
            'constants = {"employment.category" = "Công chức", "employment.unit_code" = "' + UNIT + '"}',
        )
    )
    done = actions.take_in(subject, file, UNIT, dry_run=True, mapping=load(target))
    assert (done.rows, done.taken_in) == (2, 2)
    assert remembered(proposed.shapes[0].fingerprint) is not None
    foreign = listed(tmp_path, CHI, AN, headings=[*HEADINGS[:-1], "Lạ"])
    with pytest.raises(Problem) as caught:
        actions.take_in(subject, foreign, UNIT, mapping=load(target))
    assert caught.value.code == "INT-MAPPING-OTHER"


def test_a_mapping_file_that_is_wrong_says_where(tmp_path: Path) -> None:
    target = tmp_path / "cot.toml"
    target.write_text('shapes = [{sheet = "person"}]')
    with pytest.raises(Problem) as caught:
        load(target)
    assert caught.value.code == "INT-MAPPING-FILE"
    assert "fingerprint" in caught.value.message()


def test_nobody_out_of_reach_sees_or_confirms_columns(
    officer: Client, agency: Agency, tmp_path: Path
) -> None:
    page = upload(officer, listed(tmp_path, AN, BINH))
    stranger = Client()
    stranger.force_login(agency.users["verifier"])
    assert stranger.get(page).status_code in {403, 404}
    assert stranger.post(page, {}).status_code in {403, 404}


def test_a_refused_page_keeps_all_that_was_chosen(officer: Client, tmp_path: Path) -> None:
    page = upload(officer, listed(tmp_path, AN, BINH))
    chosen = {"field_0_F": "Trường lạ", "rule_0_I": "sign", "second_0_I": "Tôn giáo", "code_0_C": "Nữ / Nam "}
    shown = filled(officer, page, **chosen).context["sheets"][0]
    columns = {column.use.column: column for column in shown.columns}
    assert columns["F"].field == "Trường lạ"
    assert (columns["I"].rule, columns["I"].second, columns["C"].code) == ("sign", "Tôn giáo", "Nữ / Nam ")
    assert dict(pair for pair in shown.constants if any(pair)) == CONSTANTS


def test_a_column_is_split_over_two_fields_by_the_officer(officer: Client, tmp_path: Path) -> None:
    page = upload(officer, listed(tmp_path, AN, BINH))
    split = {"rule_0_F": "sign", "second_0_F": "Tôn giáo"}
    for code, changes in (
        ("INT-MAPPING-SPLIT", {"second_0_F": "Trường lạ"}),
        ("INT-MAPPING-TWICE", {"second_0_F": "Dân tộc"}),
        ("INT-MAPPING-TWICE", {"second_0_F": "Họ và tên khai sinh"}),
    ):
        assert code in filled(officer, page, **{"field_0_F": "Dân tộc", **split, **changes}).content.decode()
    filled(officer, page, field_0_F="Dân tộc", **split)
    kept = ColumnMapping.objects.get()
    assert '"second":"identity.religion"' in kept.content


def test_a_file_without_the_unit_is_of_the_unit_it_was_taken_in_for(officer: Client, tmp_path: Path) -> None:
    page = upload(officer, listed(tmp_path, AN, BINH))
    sheets = officer.get(page).context["sheets"]
    given = {f"field-{c.name}": c.field for s in sheets for c in s.columns}
    given |= {f"rule-{c.name}": c.rule for s in sheets for c in s.columns}
    given |= {f"code-{c.name}": c.code for s in sheets for c in s.columns}
    officer.post(page, {**given, "constant-0": ["Loại nhân sự"], "value-0": ["Công chức"]})
    assert set(IntakeRow.objects.values_list("verdict", "unit_code")) <= {("ok", UNIT), ("warning", UNIT)}
    assert IntakeRow.objects.count() == 2
