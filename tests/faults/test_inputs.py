"""Wrong inputs on the pages: each is answered with a stable code and Vietnamese words, and leaves nothing half done.

What each wrong file and cell is called is tested in the room of intake, what each wrong certificate is in that of
signing; here they come in by the door people use.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ccvc.changes.models import Change, State
from ccvc.dossiers.models import Version
from ccvc.intake import tasks
from ccvc.intake.models import Intake
from ccvc.signing import certificates, revocation, store
from tests import people
from tests.faults.saying import files_in, nothing_but, said
from tests.intake.files import HEADINGS, number, person, plain_workbook, workbook
from tests.intake.test_files import WRONG
from tests.people import PASSPHRASE, UNIT, Agency

NOTATIONS = {
    "07/03/1985": "1985-03-07",
    "7-3-1985": "1985-03-07",
    "07.03.1985": "1985-03-07",
    "1985-03-07": "1985-03-07",
    "03/1985": "1985-03",
    "1985": "1985",
}


@pytest.fixture
def officer(agency: Agency, client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Signed in; files are read when a test says so, not by a worker."""
    monkeypatch.setattr(tasks.read_file, "defer", lambda **_given: None)
    client.force_login(agency.users["officer"])
    return client


def upload(client: Client, content: bytes, name: str = "danh sach.xlsx", **more: str) -> Any:
    given = {"unit_code": UNIT, "valid_from": timezone.localdate().isoformat(), "dry_run": "on", **more}
    return client.post(reverse("intake:new"), {"file": SimpleUploadedFile(name, content), **given})


def read(client: Client, path: Path) -> Any:
    """Upload, read as the worker does, and look at the page."""
    assert upload(client, path.read_bytes()).status_code == 302
    intake = Intake.objects.get()
    tasks.read_file(str(intake.pk), None)
    return client.get(reverse("intake:detail", args=[intake.pk]))


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_refused_on_the_form(
    officer: Client, tmp_path: Path, settings: Any, case: str
) -> None:
    code, make, word = WRONG[case]
    path = tmp_path.parent / f"{case}.xlsx"
    make(path)
    before = files_in(settings.CCVC_HOME)
    with nothing_but():
        answer = upload(officer, path.read_bytes())
    assert answer.status_code == 422
    found, text = said(answer)
    assert (found, word.casefold() in text.casefold()) == (code, True)
    assert files_in(settings.CCVC_HOME) == before


@pytest.mark.parametrize("missing", ["file", "unit_code", "valid_from"])
def test_a_form_that_lacks_something_says_what(officer: Client, tmp_path: Path, missing: str) -> None:
    content = workbook(tmp_path.parent / "a.xlsx", [person(1)]).read_bytes()
    given = {
        "file": SimpleUploadedFile("a.xlsx", content),
        "unit_code": UNIT,
        "valid_from": timezone.localdate().isoformat(),
    }
    del given[missing]
    with nothing_but():
        answer = officer.post(reverse("intake:new"), given)
    assert answer.status_code == 422
    beside = re.search(rf'id="id_{missing}_error".*?</p>', answer.content.decode(), re.DOTALL)
    assert beside is not None
    assert "bắt buộc" in beside[0]


def test_too_many_rows_are_refused_and_nothing_of_them_is_kept(
    officer: Client, tmp_path: Path, settings: Any
) -> None:
    settings.CCVC_INTAKE_ROWS = 5
    code, text = said(read(officer, workbook(tmp_path.parent / "b.xlsx", map(person, range(1, 8)))))
    assert code == "INT-TOO-MANY-ROWS"
    assert "5" in text
    assert not Change.objects.exists()
    assert not Intake.objects.get().rows.exists()


def test_missing_columns_are_named(officer: Client, tmp_path: Path) -> None:
    rows: list[list[Any]] = [list(HEADINGS[:3]), [1, number(1), "Nguyễn Văn An"]]
    code, text = said(read(officer, plain_workbook(tmp_path.parent / "c.xlsx", rows)))
    assert code == "INT-MISSING-COLUMNS"
    assert "Dân tộc" in text
    assert not Intake.objects.get().rows.exists()


def test_dates_in_every_notation_and_those_that_are_none(officer: Client, tmp_path: Path) -> None:
    wrong = ["31/02/1985", "07/03/85", "1985/13", "hôm qua"]
    rows = [person(n, identity__birth_date=text) for n, text in enumerate([*NOTATIONS, *wrong], 1)]
    page = read(officer, workbook(tmp_path.parent / "d.xlsx", rows)).content.decode()
    intake = Intake.objects.get()
    assert (intake.ok + intake.warning, intake.refused) == (len(NOTATIONS), len(wrong))
    given = {row.document for row in intake.rows.exclude(verdict="refused")}
    for n, value in enumerate(NOTATIONS.values(), 1):
        assert any(f'"birth_date":"{value}"' in text and number(n) in text for text in given), value
    for code in ("INT-DATE-NONE", "INT-YEAR-TWO-DIGITS"):
        assert code in page
    assert "31/02/1985" in page


