"""Whole documents: stable bytes, the national part, and differences that lose nothing."""

from __future__ import annotations

import copy
import random
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccvc.standard import (
    Difference,
    Document,
    Problem,
    apply,
    canonical,
    diff,
    digest,
    national,
    tidy,
    using,
)
from tests.standard import tiny
from tests.standard.strategies import documents, spoilt

SMALL = documents(tiny.standard())
D1, D2, D3 = ({"id": f"d{n}", "level": "6", "major": f"Ngành {n}"} for n in (1, 2, 3))


def degrees(*rows: dict[str, Any]) -> Document:
    return {"standard": "2026-07", "education": {"degrees": list(rows)}}


def shuffled(value: Any, seed: int) -> Any:
    if not isinstance(value, dict):
        return [shuffled(item, seed) for item in value] if isinstance(value, list) else value
    keys = sorted(value)
    random.Random(seed).shuffle(keys)
    return {key: shuffled(value[key], seed) for key in keys}


@settings(deadline=None, max_examples=50)
@given(document=SMALL, seed=st.integers())
def test_the_canonical_form_does_not_depend_on_the_order_of_keys(document: Document, seed: int) -> None:
    assert canonical(shuffled(document, seed)) == canonical(document)


@settings(deadline=None, max_examples=50)
@given(document=SMALL)
def test_the_canonical_form_is_read_back_as_it_was(document: Document) -> None:
    raw = canonical(document)
    assert orjson.loads(raw) == document
    assert canonical(orjson.loads(raw)) == raw


