"""The whole way from an agency's database: read, kept, judged, proposed, read again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from ccvc.changes.models import Change
from ccvc.intake import limits, storage
from ccvc.intake.actions import databases as acts
from ccvc.intake.actions.databases import DatabaseSummary, take_database
from ccvc.intake.databases.snapshot import Snapshot
from ccvc.intake.models import DatabaseRead, Intake, IntakeFinding
from ccvc.ledger.models import Entry
from ccvc.standard.problems import Problem
from tests.intake.agencies import MAPPING, Database, mapping
from tests.intake.files import number
from tests.intake.test_taking import approve_all, document_of, proposed
from tests.people import UNIT, Agency

LATER, LATEST = "2026-11-20 12:00:00", "2026-11-20 16:00:00"
FRESH, FRESHER = "2036-11-20 12:00:00", "2036-11-20 12:05:00"  # a clock that goes ahead is as fresh as can be


def taken(agency: Agency, folder: Path, text: str = MAPPING, **more: Any) -> DatabaseSummary:
    return take_database(agency.subject("officer"), mapping(folder, text), **more)


def test_a_database_becomes_proposed_changes(agency: Agency, database: Database, tmp_path: Path) -> None:
    database.add(1, dien_thoai="0912345678")
    database.add(2, gioi_tinh="0", he_so="3.00")
    database.add_degree(10, 1)
    database.add_degree(11, 1, trinh_do="THS", nganh="Kinh tế")
    database.add_degree(12, 1, nganh=":xoá")
    done = taken(agency, tmp_path)
    assert (done.whole, dict(done.rows), done.unlisted) == (True, {"person": 2, "education.degrees": 2}, {})
    assert (done.intake.rows, done.intake.proposed, done.intake.state) == (2, 2, "proposed")
    document = proposed(1)
    assert document["identity.full_name"] == "Nguyễn Văn An 1"
    assert document["identity.birth_date"] == "1985-03-07"
    assert document["identity.sex"] == "1"
    assert document["employment.unit_code"] == UNIT
    assert document["employment.salary_coefficient"] == "2.34"
    assert document["identity.phone"] == "0912345678"
    assert document["education.degrees[11]"]["level"] == "7"
    assert proposed(2)["identity.sex"] == "2"


def test_the_snapshot_is_kept_as_it_was_read_and_the_act_is_in_the_ledger(
    agency: Agency, database: Database, tmp_path: Path
) -> None:
    database.add(1, gioi_tinh="0")
    done = taken(agency, tmp_path)
    intake = Intake.objects.get(pk=done.intake.id)
    snapshot = Snapshot(storage.original(intake), intake.file_name)
    ((told, key, name, sex, *_),) = snapshot.kept("person")
    assert (told, key, name, str(sex)) == (number(1), 1, "Nguyễn Văn An 1", "0")
    assert snapshot.about.mapping == MAPPING
    entries = Entry.objects.filter(subject=f"intake:{intake.pk}").order_by("index")
    acts_of = [orjson.loads(entry.payload) for entry in entries]
    assert [act["act"] for act in acts_of] == ["intake-open", "intake-database", "intake-propose"]
    assert acts_of[1]["source"] == "nhan-su-so"
    assert [place.name for place in storage.folder().iterdir()] == [storage.original(intake).name]


def test_what_did_not_pass_goes_back_and_values_nobody_listed_are_named(
    agency: Agency, database: Database, tmp_path: Path
) -> None:
    database.add(1, gioi_tinh="3")
    database.add(2, so_cccd=None)
    database.add(3)
    database.add_degree(10, 99)
    done = taken(agency, tmp_path)
    assert done.unlisted == {"gioi_tinh": {"3": 1}}
    assert (done.intake.refused, done.intake.proposed, done.intake.strays) == (2, 1, 1)
    finding = IntakeFinding.objects.get(code="INT-CODE")
    assert finding.cell == "“3” chưa có trong bảng quy đổi “gioi_tinh”"
    assert finding.path == "identity.sex"


def test_reading_again_takes_what_changed_and_nothing_twice(
    agency: Agency, database: Database, tmp_path: Path
) -> None:
    for n in (1, 2, 3):
        database.add(n)
    database.add_degree(10, 1)
    first = taken(agency, tmp_path)
    approve_all(agency)
    database.run("UPDATE can_bo SET dien_thoai = '0912345678', cap_nhat = :at WHERE id = 2", at=LATER)
    database.run("UPDATE bang_cap SET nganh = 'Kinh tế', cap_nhat = :at WHERE id = 10", at=LATER)
    second = taken(agency, tmp_path)
    assert (first.intake.proposed, second.whole, second.rows["person"]) == (3, False, 2)
    assert (second.intake.proposed, second.intake.unchanged) == (2, 0)
    assert proposed(2) == {"identity.phone": "0912345678"}
    assert proposed(1) == {"education.degrees[10].major": "Kinh tế"}
    approve_all(agency)
    assert taken(agency, tmp_path).intake is None
    assert document_of(1)["education"]["degrees"] == [{"id": "10", "level": "6", "major": "Kinh tế"}]


def test_rows_of_the_last_minutes_are_read_twice_and_nothing_is_proposed_twice(
    agency: Agency, database: Database, tmp_path: Path
) -> None:
    database.add(1)
    database.add(2, at=FRESHER)
    taken(agency, tmp_path)
    database.add(3, at=FRESH)  # written before what was read, and committed after
    second = taken(agency, tmp_path)
    late = 3 if database.engine.name != "sqlite" else 2  # text is no moment one can reach back from
    assert (second.rows["person"], second.intake.findings) == (late - 1, {"INT-WAITING": 1})
    assert second.intake.proposed == late - 2
    entries, intakes = Entry.objects.count(), Intake.objects.count()
    assert taken(agency, tmp_path).intake == second.intake
    assert (Entry.objects.count(), Intake.objects.count()) == (entries, intakes)


def test_who_was_held_up_is_read_again_once_that_is_decided(
    agency: Agency, database: Database, tmp_path: Path
) -> None:
    database.add(1)
    database.add(2)
    taken(agency, tmp_path)
    database.run("UPDATE can_bo SET dien_thoai = '0912345678', cap_nhat = :at WHERE id = 1", at=LATER)
    held_up = taken(agency, tmp_path)
    assert (held_up.intake.proposed, held_up.intake.conflicts) == (0, 1)
    assert held_up.intake.findings == {"CHG-CONFLICT": 1}
    assert taken(agency, tmp_path).intake is None  # still pending
    approve_all(agency)
    database.add(3, at=LATEST)
    done = taken(agency, tmp_path)
    assert (done.rows["person"], done.intake.proposed, done.intake.conflicts) == (2, 2, 0)
    assert proposed(1) == {"identity.phone": "0912345678"}
    approve_all(agency)
    assert taken(agency, tmp_path).intake is None


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
class TestWatermark:
    """The watermark advances only when the intake of the snapshot is proposed to its end."""

    def test_a_dry_run_does_not_advance_it(self, agency: Agency, database: Database, tmp_path: Path) -> None:
        database.add(1)
        tried = taken(agency, tmp_path, dry_run=True)
        assert (tried.intake.state, tried.intake.proposed) == ("read", 0)
        done = taken(agency, tmp_path)
        assert (done.whole, done.intake.id, done.intake.proposed) == (True, tried.intake.id, 1)

    def test_a_reading_killed_before_it_was_proposed_is_done_again(
        self, agency: Agency, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        database.add(1)
        with monkeypatch.context() as patch:
            patch.setattr(acts, "carry_on", _killed)
            with pytest.raises(KeyboardInterrupt):
                taken(agency, tmp_path)
        database.add(2, at=LATER)
        done = taken(agency, tmp_path)
        assert (done.whole, done.intake.proposed, DatabaseRead.objects.count()) == (True, 2, 2)

    def test_what_was_half_proposed_is_finished_first(
        self, agency: Agency, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for n in (1, 2, 3):
            database.add(n)
        with monkeypatch.context() as patch:
            patch.setattr(limits, "SLICE_ROWS", 1)
            with pytest.raises(KeyboardInterrupt):
                taken(agency, tmp_path, progress=_killed_at_two)
        assert 0 < Change.objects.count() < 3
        database.add(4, at=LATER)
        done = taken(agency, tmp_path)
        assert (done.whole, done.intake.proposed, done.intake.conflicts) == (False, 1, 0)
        assert Change.objects.count() == 4

    def test_another_mapping_and_full_read_all(
        self, agency: Agency, database: Database, tmp_path: Path
    ) -> None:
        database.add(1, at="2026-11-01 08:00:00", gioi_tinh="3")
        database.add(2)
        first = taken(agency, tmp_path)
        assert (first.intake.refused, first.intake.proposed) == (1, 1)
        again = taken(agency, tmp_path, full=True)
        assert (again.whole, again.intake.rows, again.intake.id != first.intake.id) == (True, 2, True)
        listed = MAPPING.replace('"0" = "2"', '"0" = "2", "3" = "2"')
        done = taken(agency, tmp_path, listed)
        assert (done.whole, done.intake.refused, done.intake.proposed) == (True, 0, 1)

    def test_nobody_new_is_no_intake(self, agency: Agency, database: Database, tmp_path: Path) -> None:
        database.add(1)
        taken(agency, tmp_path)
        database.run("DELETE FROM can_bo")
        assert taken(agency, tmp_path).intake is None
        with pytest.raises(Problem, match="không có người nào"):
            taken(agency, tmp_path, full=True)


def _killed(*_arguments: Any, **_named: Any) -> None:
    raise KeyboardInterrupt


def _killed_at_two(_done: int, _total: int) -> None:
    if Change.objects.count() >= 2:
        raise KeyboardInterrupt


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_stranger_reads_no_database(agency: Agency, database: Database, tmp_path: Path) -> None:
    database.add(1)
    with pytest.raises(Problem) as refused:
        take_database(agency.subject("stranger"), mapping(tmp_path))
    assert refused.value.code == "ACC-DENIED"
    assert not (tmp_path / "intake").exists()
