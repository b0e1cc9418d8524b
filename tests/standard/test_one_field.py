"""To add a field is to edit one place: declared once, it is in every form, file, schema, record, page and rule."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ccvc import standard
from ccvc.changes.models import Change
from ccvc.intake.template import template
from tests import people
from tests.people import Agency

LABEL, VALUE = "Tên gọi trên mạng xã hội", "Xoan Zữu"
FIELD = f"""

[[field]]
name = "screen_name"
label_vi = "{LABEL}"
label_en = "Screen name"
type = "text"
max_length = 40
sensitivity = "{{sensitivity}}"
ownership = "master"
owner = "ccvc"
national = true
declared_by = ["person", "agency"]
basis = "Thử"
certainty = "R"
valid_from = 2026-07-01
"""
PATH = "identity.screen_name"


@contextmanager
def one_field_more(folder: Path, sensitivity: str = "sensitive") -> Iterator[standard.Standard]:
    """The standard in use, with one field appended to one file of a copy of its data."""
    copy = folder / sensitivity
    shutil.copytree(standard.DATA, copy)
    with (copy / "fields" / "01-identity.toml").open("a", encoding="utf-8") as file:
        file.write(FIELD.format(sensitivity=sensitivity))
    with standard.using(standard.load(copy)) as made:
        yield made


@pytest.fixture
def declared(tmp_path: Path) -> Iterator[standard.Standard]:
    with one_field_more(tmp_path) as made:
        yield made


@pytest.fixture
def owner(agency: Agency, client: Client) -> Client:
    """Signed in as the person whose dossier was taken in before the field was thought of."""
    user = agency.users["owner"]
    user.person_key = people.kept(agency, people.dossier()).dossier.key
    user.save()
    client.force_login(user)
    return client


def headings(workbook: bytes) -> list[Any]:
    book = openpyxl.load_workbook(io.BytesIO(workbook), read_only=True)
    return [cell for sheet in book for row in sheet.iter_rows(max_row=3, values_only=True) for cell in row]


def record(**identity: Any) -> bytes:
    return standard.canonical(people.dossier(**identity))


def read(raw: bytes) -> Any:
    return msgspec.json.Decoder(standard.record_type()).decode(raw)


def form_data(client: Client, key: Any, **changed: str) -> dict[str, Any]:
    """What a browser would send back from the declare page, with some inputs changed."""
    form = client.get(reverse("changes:declare", args=[key, "identity"])).context["form"]
    given = {name: form.initial[name] for name in form.fields if isinstance(form.initial[name], str)}
    why = {"why-kind": "update", "why-valid_from": f"{timezone.localdate():%d/%m/%Y}"}
    return {**given, **why, "why-reason": "Bổ sung", "why-truth": "on", **changed}


def test_the_shipped_standard_knows_nothing_of_it() -> None:
    assert PATH not in standard.current().fields
    with pytest.raises(msgspec.ValidationError):
        read(record(screen_name=VALUE))
    assert LABEL not in headings(template(timezone.localdate()))


def test_the_exchange_takes_it_and_still_refuses_what_is_not_declared(declared: standard.Standard) -> None:
    assert read(record(screen_name=VALUE)).identity.screen_name == VALUE
    assert standard.national(people.dossier(screen_name=VALUE))["identity"]["screen_name"] == VALUE
    with pytest.raises(msgspec.ValidationError):
        read(record(screen_name="x" * 41))
    with pytest.raises(msgspec.ValidationError):
        read(record(screen_names=VALUE))


def test_the_template_of_the_intake_has_its_column(declared: standard.Standard) -> None:
    assert LABEL in headings(template(timezone.localdate()))


@pytest.mark.django_db
def test_the_published_schema_has_it(declared: standard.Standard, client: Client) -> None:
    schema = json.loads(client.get(reverse("web:schema")).content)
    found = schema["properties"]["identity"]["properties"]["screen_name"]
    assert LABEL in json.dumps(found, ensure_ascii=False)
    assert found["x-sensitivity"] == "sensitive"
    assert LABEL in client.get(reverse("web:standard")).content.decode()


def test_a_person_declares_it_and_the_dossier_shows_it(
    agency: Agency, owner: Client, declared: standard.Standard
) -> None:
    key = agency.users["owner"].person_key
    page = reverse("changes:declare", args=[key, "identity"])
    assert LABEL in owner.get(page).content.decode()
    sent = owner.post(page, form_data(owner, key, screen_name=VALUE))
    change = Change.objects.get(state="proposed")
    assert sent.status_code == 302
    assert [d["path"] for d in json.loads(change.differences)] == [PATH]
    people.pass_steps(agency, [change.pk])
    people.approve(agency, [change.pk])
    shown = owner.get(reverse("dossiers:detail", args=[key])).content.decode()
    assert LABEL in shown
    assert VALUE in shown


@pytest.mark.parametrize("sensitivity", ["basic", "sensitive", "secret"])
def test_its_sensitivity_alone_decides_who_reads_it(
    agency: Agency, client: Client, tmp_path: Path, sensitivity: str
) -> None:
    readers = {"basic": {"inspector", "officer"}, "sensitive": {"officer"}, "secret": set()}[sensitivity]
    with one_field_more(tmp_path, sensitivity):
        key = people.kept(agency, people.dossier(screen_name=VALUE)).dossier.key
        for name in ("inspector", "officer"):
            client.force_login(agency.users[name])
            for page in ("dossiers:detail", "dossiers:history"):
                text = client.get(reverse(page, args=[key])).content.decode()
                assert ((VALUE in text), name, page) == (name in readers, name, page)


def test_without_it_nothing_of_this_is_shown(agency: Agency, owner: Client) -> None:
    key = agency.users["owner"].person_key
    for page in (reverse("changes:declare", args=[key, "identity"]), reverse("dossiers:detail", args=[key])):
        assert LABEL not in owner.get(page).content.decode()