def test_the_canonical_form_byte_by_byte() -> None:
    document = {"standard": "2026-07", "identity": {"sex": "1", "full_name": "Ân"}}
    expected = '{"identity":{"full_name":"Ân","sex":"1"},"standard":"2026-07"}'
    assert canonical(document) == expected.encode()
    assert digest(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


# Differences


@settings(deadline=None, max_examples=200)
@given(old=SMALL, new=SMALL)
def test_applying_the_differences_gives_the_new_document(old: Document, new: Document) -> None:
    with using(tiny.standard()):
        before = copy.deepcopy(old)
        differences = diff(old, new)
        assert apply(old, differences) == new
        assert apply(new, diff(new, old)) == old
        assert apply(None, diff(None, new)) == new
        assert canonical(apply(old, differences)) == canonical(new)
        assert old == before


@settings(deadline=None, max_examples=200)
@given(old=spoilt(tiny.standard()), new=spoilt(tiny.standard()))
def test_nothing_is_lost_even_of_documents_out_of_shape(old: Document, new: Document) -> None:
    with using(tiny.standard()):
        assert apply(old, diff(old, new)) == tidy(new)


@settings(deadline=None, max_examples=50)
@given(document=SMALL)
def test_a_document_does_not_differ_from_itself(document: Document) -> None:
    with using(tiny.standard()):
        assert diff(document, copy.deepcopy(document)) == []


@settings(deadline=None, max_examples=50)
@given(old=SMALL, new=SMALL)
def test_each_place_differs_once(old: Document, new: Document) -> None:
    with using(tiny.standard()):
        paths = [difference.path for difference in diff(old, new)]
    assert len(paths) == len(set(paths))


def test_differences_speak_of_values_rows_and_cells() -> None:
    old = degrees(D1, D2) | {"identity": {"full_name": "An", "sex": "1"}}
    new = degrees(D1 | {"major": "Luật"}, D3) | {"identity": {"full_name": "Ân", "sex": "1"}}
    assert diff(old, new) == [
        Difference("identity.full_name", "An", "Ân"),
        Difference("education.degrees[d1].major", "Ngành 1", "Luật"),
        Difference("education.degrees[d2]", D2, None),
        Difference("education.degrees[d3]", None, D3),
    ]


def test_an_order_of_rows_that_changes_is_a_difference() -> None:
    assert diff(degrees(D1, D2), degrees(D2, D1)) == [
        Difference("education.degrees[]", ["d1", "d2"], ["d2", "d1"])
    ]
    assert diff(degrees(D1, D2), degrees(D1, D2, D3)) == [Difference("education.degrees[d3]", None, D3)]


def test_differences_stand_in_the_order_of_the_standard() -> None:
    new = {"employment": {"status": "01", "category": "CC"}, "identity": {"sex": "1", "full_name": "An"}}
    assert [difference.path for difference in diff(None, new)] == [
        *("identity.full_name", "identity.sex", "employment.category", "employment.status")
    ]


def test_a_table_emptied_leaves_no_trace() -> None:
    assert apply(degrees(D1), diff(degrees(D1), {"standard": "2026-07"})) == {"standard": "2026-07"}


@pytest.mark.parametrize(
    "difference",
    [
        Difference("education.degrees[d1].major", "Luật", "Y khoa"),
        Difference("education.degrees[d1]", None, D1),
        Difference("education.degrees[d2]", D2, None),
        Difference("education.degrees[d2].major", "Luật", "Y khoa"),
        Difference("education.degrees[]", ["d2", "d1"], ["d1", "d2"]),
        Difference("education.highest_level", "6", "7"),
        Difference("standard", "2026-01", "2026-07"),
    ],
)
def test_a_difference_from_another_value_is_a_conflict(difference: Difference) -> None:
    with pytest.raises(Problem) as caught:
        apply(degrees(D1), [difference])
    assert (caught.value.code, caught.value.where) == ("STD-CONFLICT", difference.path)


def test_a_conflict_shows_both_values_to_people() -> None:
    document = {"standard": "2026-07", "identity": {"birth_date": "1985-03-07"}}
    with pytest.raises(Problem) as caught:
        apply(document, [Difference("identity.birth_date", None, "1985")])
    assert "đang là “07/03/1985”, không phải “chưa có”" in str(caught.value)


def test_not_strict_sets_what_can_be_set() -> None:
    later = [
        Difference("education.degrees[d1].major", "Luật", "Y khoa"),
        Difference("education.degrees[d2].major", "Luật", "Y khoa"),
        Difference("education.degrees[d2]", D2, None),
        Difference("education.degrees[d3]", D2, D3),
        Difference("education.degrees[]", ["d1", "d2"], ["d3", "d2"]),
    ]
    assert apply(degrees(D1), later, strict=False) == degrees(D3, D1 | {"major": "Y khoa"})


def test_what_is_no_path_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="no path"):
        apply(degrees(D1), [Difference("[d1]", None, "x")])


# The national part


def test_the_national_part_leaves_out_what_stays_at_home() -> None:
    document = {
        "standard": "2026-07",
        "identity": {"full_name": "An", "phone": "0912345678"},
        "stranger": {"x": "1"},
    }
    assert national(document) == {"standard": "2026-07", "identity": {"full_name": "An"}}
    assert document["identity"] == {"full_name": "An", "phone": "0912345678"}


def test_cells_that_stay_at_home_leave_their_rows_but_not_the_ids() -> None:
    cells = tiny.field("shown", 'type = "boolean"', table=True)
    cells += tiny.field("kept", 'type = "boolean"\nnational = false', table=True)
    standard = tiny.of_group(f"{tiny.GROUP}{tiny.table('rows')}{cells}")
    document = {"standard": "2026-07", "thing": {"rows": [{"id": "a", "shown": True, "kept": True}]}}
    assert national(document, standard)["thing"] == {"rows": [{"id": "a", "shown": True}]}


def test_a_group_with_nothing_national_is_left_out() -> None:
    document = {"standard": "2026-07", "identity": {"phone": "0912345678"}}
    assert national(document) == {"standard": "2026-07"}


def test_tidy_drops_what_means_nothing() -> None:
    untidy = {
        "standard": "2026-07",
        "a": {},
        "b": {"c": [], "d": None, "e": [{"id": "1", "f": None}], "g": 0},
    }
    assert tidy(untidy) == {"standard": "2026-07", "b": {"e": [{"id": "1"}], "g": 0}}
