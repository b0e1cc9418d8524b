"""Judging a slice of persons: from staged rows to verdicts. Pure, so that it can run in other processes.

Large files are judged by as many processes as the machine has processors; results come back in the order of
the file, whoever finished first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from multiprocessing import get_context
from typing import Any
from uuid import UUID

import orjson

from ccvc import standard
from ccvc.catalogues.domain import spoken
from ccvc.intake import identities
from ccvc.intake.findings import Finding, of_problem, seen
from ccvc.intake.layout import PERSON
from ccvc.intake.persons import NAME, UNIT, Document, Given, Reader, Verdict, verdict
from ccvc.intake.shapes import parts
from ccvc.intake.stage import StagedRow, StagedSheet
from ccvc.standard.problems import Problem
from ccvc.standard.versions import Rows, publish

AHEAD = 2  # slices each process may have waiting


@dataclass(frozen=True, slots=True)
class Terms:
    """What a whole file is judged by: its sheets, the day, the unit chosen and the codes of all under it.

    `published`: rows of the code lists that differ from those the programme was shipped with; `meant`: by list, the
    agency's own values and the codes they mean.
    """

    sheets: tuple[StagedSheet, ...]
    on: date
    unit_code: str
    units: frozenset[str]
    published: Rows = field(default_factory=dict)
    meant: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class Task:
    """One slice: rows of persons with the rows of their tables, and what the node knows of these persons.

    Of rows without a number: those `asked` wait for somebody to say whose they are; `unmatched` are nobody's;
    `matched` are of the dossier somebody chose: what told the person stands there as it is.
    """

    people: list[StagedRow]
    tables: dict[str, list[StagedRow]]
    repeated: dict[str, str]
    existing: dict[str, Document] = field(default_factory=dict)
    keys: dict[str, UUID] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    unmatched: frozenset[str] = frozenset()
    matched: frozenset[str] = frozenset()

    @property
    def last(self) -> int:
        """The last row of the slice."""
        return self.people[-1].row


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
    changed: str = ""


class Judge:
    """Judges slices of one file."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._reader = Reader(terms.sheets, spoken(standard.current(), terms.meant), terms.on)

    def slice(self, task: Task) -> list[Judged]:
        """Every person of the slice, in order."""
        return [self._person(row, task) for row in task.people]

    def stray(self, row: StagedRow) -> Judged:
        """A table's row that belongs to nobody in the file: it goes back."""
        found, cells = self._reader.stray(row), self._cells([row])
        return Judged(row.row, row.number, "", self._terms.unit_code, "", "refused", "", cells, (found,))

    def _person(self, row: StagedRow, task: Task) -> Judged:
        if row.person in task.repeated:
            return self._repeated(row, task)
        tables = task.tables.get(row.person, [])
        given = self._reader.given(row, tables)
        if row.person in task.asked:
            return self._asked(given, tables)
        existing = task.existing.get(row.person)
        if existing is not None and row.person in task.matched:
            given.document = identities.new_to(given.document, existing)
        document = self._reader.whole(given, existing, self._terms.unit_code)
        findings = self._findings(given, document, task)
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
            changed=_changed(existing, document),
        )

    def _asked(self, given: Given, tables: list[StagedRow]) -> Judged:
        """A row whose person is asked for waits, unless its own cells send it back."""
        row = given.main
        findings = [f for f in given.findings if f.code != "INT-NO-ID"]
        findings.append(replace(self._about(row, PERSON, "INT-MATCH-ASK"), severity="warning"))
        name, unit = _text(given.document, NAME), self._terms.unit_code
        if any(finding.severity == "error" for finding in findings):
            cells = self._cells([row, *tables])
            return Judged(row.row, "", name, unit, "", "refused", "", cells, tuple(findings))
        document = standard.canonical(given.document).decode()
        return Judged(row.row, "", name, unit, "update", "review", document, "", tuple(findings))

    def cells(self, row: StagedRow, tables: Iterable[StagedRow]) -> str:
        """A person's cells as they came, so that the rows can be made again (`rows_again`)."""
        return self._cells([row, *tables])

    def rows_again(self, cells: str, person: str) -> list[StagedRow]:
        """The rows that `cells` came from, of another person than before."""
        sheets = {sheet.key: n for n, sheet in enumerate(self._reader.sheets)}
        return [
            StagedRow(n, one["at"], person, [one["cells"].get(c.column.path) for c in sheet.columns])
            for one in orjson.loads(cells)["rows"]
            for n in (sheets[one["sheet"]],)
            for sheet in (self._reader.sheets[n],)
        ]

    def _findings(self, given: Given, document: Document, task: Task) -> list[Finding]:
        """All that is said of a person: of their cells, their unit, their number, and by the standard."""
        row = given.main
        findings = [*given.findings, *self._about_unit(given, document)]
        if row.person in task.unmatched:
            findings = [f for f in findings if f.code != "INT-NO-ID"]
            findings.append(self._about(row, PERSON, "INT-NO-MATCH"))
        if row.number in task.elsewhere:
            findings.append(self._about(row, PERSON, "INT-ELSEWHERE", value=row.number))
        if row.number:
            findings += self._reader.judged(given, document, known=row.person in task.existing)
        return findings

    def _repeated(self, row: StagedRow, task: Task) -> Judged:
        """Each of several rows of one person goes back: nobody can say here which is right."""
        titles = self._reader.sheets[0].titles
        rows = ", ".join(parts.said(titles, int(one)) for one in task.repeated[row.person].split(", "))
        params = {"value": row.number, "rows": rows}
        found = self._about(row, PERSON, "INT-DUPLICATE", **params)
        tables = (
            task.tables.get(row.person, []) if task.repeated[row.person].startswith(f"{row.row},") else []
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
                        "at": row.row,
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


def _changed(existing: Document | None, document: Document) -> str:
    """The fields and tables in which a dossier would change, a line each; empty for a new one."""
    if existing is None or document == existing:
        return ""
    paths = (difference.path.partition("[")[0] for difference in standard.diff(existing, document))
    return "\n".join(dict.fromkeys(paths))


def _text(document: Mapping[str, Any], path: str) -> str:
    group, _, name = path.partition(".")
    value = document.get(group, {}).get(name)
    return value if isinstance(value, str) else ""


def judge_here(terms: Terms, tasks: Iterable[Task]) -> Iterator[tuple[Task, list[Judged]]]:
    """Judge slices in this process."""
    judge = Judge(terms)
    return ((task, judge.slice(task)) for task in tasks)


_judges: list[Judge] = []


def _prepare(terms: Terms) -> None:
    publish(terms.published)
    _judges[:] = [Judge(terms)]


def _judge(task: Task) -> list[Judged]:
    return _judges[0].slice(task)


def judge_together(
    terms: Terms, tasks: Iterable[Task], processes: int
) -> Iterator[tuple[Task, list[Judged]]]:
    """Judge slices in several processes; no more of them are fetched than can be worked on soon."""
    waiting: deque[tuple[Task, Future[list[Judged]]]] = deque()
    context = get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_prepare, initargs=(terms,)) as pool:
        try:
            for task in tasks:
                waiting.append((task, pool.submit(_judge, task)))
                if len(waiting) > processes * AHEAD:
                    yield _next(waiting)
            while waiting:
                yield _next(waiting)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _next(waiting: deque[tuple[Task, Future[list[Judged]]]]) -> tuple[Task, list[Judged]]:
    task, future = waiting.popleft()
    return task, future.result()
