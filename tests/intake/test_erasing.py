"""Empty cells never erase, whatever is empty; a stated word does, and shows as what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ccvc import standard
from ccvc.dossiers.domain import parse
from ccvc.intake.actions import take_in
from ccvc.intake.models import Intake, IntakeRow
from ccvc.intake.outlook import proposed
from tests import people
from tests.intake.files import DEGREES, Row, number, workbook
from tests.people import UNIT, Agency

SAID = {
    "identity.other_names": "Bí danh An",
    "identity.marital_status": "2",
    "identity.birth_place": {"text": "Vinh, Nghệ An"},
    "identity.identity_card_issued_on": "2021-05-04",
    "identity.phone": "0912345678",
    "employment.salary_coefficient": "2.34",
    "employment.salary_step": 1,
    "career.recruited_on": "2010-01",
}
ROWS = [
    {"id": "d1", "level": "6", "major": "Luật"},
    {"id": "d2", "level": "5", "major": "Kế toán"},
]


@pytest.fixture
def existing(agency: Agency) -> dict[str, Any]:
    """A dossier with a value of every kind, and a table."""
    whole = people.dossier(personal_id=number(1), full_name="Nguyễn Văn An 1")
    for path, value in SAID.items():
        group, _, name = path.partition(".")
        whole[group][name] = value
    whole.setdefault("education", {})["degrees"] = ROWS
    return parse(people.kept(agency, whole).document)


def taken(agency: Agency, folder: Path, cells: Row, **tables: list[Row]) -> IntakeRow:
    """What became of one row with these cells and a number."""
    row = {"identity.personal_id": number(1), **cells}
    file = workbook(folder / "a.xlsx", [row], **tables)
    take_in(agency.subject("officer"), file, UNIT, dry_run=True)
    return IntakeRow.objects.get(sheet="person")


@pytest.mark.parametrize("empty", ["", "   ", "-", "…", "....", "/"])
def test_an_empty_cell_of_any_kind_erases_nothing(
    empty: str, agency: Agency, existing: dict[str, Any], tmp_path: Path
) -> None:
    row = taken(agency, tmp_path, dict.fromkeys(SAID, empty))
    assert (row.verdict, row.changed) == ("unchanged", "")
    assert proposed(Intake.objects.get(), row, existing) == existing


def test_a_table_that_is_missing_empty_or_shorter_erases_nothing(
    agency: Agency, existing: dict[str, Any], tmp_path: Path
) -> None:
    phone = {"identity.phone": "0987654321"}
    shorter = [
        {"identity.personal_id": number(1), f"{DEGREES}[].level": "Đại học", f"{DEGREES}[].major": "Luật"}
    ]
    blank = [{"identity.personal_id": number(1), f"{DEGREES}[].major": "-"}]
    for n, degrees in enumerate((None, [], blank, shorter)):
        folder = tmp_path / str(n)
        folder.mkdir()
        tables = {} if degrees is None else {"education__degrees": degrees}
        row = taken(agency, folder, phone, **tables)
        assert row.changed == "identity.phone"
        whole = proposed(Intake.objects.get(), row, existing)
        assert whole["education"]["degrees"] == ROWS
        Intake.objects.all().delete()


WORDS = [
    ("Không có", "none", "Không có"),
    ("không rõ", "unknown", "Không rõ"),
    ("Không cung cấp", "withheld", "Không cung cấp"),
]


@pytest.mark.parametrize(("word", "state", "shown"), WORDS)
def test_a_stated_word_erases_on_purpose_and_shows_as_such(
    word: str,
    state: str,
    shown: str,
    agency: Agency,
    client: Client,
    existing: dict[str, Any],
    tmp_path: Path,
) -> None:
    asked = [path for path in SAID if not standard.current().fields[path].required]
    row = taken(agency, tmp_path, dict.fromkeys(asked, word))
    assert row.verdict in {"ok", "warning"}
    whole = proposed(Intake.objects.get(), row, existing)
    for path in asked:
        group, _, name = path.partition(".")
        assert whole[group][name] == {"state": state}
    client.force_login(agency.users["officer"])
    page = client.get(reverse("intake:outlook", args=[Intake.objects.get().pk])).content.decode()
    assert page.count(f"<ins>{shown}</ins>") == len(asked)
    assert "Bí danh An" in page
