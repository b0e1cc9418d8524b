"""The pages: publishing at the national node, what is new and whom it affects at a component."""

from __future__ import annotations

import json
import re
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from typer.testing import CliRunner

from ccvc.access.actions import grant_role
from ccvc.accounts.models import User
from ccvc.catalogues import actions, tasks
from ccvc.catalogues.domain import Row
from ccvc.catalogues.models import Affected, ChangeSet
from ccvc.ledger.models import Entry
from ccvc.node.cli import catalogue as command
from ccvc.web import messages
from tests.exchange.nodes import COMPONENT, NATIONAL, Nodes
from tests.people import SYSTEM, Agency, dossier, kept

pytestmark = pytest.mark.django_db
CSV = """code,label_vi,label_en,valid_from,valid_to,successors
77,Đạo thử nghiệm,Test faith,01/01/2026,,
03,,,,30/06/2026,77
"""


@pytest.fixture
def keeper(agency: Agency) -> User:
    user = User.objects.create(username="keeper", full_name="Lê Thị Hoa")
    agency.users["keeper"] = user
    since = date(2025, 7, 1)
    grant_role(SYSTEM, user=user, role="cataloguer", unit_code=NATIONAL, valid_from=since, basis="QĐ 1")
    return user


def client(user: User) -> Client:
    signed_in = Client()
    signed_in.force_login(user)
    return signed_in


def form(**more: Any) -> dict[str, Any]:
    return {"list_name": "religions", "basis": "QĐ 9/QĐ-BNV", "text": CSV, **more}


def test_an_officer_looks_at_the_changes_and_publishes_them(
    nodes: Nodes, keeper: User, django_capture_on_commit_callbacks: Any
) -> None:
    address = reverse("catalogues:publish")
    with nodes.acting_as(NATIONAL), django_capture_on_commit_callbacks(execute=True):
        page = client(keeper).post(address, form())
        text = page.content.decode()
        assert page.status_code == 200
        assert "Đạo thử nghiệm" in text
        assert not ChangeSet.objects.exists()
        found = re.search(r'name="seen" value="([0-9a-f]{64})"', text)
        assert found
        answer = client(keeper).post(address, form(seen=found[1], publish="1"))
    assert answer.headers["Location"] == reverse("web:code_list", kwargs={"name": "religions"})
    one = ChangeSet.objects.get()
    assert (one.number, one.list_name, one.published_by, one.basis) == (
        1,
        "religions",
        "Lê Thị Hoa",
        "QĐ 9/QĐ-BNV",
    )
    assert '"by":"keeper"' in Entry.objects.get(kind="catalogue_published").payload
    public = Client().get(answer.headers["Location"]).content.decode()
    assert all(word in public for word in ("Đạo thử nghiệm", "Lê Thị Hoa", "QĐ 9/QĐ-BNV"))


def test_a_file_is_previewed_and_can_be_edited(nodes: Nodes, keeper: User) -> None:
    with nodes.acting_as(NATIONAL):
        file = SimpleUploadedFile("ton-giao.csv", CSV.encode())
        page = client(keeper).post(reverse("catalogues:publish"), form(text="", file=file)).content.decode()
    assert "77,Đạo thử nghiệm,Test faith,2026-01-01" in page


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"text": "code,label_vi\n01,Khác\n"}, "CAT-MEANING"),
        ({"text": "label\n"}, "CAT-FILE"),
        ({"basis": " "}, "id_basis"),
        ({"seen": "0" * 64, "publish": "1"}, "CAT-SEEN"),
        ({"text": "code\n01\n"}, "CAT-NOTHING"),
    ],
)
def test_what_cannot_be_published_is_said_on_the_page(
    nodes: Nodes, keeper: User, given: dict[str, str], code: str
) -> None:
    with nodes.acting_as(NATIONAL):
        page = client(keeper).post(reverse("catalogues:publish"), form(**given))
    assert page.status_code == 422
    assert code in page.content.decode()
    assert not ChangeSet.objects.exists()


def test_only_the_right_opens_publishing_and_only_at_the_national_node(
    nodes: Nodes, agency: Agency, keeper: User
) -> None:
    address = reverse("catalogues:publish")
    with nodes.acting_as(NATIONAL):
        assert client(agency.users["administrator"]).post(address, form()).status_code == 403
        assert client(keeper).get(address).status_code == 200
    with nodes.acting_as(COMPONENT):
        assert client(keeper).get(address).status_code == 404


def test_a_component_shows_whom_a_closed_code_affects(
    nodes: Nodes, agency: Agency, publish: Any, django_assert_max_num_queries: Any
) -> None:
    held = dossier() | {"identity": dossier()["identity"] | {"religion": "03"}}
    held["education"] = {"degrees": [{"id": "d1", "level": "6", "major": "Luật", "mode": "2"}]}
    kept(agency, held)
    publish(Row(code="77", label_vi="Đạo thử nghiệm", valid_from=date(2026, 1, 1)))
    publish(Row(code="03", valid_to=date(2026, 6, 30), successors=("77",)))
    publish(Row(code="2", valid_to=date(2026, 6, 30)), list_name="training_modes")
    address = reverse("catalogues:published")
    with nodes.acting_as(COMPONENT):
        before = client(agency.users["officer"]).get(address).content.decode()
        assert "đang đếm" in before
        tasks.keep_up()
        assert actions.count_affected() == 0
        with django_assert_max_num_queries(31):
            page = client(agency.users["officer"]).get(address).content.decode()
        link = f"{reverse('dossiers:list')}?religion=03"
        assert f'<a href="{link}">1</a>' in page
        assert Affected.objects.get(path="education.degrees[].mode", code="2").units
        assert "đang đếm" not in page
        listed = client(agency.users["officer"]).get(link).content.decode()
        assert "Nguyễn Văn An" in listed
        assert '<option value="03" selected' in listed
        elsewhere = client(agency.users["stranger"]).get(address).content.decode()
        assert link not in elsewhere
    assert timezone.localdate() >= date(2026, 6, 30)


def test_the_command_previews_then_publishes(
    nodes: Nodes, keeper: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ton-giao.csv"
    file.write_text(CSV, encoding="utf-8")
    monkeypatch.setattr(command, "node", lambda _home: nullcontext())
    asked = ["publish", str(file), "--list", "religions", "--basis", "QĐ 9", "--account", "keeper", "--json"]
    with nodes.acting_as(NATIONAL):
        tried = CliRunner().invoke(command.catalogue, [*asked, "--dry-run"])
        assert not ChangeSet.objects.exists()
        done = CliRunner().invoke(command.catalogue, asked)
        listed = CliRunner().invoke(command.catalogue, ["list", "--json"])
    assert [one["kind"] for one in json.loads(tried.stdout)["changed"]] == ["added", "closed"]
    assert json.loads(done.stdout)["number"] == 1
    assert json.loads(listed.stdout)["change_sets"][0]["list"] == "religions"


def test_every_text_has_its_english() -> None:
    assert messages.missing(messages.ROOMS / "catalogues") == []