@pytest.fixture
def verified(agency: Agency) -> Change:
    change: Change = people.propose(agency, people.dossier())
    people.pass_steps(agency, [change.pk])
    return change


def second_approver(agency: Agency, **certificate: Any) -> str:
    """An approver whose certificate is as told; its PEM."""
    user = people.User.objects.create(username="second", full_name="Người second")
    agency.users["second"] = user
    today = timezone.localdate()
    people.grant_role(
        people.SYSTEM, user=user, role="approver", unit_code="H41", valid_from=today, basis="QĐ 2"
    )
    return people.give_key(agency, "second", **certificate)


def _expired(agency: Agency, _home: Path) -> None:
    second_approver(agency, days=10)


def _revoked(agency: Agency, home: Path) -> None:
    serial = certificates.from_pem(second_approver(agency, days=90))[0].serial_number
    assert agency.issuer is not None
    entry = revocation.Revocation(serial, timezone.now() - timedelta(hours=1))
    store.save_crl(home, "test", revocation.crl(agency.issuer, [entry], number=2))


def _foreign(agency: Agency, _home: Path) -> None:
    second_approver(agency, days=90, code="H56")


def _untrusted(agency: Agency, _home: Path) -> None:
    known, agency.issuer = agency.issuer, certificates.create_authority("Tổ chức lạ")
    second_approver(agency, days=90)
    agency.issuer = known


CERTIFICATES: dict[str, Callable[[Agency, Path], None]] = {
    "SIG-EXPIRED": _expired,
    "SIG-REVOKED": _revoked,
    "SIG-AGENCY": _foreign,
    "SIG-ISSUER": _untrusted,
}


def signed_in(agency: Agency, name: str) -> Client:
    client = Client()
    client.force_login(agency.users[name])
    return client


def sign(client: Client, passphrase: str = PASSPHRASE) -> Any:
    """Sign on the page what it shows."""
    page = client.get(reverse("changes:approve")).content.decode()
    form = {}
    for field in ("changes", "root"):
        found = re.search(rf'name="{field}" value="([^"]+)"', page)
        assert found is not None
        form[field] = found[1]
    return client.post(reverse("changes:sign"), {**form, "passphrase": passphrase})


@pytest.mark.parametrize("code", CERTIFICATES)
def test_a_bad_certificate_signs_nothing_on_the_page(
    agency: Agency, verified: Change, settings: Any, code: str
) -> None:
    CERTIFICATES[code](agency, settings.CCVC_HOME)
    client = signed_in(agency, "second")
    with nothing_but():
        answer = sign(client)
    assert (answer.status_code, said(answer)[0]) == (422, code)
    assert not Version.objects.exists()


def test_an_approver_without_a_key_is_told_to_get_one(agency: Agency, verified: Change) -> None:
    user = people.User.objects.create(username="second", full_name="Người second")
    agency.users["second"] = user
    today = timezone.localdate()
    people.grant_role(people.SYSTEM, user=user, role="approver", unit_code="H41", valid_from=today, basis="2")
    client = signed_in(agency, "second")
    with nothing_but():
        answer = sign(client)
    assert said(answer)[0] == "SIG-NO-KEY"


def test_wrong_passphrases_end_in_a_wait_that_even_the_right_one_keeps(
    agency: Agency, verified: Change
) -> None:
    client = signed_in(agency, "approver")
    codes = [said(sign(client, f"sai lần {n}"))[0] for n in range(8)]
    assert codes[0] == "SIG-PASSPHRASE"
    assert codes[-1] == "SIG-LOCKED"
    assert codes == sorted(codes, reverse=True)
    assert said(sign(client))[0] == "SIG-LOCKED"
    verified.refresh_from_db()
    assert verified.state == State.VERIFIED
    assert not Version.objects.exists()


@pytest.mark.parametrize(
    ("name", "query", "code"),
    [
        ("dossiers:list", {"page": "nghìn"}, ""),
        ("organisations:tree", {"on": "31/02/2026"}, "ORG-DATE"),
        ("changes:approve", {"change": "x"}, "CHG-UNKNOWN"),
        ("changes:approve", {"batch": "x"}, "CHG-UNKNOWN"),
        ("changes:inbox", {"step": "x"}, ""),
    ],
)
def test_addresses_typed_by_hand_do_not_break(
    agency: Agency, client: Client, name: str, query: dict[str, str], code: str
) -> None:
    client.force_login(agency.users["approver"])
    with nothing_but():
        answer = client.get(reverse(name), query)
    assert answer.status_code == (200 if not code else 404 if code.endswith("UNKNOWN") else 422)
    if code:
        assert said(answer)[0] == code
