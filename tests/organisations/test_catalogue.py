"""The catalogue tells the nation right on each side of 1 March and 1 July 2025, and loads but once."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from ccvc.ledger.models import Entry
from ccvc.organisations.actions import load_catalogue
from ccvc.organisations.actions.catalogue import FOLDER
from ccvc.organisations.domain import Kind
from ccvc.organisations.models import Succession, UnitState
from ccvc.organisations.selectors import (
    agencies,
    as_known,
    equivalents,
    predecessors,
    successors,
    unit_by_administrative_code,
    unit_by_code,
)

pytestmark = pytest.mark.usefixtures("catalogue")

FEBRUARY, MARCH = date(2025, 2, 28), date(2025, 3, 1)
JUNE, JULY = date(2025, 6, 30), date(2025, 7, 1)
TODAY = date(2026, 11, 21)


def kinds(on: date) -> Counter[str]:
    return Counter(state.unit.kind for state in agencies(on))


def name(code: str, on: date) -> str:
    found = unit_by_code(code, on)
    return found.name if found else ""


def test_63_provinces_became_34_overnight() -> None:
    assert kinds(JUNE)[Kind.PROVINCE] == 63
    assert kinds(JULY)[Kind.PROVINCE] == 34
    assert kinds(TODAY)[Kind.PROVINCE] == 34


def test_22_ministries_and_bodies_of_their_rank_became_17() -> None:
    before, after = kinds(FEBRUARY), kinds(MARCH)
    assert (before[Kind.MINISTRY], before[Kind.MINISTERIAL_BODY]) == (18, 4)
    assert (after[Kind.MINISTRY], after[Kind.MINISTERIAL_BODY]) == (14, 3)


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("15", "Tỉnh Yên Bái", "Tỉnh Lào Cai"),
        ("24", "Tỉnh Bắc Giang", "Tỉnh Bắc Ninh"),
        ("44", "Tỉnh Quảng Bình", "Tỉnh Quảng Trị"),
        ("52", "Tỉnh Bình Định", "Tỉnh Gia Lai"),
        ("80", "Tỉnh Long An", "Tỉnh Tây Ninh"),
        ("82", "Tỉnh Tiền Giang", "Tỉnh Đồng Tháp"),
        ("91", "Tỉnh Kiên Giang", "Tỉnh An Giang"),
        ("40", "Tỉnh Nghệ An", "Tỉnh Nghệ An"),
    ],
)
def test_administrative_codes_were_reused(code: str, before: str, after: str) -> None:
    old, new = unit_by_administrative_code(code, JUNE), unit_by_administrative_code(code, JULY)
    assert old is not None
    assert new is not None
    assert (old.name, new.name) == (before, after)
    assert (old.unit_id == new.unit_id) == (before == after)


def test_an_electronic_code_names_a_new_body_after_a_merger() -> None:
    old, new = unit_by_code("H38", JUNE), unit_by_code("000.00.00.H38", JULY)
    assert old is not None
    assert new is not None
    assert old.name == new.name == "Tỉnh Lào Cai"
    assert old.unit_id != new.unit_id
    assert unit_by_code("H63", JULY) is None
    assert {state.name for state in predecessors("H38", JULY)} == {"Tỉnh Lào Cai", "Tỉnh Yên Bái"}


@pytest.mark.parametrize(
    ("code", "on", "after"),
    [
        ("H63", JUNE, ["Tỉnh Lào Cai"]),
        ("H28", JUNE, ["Tỉnh Phú Thọ"]),
        ("H41", JUNE, []),
        ("G05", FEBRUARY, ["Bộ Tài chính"]),
        ("G13", FEBRUARY, ["Bộ Nông nghiệp và Môi trường"]),
        ("G21", FEBRUARY, ["Bộ Dân tộc và Tôn giáo"]),
        ("H63", JULY, []),
    ],
)
def test_successors(code: str, on: date, after: list[str]) -> None:
    assert [state.name for state in successors(code, on)] == after


def test_what_stands_today_for_what_stood_then() -> None:
    assert [s.code for s in equivalents("G07", date(2020, 1, 1), TODAY)] == ["G09"]
    assert [s.code for s in equivalents("H41", date(2020, 1, 1), TODAY)] == ["H41"]
    assert [s.name for s in equivalents("H63", JUNE, JUNE)] == ["Tỉnh Yên Bái"]
    assert equivalents("H63", TODAY, TODAY) == []


def test_names_change_on_their_day() -> None:
    assert name("H57", date(2024, 12, 31)) == "Tỉnh Thừa Thiên Huế"
    assert name("H57", date(2025, 1, 1)) == "Thành phố Huế"
    assert name("G10", FEBRUARY) == "Bộ Nông nghiệp và Phát triển nông thôn"
    assert name("G10", MARCH) == "Bộ Nông nghiệp và Môi trường"


def test_every_closed_agency_is_followed_and_every_province_has_its_code() -> None:
    closed = set(as_known().exclude(unit__closed_on=None).values_list("unit_id", flat=True))
    assert closed == set(Succession.objects.values_list("predecessor_id", flat=True))
    for state in agencies(TODAY):
        assert bool(state.administrative_code) == (state.unit.kind == Kind.PROVINCE)
        assert state.basis


def test_what_is_not_sure_says_so() -> None:
    certainty = {state.code: state.certainty for state in agencies(FEBRUARY)}
    assert (certainty["H41"], certainty["H40"], certainty["G24"]) == ("S", "K", "?")


def test_a_second_load_writes_nothing() -> None:
    entries = Entry.objects.count()
    report = load_catalogue()
    assert not report.changed
    assert Entry.objects.count() == entries
    said = json.loads(Entry.objects.get(subject="organisation:catalogue").payload)
    assert (said["act"], said["states"]) == ("catalogue", UnitState.objects.count())


def test_a_corrected_catalogue_ends_what_was_known_and_keeps_it(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "agencies.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(",Bộ Y tế,", ",Bộ Y tế và Dân số,"), encoding="utf-8")
    before = unit_by_code("G18", TODAY)
    assert before is not None
    report = load_catalogue(tmp_path)
    assert (report.units, report.states, report.ended, report.successions) == (0, 1, 1, 0)
    assert name("G18", TODAY) == "Bộ Y tế và Dân số"
    then = unit_by_code("G18", TODAY, known=before.known_from)
    assert then is not None
    assert (then.name, then.unit_id) == ("Bộ Y tế", before.unit_id)
