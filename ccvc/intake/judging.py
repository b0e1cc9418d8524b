"""Judging a slice of persons: from staged rows to verdicts, here or in other processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from ccvc import standard
from ccvc.catalogues.domain import spoken
from ccvc.intake import identities
from ccvc.intake.findings import Finding, of_problem, seen
from ccvc.intake.layout import PERSON
from ccvc.intake.persons import NAME, UNIT, Document, Given, Reader, Verdict, verdict
from ccvc.intake.shapes import parts
from ccvc.intake.stage import Slice, Stage, StagedRow, StagedSheet
from ccvc.standard.problems import Problem
from ccvc.standard.together import together


@dataclass(frozen=True, slots=True)
class Terms:
    """What a whole file is judged by: the day, the unit chosen and the codes of all under it.

    `meant`: by list, the agency's own values and the codes they mean.
    """

    on: date
    unit_code: str
    units: frozenset[str]
    meant: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class Task:
    """One slice, and what the node knows of its persons: documents, keys, who has a dossier elsewhere.

    Of rows without a number, by what joins their rows: those `asked` wait for somebody to say whose they are;
    `unmatched` are nobody's; `chosen` are of the dossier with this number, where what told the person stands as it is.
    """

    rows: Slice
    existing: dict[str, Document] = field(default_factory=dict)
    keys: dict[str, UUID] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    unmatched: frozenset[str] = frozenset()
    chosen: dict[str, str] = field(default_factory=dict)


class FileRows(Protocol):
    """The rows of a file, from its scratch file or from what was kept of them."""

    @property
    def sheets(self) -> Sequence[StagedSheet]:
        """The sheets they stand on."""

    def people(self, first: int, last: int) -> list[StagedRow]:
        """The rows of persons from one row to another."""

    def tables(self, people: Sequence[StagedRow]) -> dict[str, list[StagedRow]]:
        """Rows of the tables of these persons."""

    def repeated(self, people: Sequence[StagedRow]) -> dict[str, str]:
        """Numbers that stand in several rows, with those rows."""


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
    changed: str = ""


class Judge:
    """Judges slices of one file, whose rows it reads itself."""

    def __init__(self, terms: Terms, rows: FileRows) -> None:
        self._terms = terms
        self._rows = rows
        self._reader = Reader(rows.sheets, spoken(standard.current(), terms.meant), terms.on)

    def slice(self, task: Task) -> list[Judged]:
        """Every person of the slice, in order."""
        people = self._rows.people(task.rows.first, task.rows.last)
        laid = Laid(task, people, self._rows.tables(people), self._rows.repeated(people))
        if task.chosen:
            people = _as_chosen(laid)
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
        if row.person in laid.task.asked:
            return self._asked(given, tables)
        existing = laid.task.existing.get(row.person)
        if existing is not None and row.person in laid.task.chosen.values():
            given.document = identities.new_to(given.document, existing)
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

    def given(self, row: StagedRow) -> Document:
        """What a person's row says by itself."""
        return self._reader.given(row, ()).document

    def cells(self, row: StagedRow, tables: Iterable[StagedRow]) -> str:
        """A person's cells as they came, so that the rows can be made again."""
        return self._cells([row, *tables])

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


def _as_chosen(laid: Laid) -> list[StagedRow]:
    """The persons, those without a number as the persons somebody said they are."""
    chosen = laid.task.chosen
    laid.people = [replace(row, person=chosen.get(row.person, row.person)) for row in laid.people]
    laid.tables = {chosen.get(person, person): rows for person, rows in laid.tables.items()}
    return laid.people


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
    _judges[:] = [Judge(terms, Stage(path))]


def _judge(task: Task) -> list[Judged]:
    return _judges[0].slice(task)
