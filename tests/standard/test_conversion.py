"""Documents between versions of the standard: carried whole where there is room, told where there is none."""

from __future__ import annotations

import copy
from datetime import date
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccvc import standard
from ccvc.simulation.people import people
from ccvc.standard import shapes
from ccvc.standard.problems import Problem
from tests.standard.strategies import documents

OLDER, NEWER = standard.of("2023-05"), standard.of("2026-07")


def old(**groups: Any) -> dict[str, Any]:
    return {"standard": "2023-05", **groups}


def up(document: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    found = standard.convert(document, NEWER)
    return found.document, [one.path for one in found.lost]


def down(document: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    found = standard.convert(document, OLDER)
    return found.document, [one.path for one in found.lost]


def test_the_older_version_has_its_109_numbered_fields() -> None:
    numbers = {field.number for field in OLDER.fields.values() if field.number}
    assert numbers == set(range(1, 110))
    assert {field.basis.startswith("TT 06/2023/TT-BNV") for field in OLDER.fields.values()} == {True}


def test_an_unknown_version_is_refused_by_name() -> None:
    with pytest.raises(Problem, match="2019-01") as caught:
        standard.of("2019-01")
    assert caught.value.code == "STD-VERSION-UNKNOWN"


@settings(max_examples=60)
@given(documents(OLDER))
def test_the_way_up_loses_nothing_and_the_way_back_gives_the_same(document: dict[str, Any]) -> None:
    before = copy.deepcopy(document)
    newer, lost = up(document)
    assert (newer["standard"], lost, document) == ("2026-07", [], before)
    older, lost = down(newer)
    assert lost == []
    assert without_order(older) == without_order(document)


def without_order(document: dict[str, Any]) -> dict[str, Any]:
    """Rows of a table that was parted come back in another order, which says nothing between kinds."""
    return {
        group: {
            name: sorted(value, key=lambda row: row["id"])
            if isinstance(value, list) and value and isinstance(value[0], dict)
            else value
            for name, value in values.items()
        }
        if isinstance(values, dict)
        else values
        for group, values in document.items()
    }


@settings(max_examples=40)
@given(documents(OLDER))
def test_what_comes_up_has_the_shape_of_the_newer_version_but_for_what_it_newly_requires(
    document: dict[str, Any],
) -> None:
    assert {one.code for one in shapes.of_document(up(document)[0], NEWER)} <= {"STD-REQUIRED"}


@settings(max_examples=40)
@given(documents(NEWER))
def test_what_goes_down_is_there_again_or_told(document: dict[str, Any]) -> None:
    older, lost = down(document)
    again, _ = up(older)
    told = set(lost)
    for difference in standard.diff(document, again):
        assert gone(difference.path, told) or moved(document, again, difference), (difference, told)


def gone(path: str, told: set[str]) -> bool:
    """Whether a path, or what holds it, was told."""
    table = path.partition("[")[0]
    return any(one in {path, table} or one.startswith(path) or path.startswith(one) for one in told)


def moved(before: dict[str, Any], after: dict[str, Any], difference: standard.Difference) -> bool:
    """Whether a row only got another id or place on the way, with all its cells."""
    group, _, rest = difference.path.partition(".")
    if "[" not in rest:
        return False
    name = rest.partition("[")[0]
    rows = [{k: v for k, v in row.items() if k != "id"} for row in after.get(group, {}).get(name, [])]
    was = difference.old
    if not isinstance(was, dict):
        return True
    return any(
        was_cells.items() <= row.items()
        for row in rows
        for was_cells in [{k: v for k, v in was.items() if k != "id"}]
    )


def test_a_vitae_of_2023_becomes_rows_of_2026() -> None:
    newer, lost = up(
        old(
            career={
                "appointed_on": "2019-03",
                "reappointed_on": "2024-03",
                "planned_position": "Giám đốc Sở",
            },
            employment={
                "position_title": "Trưởng phòng",
                "state_title": "14",
                "merits": [{"id": "m1", "year": 2022, "rating": "2", "title": "04"}],
            },
            education={"it_trainings": [{"id": "a", "certificate": "Ứng dụng CNTT cơ bản"}]},
            assets={"house_own_kind": "Nhà cấp 4", "house_own_area_m2": "80.0"},
        )
    )
    assert lost == []
    assert newer["career"]["appointments"] == [
        {"id": "appointed", "kind": "appoint", "position": "Trưởng phòng", "effective_from": "2019-03"},
        {"id": "reappointed", "kind": "reappoint", "position": "Trưởng phòng", "effective_from": "2024-03"},
    ]
    assert newer["career"]["planning"] == [{"id": "planned", "position": "Giám đốc Sở"}]
    assert newer["employment"]["rewards"] == [
        {"id": "state-title", "title": "14"},
        {"id": "m1", "year": 2022, "title": "04"},
    ]
    assert newer["employment"]["ratings"] == [{"id": "m1", "period": "N", "year": 2022, "level": "2"}]
    assert newer["education"]["trainings"] == [
        {"id": "i-a", "kind": "it", "certificate": "Ứng dụng CNTT cơ bản"}
    ]
    assert newer["assets"]["houses"] == [
        {"id": "house-own", "origin": "2", "kind": "Nhà cấp 4", "area_m2": "80.0"}
    ]


def test_what_the_older_version_has_no_place_for_is_told_by_path_and_value() -> None:
    found = standard.convert(
        {
            "standard": "2026-07",
            "identity": {"full_name": "Lê An", "marital_status": "1"},
            "career": {"departures": [{"id": "d", "kind": "retire"}]},
        },
        OLDER,
    )
    assert found.document == {"standard": "2023-05", "identity": {"full_name": "Lê An"}}
    assert [(one.code, one.path, one.value) for one in found.lost] == [
        ("STD-NOT-CONVERTED", "identity.marital_status", "1"),
        ("STD-NOT-CONVERTED", "career.departures", [{"id": "d", "kind": "retire"}]),
    ]
    assert "Tình trạng hôn nhân" in found.lost[0].message_vi


def test_of_many_appointments_the_last_of_each_kind_goes_down_and_the_others_are_told() -> None:
    rows = [
        {"id": "a", "kind": "appoint", "position": "Phó", "effective_from": "2010"},
        {"id": "b", "kind": "appoint", "position": "Trưởng", "effective_from": "2020"},
    ]
    older, lost = down({"standard": "2026-07", "career": {"appointments": rows}})
    assert older["career"] == {"appointed_on": "2020"}
    assert lost == ["career.appointments", "career.appointments[b].position"]


def test_real_careers_go_down_and_come_up_with_what_was_carried_unchanged() -> None:
    units = [("H41.01", "Sở Nội vụ", "department")]
    for person in islice(people(7, "H41", units, 40), 40):
        older, _ = down(person.document)
        errors = [
            f for f in standard.check(older, on=date(2026, 6, 1), standard=OLDER) if f.severity == "error"
        ]
        assert errors == []
        assert up(older)[0]["identity"].items() <= person.document["identity"].items()


@settings(max_examples=20)
@given(st.data())
def test_a_document_of_the_version_in_use_or_of_an_unknown_one_stays_as_it_is(data: st.DataObject) -> None:
    document = data.draw(documents(NEWER))
    assert standard.convert(document, NEWER).document == document
    strange = {**document, "standard": "2031-01"}
    assert standard.convert(strange, NEWER).document == strange
