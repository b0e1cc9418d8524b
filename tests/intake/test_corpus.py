"""Messy sources: each is recognised, read to the values it means, and every rejected cell is explained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ccvc import standard
from ccvc.intake import reading, stage
from ccvc.intake.findings import Finding
from ccvc.intake.layout import MAIN
from ccvc.intake.persons import Given, Reader
from ccvc.intake.survey import survey
from tests.intake.corpus.cells import CELLS
from tests.intake.corpus.headings import HEADINGS
from tests.intake.corpus.joins import JOINS
from tests.intake.corpus.sources import NAME, write
from tests.intake.corpus.trees import TREES
from tests.intake.files import DAY

CORPUS = {case.name: case for case in (*HEADINGS, *CELLS, *JOINS, *TREES)}


def test_the_corpus_is_large_enough() -> None:
    assert len(CORPUS) == sum(map(len, (HEADINGS, CELLS, JOINS, TREES))) >= 50


@pytest.mark.parametrize("name", CORPUS)
def test_a_messy_source_is_read_as_it_is_meant(name: str, tmp_path: Path) -> None:
    case = CORPUS[name]
    path = write(case, tmp_path)
    before = path.read_bytes()
    sure, people, findings = read(path)
    assert sure is case.sure
    assert set(people) == set(case.people)
    for number, values in case.people.items():
        document = people[number]
        assert {p: value_of(document, p) for p in values} == dict(values)
    said = {finding.code for finding in findings}
    assert set(case.codes) <= said
    assert all(f.message and f.next_step for f in findings)
    for table, rows in case.tables.items():
        assert [{k: row[k] for k in rows[0]} for row in tables_of(people, table)] == list(rows)
    assert path.read_bytes() == before


def read(path: Path) -> tuple[bool, dict[str, Any], list[Finding]]:
    """(whether all columns are sure, documents by number or name, everything said)."""
    rows = path.with_name("doc.rows")
    with reading.opened(path, path.name) as source:
        found = survey(source, path.name, DAY)
        stage.build(rows, source, found, most=1_000, name=path.name)
    with stage.staged(rows) as staged:
        reader = Reader(staged.sheets, standard.current(), DAY)
        people = staged.people(1, 9_999_999)
        tables = staged.tables(people)
        given: list[Given] = [reader.given(row, tables.get(row.person, [])) for row in people]
        notices = [*staged.notices, *(f for one in given for f in one.findings)]
    assert found.sheets[0][1].sheet.key == MAIN
    return found.certain, {who(one): one.document for one in given}, notices


def who(given: Given) -> str:
    """The number; of a row without one the name."""
    return given.main.number or value_of(given.document, NAME) or ""


def value_of(document: dict[str, Any], path: str) -> Any:
    group, _, name = path.partition(".")
    return document.get(group, {}).get(name)


def tables_of(people: dict[str, Any], table: str) -> list[dict[str, Any]]:
    return [row for document in people.values() for row in value_of(document, table) or []]
