"""Judging a slice of persons: from staged rows to verdicts, here or in other processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from ccvc import standard
from ccvc.catalogues.domain import spoken
from ccvc.intake.findings import Finding, of_problem, seen
from ccvc.intake.layout import PERSON
from ccvc.intake.persons import NAME, UNIT, Document, Given, Reader, Verdict, verdict
from ccvc.intake.shapes import parts
from ccvc.intake.stage import Slice, Stage, StagedRow
from ccvc.intake.together import together
from ccvc.standard.problems import Problem
from ccvc.standard.versions import Rows, publish


@dataclass(frozen=True, slots=True)
class Terms:
    """What a whole file is judged by: the day, the unit chosen and the codes of all under it.

    `published`: rows of the code lists that differ from those the programme was shipped with; `meant`: by list, the
    agency's own values and the codes they mean.
    """

    on: date
    unit_code: str
    units: frozenset[str]
    published: Rows = field(default_factory=dict)
    meant: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class Task:
    """One slice, and what the node knows of its persons: documents, keys, who has a dossier elsewhere."""

    rows: Slice
    existing: dict[str, Document] = field(default_factory=dict)
    keys: dict[str, UUID] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()


@dataclass(slots=True)
class Laid:
    """A task with the rows of its persons, the rows of their tables, and who stands in several rows."""

    task: Task
    people: list[StagedRow]
    tables: dict[str, list[StagedRow]]
    repeated: dict[str, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one person's row: the values it gives (JSON), or its cells (JSON) where it goes back."""

    row: int
    personal_id: str
    full_name: str
    unit_code: str
    kind: str
    verdict: Verdict
    document: str
    cells: str
    findings: tuple[Finding, ...]


class Judge:
    """Judges slices of one file, whose rows it reads itself."""

    def __init__(self, terms: Terms, rows: Stage) -> None:
        self._terms = terms
        self._rows = rows
        self._reader = Reader(rows.sheets, spoken(standard.current(), terms.meant), terms.on)

    def slice(self, task: Task) -> list[Judged]:
        """Every person of the slice, in order."""
        people = self._rows.people(task.rows.first, task.rows.last)
        laid = Laid(task, people, self._rows.tables(people), self._rows.repeated(people))
        return [self._person(given, laid) for given in self._reader.each_given(people, laid.tables)]

    def stray(self, row: StagedRow) -> Judged:
        """A table's row that belongs to nobody in the file: it goes back."""
        found, cells = self._reader.stray(row), self._cells([row])
        return Judged(row.row, row.number, "", self._terms.unit_code, "", "refused", "", cells, (found,))

    def _person(self, given: Given, laid: Laid) -> Judged:
        row = given.main
        if row.person in laid.repeated:
            return self._repeated(row, laid)
        tables = laid.tables.get(row.person, [])
        existing = laid.task.existing.get(row.person)
        document = self._reader.whole(given, existing, self._terms.unit_code)
        findings = self._findings(given, document, laid.task)
        outcome = verdict(findings, changed=document != existing)
        refused = outcome == "refused"
        return Judged(
            row=row.row,
            personal_id=row.number,
            full_name=_text(document, NAME),
            unit_code=_text(document, UNIT) or self._terms.unit_code,
            kind="create" if existing is None else "update",
            verdict=outcome,
            document="" if refused else standard.canonical(given.document).decode(),
            cells=self._cells([row, *tables]) if refused else "",
            findings=tuple(findings),
        )

    def _findings(self, given: Given, document: Document, task: Task) -> list[Finding]:
        """All that is said of a person: of their cells, their unit, their number, and by the standard."""
        row = given.main
        findings = [*given.findings, *self._about_unit(given, document)]
        if row.number in task.elsewhere:
            findings.append(self._about(row, PERSON, "INT-ELSEWHERE", value=row.number))
        if row.number:
            findings += self._reader.judged(given, document, known=row.person in task.existing)
        return findings

    def _repeated(self, row: StagedRow, laid: Laid) -> Judged:
        """Each of several rows of one person goes back: nobody can say here which is right."""
        titles = self._reader.sheets[0].titles
        rows = ", ".join(parts.said(titles, int(one)) for one in laid.repeated[row.person].split(", "))
        params = {"value": row.number, "rows": rows}
        found = self._about(row, PERSON, "INT-DUPLICATE", **params)
        tables = (
            laid.tables.get(row.person, []) if laid.repeated[row.person].startswith(f"{row.row},") else []
        )
        given = self._reader.given(row, ())
        name = _text(given.document, NAME)
        cells = self._cells([row, *tables])
        return Judged(row.row, row.number, name, self._terms.unit_code, "", "duplicate", "", cells, (found,))

    def _about_unit(self, given: Given, document: Document) -> Iterator[Finding]:
        code = _text(document, UNIT)
        if code and code not in self._terms.units:
            yield self._about(given.main, UNIT, "INT-UNIT-OUTSIDE", value=code, unit=self._terms.unit_code)

    def _about(self, row: StagedRow, path: str, code: str, **params: str) -> Finding:
        sheet = self._reader.sheets[row.sheet]
        place = sheet.place(path)
        return of_problem(
            Problem(code, **params),
            sheet=sheet.title_of(row.row),
            row=parts.shown(row.row),
            column=sheet.columns[place].letter if place is not None else "",
            path=path,
            label=standard.label(path),
            cell=seen(row.cells[place]) if place is not None else "",
        )

    def _cells(self, rows: Iterable[StagedRow]) -> str:
        """The cells as they came, for the file that goes back: [{sheet, row, cells: {path: cell}}]."""
        return standard.canonical(
            {
                "rows": [
                    {
                        "sheet": self._reader.sheets[row.sheet].key,
                        "row": parts.shown(row.row),
                        "cells": {
                            column.column.path: cell
                            for column, cell in zip(
                                self._reader.sheets[row.sheet].columns, row.cells, strict=True
                            )
                            if cell is not None
                        },
                    }
                    for row in rows
                ]
            }
        ).decode()


def _text(document: Mapping[str, Any], path: str) -> str:
    group, _, name = path.partition(".")
    value = document.get(group, {}).get(name)
    return value if isinstance(value, str) else ""


def judge_here(terms: Terms, rows: Stage, tasks: Iterable[Task]) -> Iterator[tuple[Task, list[Judged]]]:
    """Judge slices in this process."""
    judge = Judge(terms, rows)
    return ((task, judge.slice(task)) for task in tasks)


def judge_together(
    terms: Terms, rows: Stage, tasks: Iterable[Task], processes: int
) -> Iterator[tuple[Task, list[Judged]]]:
    """Judge slices in several processes."""
    return together(_judge, tasks, processes, prepare=_prepare, given=(terms, rows.path))


_judges: list[Judge] = []


def _prepare(terms: Terms, path: Path) -> None:
    publish(terms.published)
    _judges[:] = [Judge(terms, Stage(path))]


def _judge(task: Task) -> list[Judged]:
    return _judges[0].slice(task)
