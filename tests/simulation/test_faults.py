"""Planted faults: the truth is kept, and intake answers each as expected."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from ccvc.intake.actions import take_in
from ccvc.intake.layout import MAIN, PERSON
from ccvc.intake.models import IntakeRow
from ccvc.organisations.actions import load_units
from ccvc.simulation.agencies import units_for, write_units
from ccvc.simulation.cells import Cells, cells_of
from ccvc.simulation.faults import PlantedFault, claim_twice, spoil
from ccvc.simulation.people import people
from ccvc.simulation.slips import KINDS
from ccvc.simulation.workbook import write_workbook
from tests.people import SYSTEM, Agency

COUNT = 300
VERDICTS = {"refused": {"refused", "duplicate"}, "warned": {"warning"}, "accepted": {"ok"}}


@pytest.fixture(scope="module")
def cells() -> Cells:
    return cells_of(people(13, "H41", units_for("H41", COUNT), COUNT))


def copied(cells: Cells) -> Cells:
    return {key: [dict(row) for row in rows] for key, rows in cells.items()}


def test_a_share_of_people_gets_one_fault_each(cells: Cells) -> None:
    _, planted = spoil(cells, 1, 0.2)
    people_hit = Counter(fault.personal_id for fault in planted if fault.kind != "duplicate_in_file")
    assert set(people_hit.values()) == {1}
    assert 0.17 * COUNT < len({fault.personal_id for fault in planted}) <= 0.2 * COUNT


def test_the_cells_given_stay_as_they_were(cells: Cells) -> None:
    before = copied(cells)
    spoil(cells, 1, 1.0)
    assert cells == before


def test_the_same_seed_plants_the_same_faults(cells: Cells) -> None:
    assert spoil(cells, 2, 0.3) == spoil(cells, 2, 0.3)
    assert spoil(cells, 2, 0.3)[1] != spoil(cells, 3, 0.3)[1]


def test_no_share_plants_nothing(cells: Cells) -> None:
    assert spoil(cells, 1, 0.0) == (cells, [])


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_told_is_what_stands_there(cells: Cells, kind: str) -> None:
    spoilt, planted = spoil(cells, 4, 0.5, kinds=[kind])
    assert planted
    for fault in planted:
        assert (fault.kind, fault.expected) == (kind, KINDS[kind].expected)
        assert spoilt[fault.sheet][fault.row].get(fault.field, "") == fault.typed
        if kind != "duplicate_in_file":
            assert cells[fault.sheet][fault.row].get(fault.field, "") == fault.truth
            assert fault.typed != fault.truth


def test_untouched_people_keep_their_rows(cells: Cells) -> None:
    spoilt, planted = spoil(cells, 5, 0.3)
    hit = {fault.personal_id for fault in planted}
    kept = [row for row in cells[MAIN] if row[PERSON] not in hit]
    assert [row for row in spoilt[MAIN] if row in kept] == kept


def test_unknown_kinds_are_refused(cells: Cells) -> None:
    with pytest.raises(ValueError, match="nonsense"):
        spoil(cells, 1, 0.1, kinds=["nonsense"])


def test_people_of_another_agency_claimed_too(cells: Cells) -> None:
    others = cells_of(people(13, "H55", units_for("H55", 100), 100))
    spoilt, planted = claim_twice(cells, others, 1, 0.1)
    assert len(planted) == 30
    theirs = {row[PERSON] for row in others[MAIN]}
    for fault in planted:
        row = spoilt[fault.sheet][fault.row]
        assert fault.expected == "conflict"
        assert row[PERSON] == fault.personal_id
        assert fault.personal_id in theirs
        assert row["employment.managing_agency"] == "H41"
        assert row["employment.unit_code"].startswith("H41.")
    moved = {fault.personal_id for fault in planted}
    table = "career.work_history"
    assert {row[PERSON] for row in spoilt[table]} >= moved
    assert len(spoilt[table]) > len(cells[table])


def verdicts(agency: Agency, folder: Path, cells: Cells) -> dict[int, str]:
    """What intake makes of the cells: spreadsheet row -> verdict."""
    units = folder / "units.csv"
    write_units(units, units_for("H41", COUNT), valid_from=date(2025, 7, 1))
    load_units(SYSTEM, units)
    file = folder / "people.xlsx"
    write_workbook(file, cells)
    take_in(agency.subject("officer"), file, "H41")
    main = IntakeRow.objects.exclude(sheet__contains=".").order_by("row")
    return dict(main.values_list("row", "verdict"))


def wrong(
    planted: list[PlantedFault], found: dict[int, str], person_row: dict[str, int]
) -> list[tuple[str, str, str]]:
    answers = []
    for fault in planted:
        row = fault.spreadsheet_row if fault.sheet == MAIN else person_row[fault.personal_id]
        if found[row] not in VERDICTS[fault.expected]:
            answers.append((fault.kind, fault.typed, found[row]))
    return answers


@pytest.mark.django_db
def test_intake_answers_every_fault_as_expected(agency: Agency, tmp_path: Path, cells: Cells) -> None:
    spoilt, planted = spoil(cells, 6, 0.8)
    assert {fault.kind for fault in planted} == set(KINDS)
    found = verdicts(agency, tmp_path, spoilt)
    rows = {row[PERSON]: place + 5 for place, row in enumerate(spoilt[MAIN])}
    assert wrong(planted, found, rows) == []
    clean = set(found) - {fault.spreadsheet_row for fault in planted if fault.sheet == MAIN}
    clean -= {rows[fault.personal_id] for fault in planted if fault.sheet != MAIN}
    assert {found[row] for row in clean} == {"ok"}
