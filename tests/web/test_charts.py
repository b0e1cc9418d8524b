"""Geometry of the charts."""

from __future__ import annotations

from ccvc.web import charts


def test_the_longest_bar_fills_the_line() -> None:
    first, second = charts.bars([("Hà Nội", 200), {"label": "Huế", "value": 50, "note": "mới"}])
    assert (first.length, first.rest, first.share) == ("100.00%", "0.00%", 0.8)
    assert (second.length, second.rest, second.note) == ("25.00%", "75.00%", "mới")


def test_stacked_bars_follow_each_other_to_the_end() -> None:
    parts = charts.bars([("Nam", 30), ("Nữ", 50), ("Khác", 20)], stacked=True)
    assert [(part.start, part.length) for part in parts] == [
        ("0.00%", "30.00%"),
        ("30.00%", "50.00%"),
        ("80.00%", "20.00%"),
    ]


def test_nothing_to_draw() -> None:
    assert charts.bars([]) == []
    assert charts.bars([("Không", 0)])[0].length == "0%"
    assert charts.spark([]) == ""
    assert charts.pyramid([]) == []


def test_both_sides_of_a_pyramid_have_one_scale() -> None:
    (pair,) = charts.pyramid([("30 – 34", 20, 80)])
    assert (pair.left_length, pair.left_start, pair.right_length) == ("25.00%", "75.00%", "100.00%")


def test_a_line_goes_up_where_values_grow() -> None:
    assert charts.spark([0, 5, 10]) == "0.0,26.0 50.0,14.0 100.0,2.0"
    assert charts.spark([3, 3]) == "0.0,26.0 100.0,26.0"
