"""A figure measured says by what, on what, with how much and of which commit; and the bench prints it so."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from bench import __main__ as bench
from tests.docs.reading import PAGES, rows, section, text

TABLES = {
    "README.md": ("Measured", ("its memory", "the same")),
    "README.vi.md": ("Số đo", ("bộ nhớ", "cũng tệp ấy", "như trên")),
}
"""Where figures stand, and the words with which a row goes on with the measure above it."""
COMMIT = re.compile(r"`[0-9a-f]{7,40}`")
SPEED = re.compile(r"\d[\d.,]*(?:/s\b| (?:dossiers|people|rows|records) a second)")


@pytest.mark.parametrize("page", TABLES)
def test_every_figure_measured_says_by_what_on_what_and_of_which_commit(page: str) -> None:
    title, going_on = TABLES[page]
    said = section(page, title)
    assert "`make bench`" in said
    assert re.search(r"2 (?:cores|nhân) \(.+?GiB\)", said, re.DOTALL)
    measured = rows(said)
    assert len(measured) > 5
    assert not measured[0][0].startswith(going_on)
    for what, found, limit in measured:
        assert found, what
        assert limit, what
        assert COMMIT.search(what) or what.startswith(going_on), what


def test_both_languages_tell_the_same_figures() -> None:
    english, vietnamese = (
        [re.findall(r"\d+", re.sub(r"[.,]", "", " ".join(row[1:]))) for row in rows(section(page, title))]
        for page, (title, _) in TABLES.items()
    )
    assert english == vietnamese


@pytest.mark.parametrize("page", [page for page in PAGES if page not in TABLES])
def test_speeds_stand_in_the_table_of_measures_alone(page: str) -> None:
    said = [line for line in text(page).splitlines() if SPEED.search(line)]
    assert [line for line in said if "bench" not in line and not COMMIT.search(line)] == []


@dataclass
class Measure:
    """Stands in for a measure, which takes minutes."""

    holds: bool

    def run(self) -> Measure:
        return self

    def text(self) -> str:
        return "7 people a second (limit 8)"


@pytest.mark.parametrize("holds", [True, False])
def test_the_bench_prints_machine_load_and_commit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, holds: bool
) -> None:
    for name in bench.MEASURES:
        monkeypatch.setitem(bench.MEASURES, name, Measure(holds=holds))
    assert bench.main([]) == (0 if holds else 1)
    printed = capsys.readouterr().out
    assert re.search(r"machine: .+, \d+ cores, \d+ GiB, \w+ \S+", printed)
    assert re.search(r"commit: (?:[0-9a-f]{7,40}(?:-dirty)?|unknown)", printed)
    assert re.search(r"load at start: \d+\.\d", printed)
    assert printed.count("7 people a second (limit 8)") == len(bench.MEASURES)


def test_one_measure_is_run_by_its_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in bench.MEASURES:
        monkeypatch.setitem(bench.MEASURES, name, Measure(holds=True))
    assert bench.main(["quality"]) == 0
    assert capsys.readouterr().out.count("a second") == 1
    assert bench.main(["nothing"]) == 2
