"""What an agency means by its own ways of writing: proposed from a finding, confirmed by another, used in intake."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from ccvc.catalogues import actions, selectors
from ccvc.catalogues.models import Meaning
from ccvc.changes.models import Change
from ccvc.intake import tasks
from ccvc.intake.actions import propose as propose_file
from ccvc.intake.actions import take_in
from ccvc.intake.models import Intake, IntakeFinding
from ccvc.ledger.models import Entry
from ccvc.organisations.selectors import unit_by_code
from ccvc.standard.problems import Problem
from tests.intake import files
from tests.people import AGENCY, OTHER_UNIT, UNIT, Agency

pytestmark = pytest.mark.django_db
VALUE = "Đạo ông bà nhà tôi"


def propose(agency: Agency, who: str = "officer", **more: Any) -> Meaning:
    given = {"list_name": "religions", "value": VALUE, "code": "01", "unit_code": AGENCY, "basis": "Sổ cũ"}
    return actions.propose_meaning(agency.subject(who), **{**given, **more})


def refusal(act: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(Problem) as caught:
        act(*args, **more)
    return caught.value.code


def taken(agency: Agency, folder: Path, number: int) -> Any:
    return taken_as(agency, folder, number, VALUE)


def taken_as(agency: Agency, folder: Path, number: int, religion: str) -> Any:
    row = files.person(number, identity__religion=religion)
    return take_in(
        agency.subject("officer"), files.workbook(folder / f"{number}.xlsx", [row]), UNIT, dry_run=True
    )


def test_a_value_is_proposed_from_its_finding_confirmed_and_then_understood(
    agency: Agency, tmp_path: Path
) -> None:
    first = taken(agency, tmp_path, 1)
    finding = IntakeFinding.objects.get(intake=UUID(first.id), code="INT-CODE")
    assert finding.unknown_in == "religions"
    officer, verifier = Client(), Client()
    officer.force_login(agency.users["officer"])
    verifier.force_login(agency.users["verifier"])
    page = officer.get(reverse("intake:detail", kwargs={"intake_id": first.id})).content.decode()
    assert reverse("catalogues:meaning") in page
    asked = {"list": "religions", "value": finding.cell, "unit": UNIT}
    form = officer.get(reverse("catalogues:meaning"), asked).content.decode()
    assert f'value="{VALUE}"' in form
    given = {
        "list_name": "religions",
        "unit_code": UNIT,
        "value": finding.cell,
        "code": "01",
        "basis": "Sổ cũ",
    }
    assert officer.post(reverse("catalogues:meaning"), given).status_code == 302
    (proposed,) = Meaning.objects.all()
    assert taken(agency, tmp_path, 2).refused == 1
    decide = {"meaning": str(proposed.pk), "step": "confirm"}
    assert officer.post(reverse("catalogues:decide"), decide).status_code == 422
    assert VALUE in verifier.get(reverse("catalogues:meanings")).content.decode()
    assert verifier.post(reverse("catalogues:decide"), decide).status_code == 302
    assert taken(agency, tmp_path, 3).refused == 0
    assert [e.subject for e in Entry.objects.filter(kind="meaning")] == [str(proposed.pk)] * 2
    verifier.post(reverse("catalogues:decide"), {**decide, "step": "withdraw"})
    assert taken(agency, tmp_path, 4).refused == 1


def confirmed(agency: Agency) -> Meaning:
    return actions.confirm_meaning(agency.subject("verifier"), propose(agency, unit_code=UNIT).pk)


def by_worker(intake_id: str) -> Intake:
    """What the worker does with the job that was left for it."""
    (job,) = ProcrastinateJob.objects.filter(task_name="intake.read", args__intake_id=intake_id)
    tasks.read_file(**job.args)
    return Intake.objects.get(pk=intake_id)


def test_a_file_that_waits_is_read_again_once_its_value_has_a_meaning(agency: Agency, tmp_path: Path) -> None:
    first = taken(agency, tmp_path, 1)
    other = taken_as(agency, tmp_path, 2, "Đạo khác hẳn")
    confirmed(agency)
    intake = by_worker(first.id)
    assert (intake.state, intake.refused, intake.ok + intake.warning, intake.total) == ("read", 0, 1, 1)
    assert not IntakeFinding.objects.filter(intake=intake, code="INT-CODE").exists()
    assert Intake.objects.get(pk=other.id).refused == 1
    assert not ProcrastinateJob.objects.filter(args__intake_id=other.id).exists()
    assert propose_file(agency.subject("officer"), UUID(first.id)).proposed == 1


def test_a_file_proposed_before_is_read_again_from_its_page_and_nothing_is_proposed_twice(
    agency: Agency, tmp_path: Path
) -> None:
    rows = [files.person(1, identity__religion=VALUE), files.person(2)]
    done = take_in(agency.subject("officer"), files.workbook(tmp_path / "two.xlsx", rows), UNIT)
    assert (done.refused, done.proposed) == (1, 1)
    officer, page = Client(), reverse("intake:detail", kwargs={"intake_id": done.id})
    officer.force_login(agency.users["officer"])
    again = reverse("intake:again", kwargs={"intake_id": done.id})
    assert again not in officer.get(page).content.decode()
    confirmed(agency)
    assert Intake.objects.get(pk=done.id).state == "proposed"
    assert again in officer.get(page).content.decode()
    assert officer.post(again).status_code == 302
    assert by_worker(done.id).refused == 0
    read = propose_file(agency.subject("officer"), UUID(done.id))
    assert (read.state, Change.objects.filter(state="proposed").count()) == ("proposed", 2)
    assert again not in officer.get(page).content.decode()
    stranger = Client()
    stranger.force_login(agency.users["stranger"])
    assert stranger.post(again).status_code == 404


def test_it_holds_below_its_unit_for_its_source_and_from_its_day(agency: Agency) -> None:
    today = timezone.localdate()
    other, here = unit_by_code(OTHER_UNIT, today), unit_by_code(UNIT, today)
    assert other is not None
    assert here is not None
    mine = propose(agency, unit_code=UNIT)
    actions.confirm_meaning(agency.subject("checker"), mine.pk)
    named = propose(agency, value="Ông bà", source="nhan-su")
    actions.confirm_meaning(agency.subject("checker"), named.pk)
    assert selectors.meant(here.unit_id, "", today) == {"religions": {VALUE: "01"}}
    assert selectors.meant(here.unit_id, "nhan-su", today) == {"religions": {VALUE: "01", "Ông bà": "01"}}
    assert selectors.meant(other.unit_id, "", today) == {}
    assert selectors.meant(here.unit_id, "", mine.proposed_at.date().replace(year=2000)) == {}


def test_what_cannot_be_declared_says_why(agency: Agency) -> None:
    assert refusal(propose, agency, list_name="nowhere") == "CAT-LIST"
    assert refusal(propose, agency, value="  ") == "CAT-VALUE"
    assert refusal(propose, agency, value="phat giao") == "CAT-VALUE-KNOWN"
    assert refusal(propose, agency, code="zz") == "CAT-NO-CODE"
    assert refusal(propose, agency, who="stranger") == "ACC-DENIED"
    propose(agency)
    assert refusal(propose, agency, value=f" {VALUE} ") == "CAT-MEANT"


def test_only_another_person_within_reach_confirms_and_once(agency: Agency) -> None:
    waiting = propose(agency)
    assert refusal(actions.confirm_meaning, agency.subject("officer"), waiting.pk) == "CAT-SAME-PERSON"
    assert refusal(actions.confirm_meaning, agency.subject("stranger"), waiting.pk) == "CAT-NOT-FOUND"
    assert refusal(actions.withdraw_meaning, agency.subject("colleague"), waiting.pk) == "CAT-NOT-FOUND"
    actions.confirm_meaning(agency.subject("checker"), waiting.pk)
    assert refusal(actions.confirm_meaning, agency.subject("checker"), waiting.pk) == "CAT-STATE"
    actions.withdraw_meaning(agency.subject("checker"), waiting.pk)
    assert refusal(actions.withdraw_meaning, agency.subject("checker"), waiting.pk) == "CAT-STATE"
    assert not selectors.meanings(agency.subject("stranger")).exists()
    assert propose(agency).state == "proposed"
