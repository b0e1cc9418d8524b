"""The reform of 1 July 2025 as a province lives it: through the pages, on both old provinces with their people."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ccvc.accounts.models import User
from ccvc.decisions.models import DecisionPerson
from ccvc.dossiers.models import Head
from ccvc.ledger.verification import verify
from ccvc.node.demo import reform as demo
from ccvc.organisations.selectors import unit_by_code
from ccvc.simulation.reform import reform

pytestmark = pytest.mark.django_db
PEOPLE, PASSWORD = 100, "cây cầu bắc qua sông Hồng"
EVE = f"{reform().eve:%d/%m/%Y}"
COUNTED = (
    "rows=agency",
    "rows=agency&columns=sex",
    "rows=category&columns=education",
    "rows=age&columns=sex",
)


@pytest.fixture
def home(db: None, tmp_path: Path, settings: Any) -> Path:
    """A province of before, its part of the reform not done yet."""
    settings.CCVC_HOME, settings.CCVC_AGENCY, settings.CCVC_KIND = tmp_path, demo.NODE.agency, "component"
    _founded(tmp_path)
    return tmp_path


def _founded(home: Path) -> None:
    demo.found(home, PASSWORD, home / "authority")
    everyone = list(demo.served(PEOPLE, seed=3))
    demo.fill(home, everyone, PASSWORD)
    demo.whose(everyone, PASSWORD)


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def counted() -> list[bytes]:
    """Statistics of the last day before, as files."""
    client = signed_in("canbo")
    answers = [client.get(f"{reverse('insight:table')}?{asked}&valid={EVE}") for asked in COUNTED]
    assert {answer.status_code for answer in answers} == {200}
    return [answer.content for answer in answers]


def signed(address: str) -> Any:
    """Sign what the page of a reorganisation shows; what was shown."""
    client = signed_in("phe.duyet")
    sheet = client.get(address).context["sheet"]
    said = {"seen": sheet.foreseen.digest, "passphrase": PASSWORD}
    assert client.post(f"{address}approve", said).status_code == 302
    return sheet


def here(day: str) -> dict[str, int]:
    """People by name of unit on a day."""
    table = signed_in("canbo").get(f"{reverse('insight:table')}?rows=agency&valid={day}").content.decode()
    return {
        line.rpartition(",")[0].strip('"'): int(line.rpartition(",")[2]) for line in table.splitlines()[1:]
    }


def test_the_reform_of_2025_through_the_pages(home: Path) -> None:
    before, clerk = counted(), signed_in("quantri")
    shown = clerk.get(reverse("organisations:tree"), {"on": EVE})
    assert [(node.code, node.has_children) for node in shown.context["own"]] == [("H38", True), ("H63", True)]
    said = {"title": reform().title, "basis": reform().basis, "on": f"{reform().day:%d/%m/%Y}"}
    file = SimpleUploadedFile("viec.csv", (home / demo.STEPS).read_bytes())
    drafted = clerk.post(reverse("organisations:new_reorganisation"), {**said, "file": file})
    assert drafted.status_code == 302
    sheet = signed(drafted["Location"])
    assert (sheet.counts["closed"], sheet.counts["opened"], sheet.assigned) == (26, 4, 4)
    assert sheet.foreseen.affected > PEOPLE * 0.9
    assert counted() == before
    decided(drafted["Location"])
    history()
    undone(drafted["Location"], before)


def decided(address: str) -> None:
    """Everyone of the units that ended is drafted about in one click, once."""
    officer = signed_in("canbo")
    waiting = officer.get(address).context["following"]["waiting"]
    drafting = reverse("decisions:reorganised", args=[address.rstrip("/").rpartition("/")[2]])
    assert officer.post(drafting, {"authority": "Chủ tịch tỉnh"}).status_code == 302
    named = DecisionPerson.objects.values_list("person_key", flat=True)
    assert len(named) == len(set(named)) == waiting > PEOPLE / 3
    codes = {one.asked["unit_code"] for one in DecisionPerson.objects.all() if "unit_code" in one.asked}
    assert all(unit_by_code(code, reform().day) for code in codes)
    assert not [code for code in codes if code.startswith("H63")]


def history() -> None:
    """Whoever moved before the reform reads the names of the time, and stands in the merged province now."""
    person = signed_in("canhan")
    head = Head.objects.get(dossier__key=User.objects.get(username="canhan").person_key)
    page = person.get(reverse("dossiers:history", args=[head.dossier.key])).content.decode()
    first, since = (head.unit_code or "").removesuffix(".01"), head.unit_name or ""
    assert first.startswith("H63.")
    assert all(text in page for text in (first, since, "Ủy ban nhân dân xã"))
    assert unit_by_code(head.unit_code or "", reform().day) is None


def undone(address: str, before: list[bytes]) -> None:
    """From a later day on everyone is where they were, under the province that stands; the past is what it was."""
    day, eve = timezone.localdate() + timedelta(days=7), here(EVE)
    said = {"on": f"{day:%d/%m/%Y}", "basis": "QĐ hoàn nguyên"}
    drafted = signed_in("quantri").post(f"{address}undo", said)
    assert drafted.status_code == 302
    sheet = signed(drafted["Location"])
    back = {row.to_name: row.people for row in sheet.rows if row.what == "reopened"}
    assert back["Ủy ban nhân dân xã Quy Mông"] == eve["Ủy ban nhân dân xã Quy Mông"] > 0
    state = unit_by_code("H38.H63.32.23.01", day)
    assert state is not None
    assert state.name == "Trường Tiểu học Quy Mông"
    now = here(f"{day:%d/%m/%Y}")
    communes = {name: number for name, number in back.items() if name.startswith("Ủy ban")}
    assert {name: now[name] for name in communes} == communes
    assert counted() == before
    assert verify().ok
