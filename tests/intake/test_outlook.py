"""What a file would change is seen before it is proposed; rows and fields are left out."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from ccvc.access.models import AccessLog
from ccvc.changes.models import Change
from ccvc.dossiers import selectors as dossiers
from ccvc.intake import actions, selectors
from ccvc.intake.actions import take_in
from ccvc.intake.models import Intake, IntakeFinding, IntakeRow
from ccvc.ledger.models import Entry
from ccvc.standard.problems import Problem
from tests import people
from tests.intake.files import number, person, workbook
from tests.people import UNIT, Agency

PHONE = {"identity__phone": "0912345678"}


@pytest.fixture
def intake(agency: Agency, tmp_path: Path) -> Intake:
    """One new person, two whose dossiers change, one who stays as they are."""
    first = workbook(tmp_path / "dau.xlsx", [person(n) for n in (1, 2, 3)])
    take_in(agency.subject("officer"), first, UNIT)
    ids = list(Change.objects.values_list("pk", flat=True))
    people.pass_steps(agency, ids)
    people.approve(agency, ids)
    rows = [person(1, **PHONE, identity__religion="Phật giáo"), person(2, **PHONE), person(3), person(4)]
    done = take_in(agency.subject("officer"), workbook(tmp_path / "sau.xlsx", rows), UNIT, dry_run=True)
    assert done.changes == {
        "new": 1,
        "changed": 2,
        "unchanged": 1,
        "fields": {"identity.phone": 2, "identity.religion": 1},
    }
    return Intake.objects.get(pk=done.id)


@pytest.fixture
def officer(agency: Agency, client: Client) -> Client:
    client.force_login(agency.users["officer"])
    return client


def page_of(client: Client, intake: Intake, **asked: str) -> str:
    return client.get(reverse("intake:outlook", args=[intake.pk]), asked).content.decode()


def test_the_page_shows_each_difference_and_narrows(officer: Client, intake: Intake) -> None:
    shown = page_of(officer, intake)
    assert shown.count("<ins>0912345678</ins>") == 2
    assert "3 dòng" in shown
    for asked, count in (
        ({"field": "identity.religion"}, 1),
        ({"kind": "new"}, 1),
        ({"kind": "unchanged"}, 1),
        ({"kind": "left"}, 0),
        ({"text": number(2)}, 1),
        ({"text": "An 4"}, 1),
        ({"field": "identity.(phone"}, 0),
    ):
        assert f"{count} dòng" in page_of(officer, intake, **asked), asked
    look = AccessLog.objects.order_by("-pk")[0]
    assert look.purpose == "Xem thay đổi của tệp trước khi trình"


def test_rows_and_fields_are_left_out_and_taken_in_again(
    officer: Client, agency: Agency, intake: Intake
) -> None:
    page = reverse("intake:outlook", args=[intake.pk])
    officer.post(page, {"row": "6"})
    officer.post(page, {"field": "identity.religion"})
    officer.post(page, {"row": "5"})
    officer.post(page, {"row": "5", "out": "no"})
    assert Entry.objects.filter(subject=f"intake:{intake.pk}").count() == 5
    shown = page_of(officer, intake)
    assert "Phật giáo" not in shown
    assert shown.count("<ins>0912345678</ins>") == 2
    done = actions.propose(agency.subject("officer"), intake.pk)
    assert (done.proposed, done.left_rows) == (2, 1)
    made = Change.objects.filter(state="proposed")
    assert sorted(made.values_list("personal_id", flat=True)) == [number(1), number(4)]
    assert "religion" not in made.get(personal_id=number(1)).differences
    assert "religion" in made.get(personal_id=number(4)).differences
    refused = officer.post(page, {"row": "5"})
    assert (refused.status_code, "INT-MATCH-CLOSED" in refused.content.decode()) == (422, True)


def test_a_field_nobody_knows_is_refused_with_words(agency: Agency, intake: Intake) -> None:
    for path in ("identity.personal_id", "identity", "nothing.at_all", ""):
        with pytest.raises(Problem) as caught:
            actions.leave_fields(agency.subject("officer"), intake.pk, [path], out=True)
        assert caught.value.code == "INT-LEFT-FIELD"


def test_leaving_out_what_another_value_needs_makes_no_wrong_dossier(
    agency: Agency, tmp_path: Path, intake: Intake
) -> None:
    dates = {"career__probation_ended_on": "05/2009", "career__recruited_on": "01/2009"}
    rows = [person(1, **dates), person(2, **PHONE)]
    take_in(agency.subject("officer"), workbook(tmp_path / "b.xlsx", rows), UNIT, dry_run=True)
    later = Intake.objects.exclude(pk=intake.pk).get(file_name="b.xlsx")
    assert IntakeRow.objects.filter(intake=later, verdict__in=("ok", "warning")).count() == 2
    actions.leave_fields(agency.subject("officer"), later.pk, ["career.recruited_on"], out=True)
    done = actions.propose(agency.subject("officer"), later.pk)
    assert (done.proposed, done.conflicts) == (1, 1)
    assert IntakeFinding.objects.get(code="INT-LEFT-BROKEN").message.startswith("Bỏ trường đã chọn")


def test_the_workbook_says_the_same(officer: Client, intake: Intake) -> None:
    answer = officer.get(reverse("intake:outlook-file", args=[intake.pk]), {"kind": "changed"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows: list[Any] = list(sheet.iter_rows(values_only=True))
    assert "sau-thay-doi.xlsx" in answer.headers["Content-Disposition"]
    assert [(row[2], row[4], row[6]) for row in rows[1:]] == [
        (number(1), "Tôn giáo", "Phật giáo"),
        (number(1), "Số điện thoại liên hệ", "0912345678"),
        (number(2), "Số điện thoại liên hệ", "0912345678"),
    ]
    assert AccessLog.objects.filter(act="export").exists()


def test_what_a_reader_may_not_see_is_counted_and_not_shown(
    officer: Client, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        dossiers, "sight", lambda _subject: lambda _key, _unit: lambda f: f.sensitivity == "basic"
    )
    shown = page_of(officer, intake)
    assert "Phật giáo" not in shown
    assert "1 mục không thuộc quyền xem của bạn" in shown
    assert "0912345678" in shown


def test_the_page_is_for_whoever_takes_the_file_in(agency: Agency, client: Client, intake: Intake) -> None:
    for who, status in (("colleague", 404), ("approver", 403), ("administrator", 403)):
        client.force_login(agency.users[who])
        for name in ("outlook", "outlook-file", "review"):
            assert client.get(reverse(f"intake:{name}", args=[intake.pk])).status_code == status
    with pytest.raises(Problem):
        selectors.lines(agency.subject("colleague"), intake.pk)
