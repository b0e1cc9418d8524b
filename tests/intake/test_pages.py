"""The pages of intake: upload, progress, findings, files to download; for nobody without the right."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ccvc.changes.models import Change
from ccvc.intake import actions, tasks
from ccvc.intake.models import Intake
from tests.intake.files import person, workbook
from tests.people import OTHER_UNIT, UNIT, Agency


@pytest.fixture
def officer(agency: Agency, client: Client) -> Client:
    client.force_login(agency.users["officer"])
    return client


@pytest.fixture
def file(tmp_path: Path) -> bytes:
    return workbook(tmp_path / "a.xlsx", [person(1), person(2, identity__sex="Khác")]).read_bytes()


def upload(client: Client, content: bytes, **more: str) -> Any:
    given = {"unit_code": UNIT, "valid_from": timezone.localdate().isoformat(), "dry_run": "on", **more}
    return client.post(
        reverse("intake:new"), {"file": SimpleUploadedFile("danh sach.xlsx", content), **given}
    )


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Jobs asked for, instead of the worker's queue."""
    jobs: list[tuple[str, dict[str, Any]]] = []
    for task in (tasks.read_file, tasks.propose_file):
        monkeypatch.setattr(task, "defer", lambda name=task.name, **given: jobs.append((name, given)))
    return jobs


def page_of(client: Client, name: str, intake: Intake, **query: str) -> str:
    return client.get(reverse(f"intake:{name}", args=[intake.pk]), query).content.decode()


def test_a_file_goes_its_way_through_the_pages(
    officer: Client, agency: Agency, file: bytes, queued: list[tuple[str, dict[str, Any]]]
) -> None:
    today = timezone.localdate()
    answer = upload(officer, file, valid_from=f"{today:%d/%m/%Y}")
    intake = Intake.objects.get()
    assert intake.valid_from == today
    assert answer.headers["Location"] == reverse("intake:detail", args=[intake.pk])
    assert queued == [("intake.read", {"intake_id": str(intake.pk), "then_propose_as": None})]
    assert "every 2s" in page_of(officer, "detail", intake)
    tasks.read_file(str(intake.pk))
    polled = officer.get(
        reverse("intake:detail", args=[intake.pk]), headers={"HX-Request": "true", "HX-Trigger": "progress"}
    )
    assert polled.headers["HX-Refresh"] == "true"
    shown = page_of(officer, "detail", intake)
    assert "every 2s" not in shown
    assert "Giá trị này không có trong danh mục" in shown
    assert "Trình 1 người" in " ".join(shown.split())
    officer.post(reverse("intake:propose", args=[intake.pk]))
    assert queued[1] == (
        "intake.propose",
        {"intake_id": str(intake.pk), "user_id": agency.users["officer"].pk},
    )
    assert "every 2s" in page_of(officer, "detail", intake)
    tasks.propose_file(str(intake.pk), agency.users["officer"].pk)
    shown = page_of(officer, "detail", intake)
    assert reverse("changes:batch", args=[Change.objects.get().batch_id]) in shown
    assert "danh sach.xlsx" in officer.get(reverse("intake:list")).content.decode()


def test_without_dry_run_reading_proposes(
    officer: Client, file: bytes, queued: list[tuple[str, dict[str, Any]]]
) -> None:
    upload(officer, file, dry_run="")
    (_, given), *_ = queued
    tasks.read_file(**given)
    assert Change.objects.count() == 1


def test_what_is_wrong_with_a_file_is_said_on_the_form(officer: Client) -> None:
    answer = upload(officer, b"%PDF-1.7")
    assert answer.status_code == 422
    assert "INT-NOT-SPREADSHEET" in answer.content.decode()
    assert not Intake.objects.exists()


def test_a_file_that_cannot_be_read_says_why(officer: Client, agency: Agency, tmp_path: Path) -> None:
    content = workbook(tmp_path / "a.xlsx", []).read_bytes()
    intake = actions.open_intake(agency.subject("officer"), content, "a.xlsx", UNIT)
    actions.read(intake.pk)
    assert "INT-NO-ROWS" in page_of(officer, "detail", intake)


def test_findings_are_filtered(officer: Client, agency: Agency, file: bytes) -> None:
    intake = actions.open_intake(agency.subject("officer"), file, "a.xlsx", UNIT)
    actions.read(intake.pk)
    assert "1 phát hiện" in page_of(officer, "detail", intake, severity="error", code="INT-CODE", text="6")
    for query in ({"severity": "warning"}, {"text": "7"}, {"code": "INT-DATE"}):
        assert "0 phát hiện" in page_of(officer, "detail", intake, **query)
    assert "1 phát hiện" in page_of(officer, "detail", intake, text="giới tính")


def test_the_files_are_downloaded(officer: Client, agency: Agency, file: bytes) -> None:
    intake = actions.open_intake(agency.subject("officer"), file, "Danh sách.xlsx", UNIT)
    actions.read(intake.pk)
    empty = officer.get(reverse("intake:template"))
    assert openpyxl.load_workbook(io.BytesIO(empty.content))["Hồ sơ"].max_row == 4
    back = officer.get(reverse("intake:corrected", args=[intake.pk]))
    assert "danh-sach-can-sua.xlsx" in back.headers["Content-Disposition"]
    assert openpyxl.load_workbook(io.BytesIO(back.content))["Hồ sơ"].max_row == 5


@pytest.mark.parametrize("who", ["stranger", "colleague", "approver", "administrator", "inspector"])
def test_the_pages_are_closed_to_others(agency: Agency, client: Client, file: bytes, who: str) -> None:
    intake = actions.open_intake(agency.subject("officer"), file, "a.xlsx", UNIT)
    client.force_login(agency.users[who])
    for name in ("detail", "corrected"):
        answer = client.get(reverse(f"intake:{name}", args=[intake.pk]))
        assert (answer.status_code, "a.xlsx" in answer.content.decode()) == (404, False)
    assert client.post(reverse("intake:propose", args=[intake.pk])).status_code == 404
    shown = client.get(reverse("intake:list"))
    assert "a.xlsx" not in shown.content.decode()
    assert shown.status_code == (200 if who in {"stranger", "colleague"} else 403)


def test_only_units_within_reach_are_offered(agency: Agency, client: Client, file: bytes) -> None:
    client.force_login(agency.users["colleague"])
    shown = client.get(reverse("intake:new")).content.decode()
    assert OTHER_UNIT in shown
    assert UNIT not in shown
    assert upload(client, file).status_code == 422
