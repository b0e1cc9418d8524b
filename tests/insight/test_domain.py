"""Tables of counts, and that no hidden number can be worked out from those told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccvc.insight.dimensions import AgeDimension, born_by, declared
from ccvc.insight.domain import Key, suppress, table_of, threshold


def keys(count: int, prefix: str) -> list[Key]:
    return [Key(f"{prefix}{i}", f"{prefix}{i}", "") for i in range(count)]


def numbers(table: Any) -> list[list[int | None]]:
    grid = [[*line, total] for line, total in zip(table.cells, table.row_totals, strict=True)]
    grid.append([*table.column_totals, table.total])
    return [[None if cell.hidden else cell.count for cell in line] for line in grid]


def test_a_table_adds_up_and_leaves_out_what_nobody_is_in() -> None:
    counts = {("a", "x"): 3, ("a", "y"): 2, ("c", "x"): 5}
    table = table_of(counts, keys_of("abc"), keys_of("xyz"))
    assert [row.code for row in table.rows] == ["a", "c"]
    assert [column.code for column in table.columns] == ["x", "y"]
    assert numbers(table) == [[3, 2, 5], [5, 0, 5], [8, 2, 10]]


def keys_of(codes: str) -> list[Key]:
    return [Key(code, code, code) for code in codes]


def test_one_small_number_takes_the_next_smallest_with_it() -> None:
    table = suppress(table_of({("a", ""): 3, ("b", ""): 40, ("c", ""): 20}, keys_of("abc")), 5)
    assert numbers(table) == [[None], [40], [None], [63]]
    assert [cell.hidden for cell in table.row_totals] == ["small", "", "guard"]


def test_small_numbers_in_a_cross_table_are_guarded_in_rows_and_columns() -> None:
    counts = {("a", "x"): 2, ("a", "y"): 50, ("b", "x"): 30, ("b", "y"): 40, ("c", "x"): 60, ("c", "y"): 70}
    found = numbers(suppress(table_of(counts, keys_of("abc"), keys_of("xy")), 5))
    assert found == [[None, None, 52], [None, None, 70], [60, 70, 130], [92, 160, 252]]


def test_a_table_of_one_small_number_tells_nothing() -> None:
    assert numbers(suppress(table_of({("a", ""): 3}, keys_of("a")), 5)) == [[None], [None]]


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    table = table_of({("a", "x"): 5, ("b", "x"): 9}, keys_of("ab"), keys_of("x"))
    assert suppress(table, 5) == table
    assert not table.hides


@given(st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=1, max_size=4))
def test_no_line_has_a_single_hidden_number(cells: list[list[int]]) -> None:
    counts = {(f"r{i}", f"c{j}"): n for i, line in enumerate(cells) for j, n in enumerate(line) if n}
    table = suppress(table_of(counts, keys(4, "r"), keys(3, "c")), 5)
    grid = numbers(table)
    for line in (*grid, *map(list, zip(*grid, strict=True))):
        others = [n for n in line if n]
        assert line.count(None) != 1 or not others
    assert all(n is None or n == 0 or n >= 5 for line in grid for n in line)


def test_the_threshold_has_a_date() -> None:
    assert threshold(date(2026, 7, 1)) == 5
    assert threshold(date(2026, 6, 30)) == 0


@pytest.mark.parametrize(
    ("born", "on", "band"),
    [
        ("1995-11-22", date(2026, 11, 21), "0"),
        ("1995-11-21", date(2026, 11, 21), "1"),
        ("1996", date(2026, 11, 21), "0"),
        ("1995", date(2026, 1, 1), "1"),
        ("1995-12", date(2026, 11, 30), "0"),
        ("1995-11", date(2026, 11, 1), "1"),
        ("1996-02-29", date(2027, 2, 28), "0"),
        ("1996-02-29", date(2027, 3, 1), "1"),
        ("1966-11-21", date(2026, 11, 21), "3"),
        ("1965-11-21", date(2026, 11, 21), "4"),
    ],
)
def test_bands_are_full_years_on_the_day_and_partial_dates_their_first_day(
    born: str, on: date, band: str
) -> None:
    age = declared()["age"]
    assert isinstance(age, AgeDimension)
    cuts = [born_by(b["upto"] + 1, on) for b in age.bands if "upto" in b]
    assert str(sum(born <= cut for cut in cuts)) == band


def test_every_declared_dimension_has_names_and_stands_on_the_standard() -> None:
    found = declared()
    assert list(found)[:4] == ["agency", "sex", "age", "education"]
    for dimension in found.values():
        if dimension.name != "agency":
            codes = [key.code for key in dimension.keys(date(2026, 11, 21))]
            assert codes[-1] == ""
            assert len(codes) == len(set(codes)) > 2
    education = found["education"]
    assert education.code_of("8A") == education.code_of("8") == "8"
    assert found["rank_group"].code_of("A2.2") == "principal"
    assert found["rank_group"].code_of(None) == ""
