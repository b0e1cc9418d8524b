"""From the rows of one person to a document, and from a document to a verdict. Pure.

Only what cells give is taken: an empty cell erases nothing, and a table's row that is not in the file stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import msgspec

from ccvc import standard
from ccvc.intake.cells import Noted, Refused
from ccvc.intake.cells.texts import to_personal_id
from ccvc.intake.columns import FileColumn, file_sheets
from ccvc.intake.findings import Finding, Severity, next_step_of, of_problem, seen
from ccvc.intake.joining import SAID
from ccvc.intake.layout import PERSON
from ccvc.intake.shapes import parts
from ccvc.intake.stage import StagedRow, StagedSheet
from ccvc.standard import sense
from ccvc.standard.fields import Standard
from ccvc.standard.glance import is_settled
from ccvc.standard.problems import Problem

Document = dict[str, Any]
Verdict = Literal["ok", "warning", "refused", "unchanged", "duplicate", "review"]
UNIT = "employment.unit_code"
NAME = "identity.full_name"
Cells = dict[str, str]
_ROW_DIGEST = 16
_NOT_PLAIN = (Refused, Noted)
_FEWEST_CELLS = 2


@dataclass(slots=True)
class Given:
    """What a file gives of one person: a document of these values alone, where they stand, what is wrong."""

    main: StagedRow
    document: Document = field(default_factory=dict)
    rows: dict[tuple[str, str], StagedRow] = field(
        default_factory=dict
    )  # (table, row id) -> its row in the file
    findings: list[Finding] = field(default_factory=list)
    unreadable: set[tuple[int, int, str]] = field(default_factory=set)  # (sheet, row, path) of refused cells
    is_sound: bool = False  # nothing is to be said of any of the values by itself


class Reader:
    """Reads the rows of one file by one standard."""

    def __init__(self, staged: Sequence[StagedSheet], declared: Standard, on: date) -> None:
        self.declared = declared
        self.on = on
        self.sheets = file_sheets(staged, declared, on)

    def each_given(
        self, people: Sequence[StagedRow], tables: Mapping[str, Sequence[StagedRow]]
    ) -> Iterator[Given]:
        """What the row of each person and the rows of their tables give: `given`, quicker for many."""
        for main, values in zip(people, self.sheets[0].plain(people), strict=True):
            rows = tables.get(main.person, ())
            if values is None or not main.number:
                yield self.given(main, rows)
                continue
            found = Given(main, values, is_sound=True)
            for row in rows:
                self._table_row(row, found)
            yield found

    def given(self, main: StagedRow, tables: Iterable[StagedRow]) -> Given:
        """What the person's row and the rows of their tables give."""
        found = Given(main)
        for column, value in self._values(main, found):
            found.document.setdefault(column.group, {})[column.name] = value
        if not main.number and (main.sheet, main.row, PERSON) not in found.unreadable:
            found.findings.append(self._about(main, PERSON, "INT-NO-ID"))
        for row in tables:
            self._table_row(row, found)
        return found

    def _values(self, row: StagedRow, found: Given) -> list[tuple[FileColumn, Any]]:
        """The values of a row; findings about its cells go to the person's."""
        values: list[tuple[FileColumn, Any]] = []
        in_table = row.sheet > 0
        for column, raw in zip(self.sheets[row.sheet].columns, row.cells, strict=True):
            if raw is None or (in_table and column.is_key):
                continue
            value = column.read(raw)
            if column.convert and raw in column.convert.doubts:
                found.is_sound = False
            if isinstance(value, _NOT_PLAIN):
                value = self._noted(row, column.column.path, value, found)
            if value is not None:
                values.append((column, value))
        return values

    def _noted(self, row: StagedRow, path: str, result: Refused | Noted, found: Given) -> Any:
        severity: Severity = "warning" if isinstance(result, Noted) else "error"
        found.findings.append(self._about(row, path, result.code, severity, **result.params))
        if isinstance(result, Noted):
            return result.value
        found.unreadable.add((row.sheet, row.row, path))
        return None

    def _about(
        self, row: StagedRow, path: str, code: str, severity: Severity = "error", **params: str
    ) -> Finding:
        """A finding about one cell of a row."""
        sheet = self.sheets[row.sheet]
        place = sheet.place(path)
        column, raw = (sheet.columns[place], row.cells[place]) if place is not None else (None, None)
        return of_problem(
            Problem(code, **params),
            severity,
            sheet=sheet.title_of(row.row),
            row=parts.shown(row.row),
            column=column.letter if column else "",
            path=path,
            label=standard.label(path),
            cell=seen(raw),
        )

    def _table_row(self, row: StagedRow, found: Given) -> None:
        table = self.sheets[row.sheet].key
        values = {column.name: value for column, value in self._values(row, found)}
        typed_id = values.pop("id", None)
        if not values:
            return
        row_id = typed_id or content_id(values)
        if (earlier := found.rows.get((table, row_id))) is not None:
            found.findings.append(self._repeated(row, earlier, typed=typed_id is not None))
            return
        found.rows[(table, row_id)] = row
        group, _, name = table.partition(".")
        found.document.setdefault(group, {}).setdefault(name, []).append({"id": row_id, **values})

    def _repeated(self, row: StagedRow, earlier: StagedRow, *, typed: bool) -> Finding:
        if typed:
            return self._about(row, f"{self.sheets[row.sheet].key}[].id", "INT-ROW-ID")
        return self._about(row, PERSON, "INT-SAME-ROW", "warning", first=str(parts.shown(earlier.row)))

    def stray(self, row: StagedRow) -> Finding:
        """What to say of a table's row that belongs to nobody in the file."""
        if row.number:
            return self._about(row, PERSON, "INT-NO-PERSON", value=row.number, sheet=self.sheets[0].title)
        if row.person.startswith(SAID):
            return self._about(row, PERSON, "INT-NO-JOIN", sheet=self.sheets[0].title)
        sheet = self.sheets[row.sheet]
        place = sheet.place(PERSON)
        result = to_personal_id(row.cells[place] or "") if place is not None and row.person else None
        if isinstance(result, Refused):
            return self._about(row, PERSON, result.code, "error", **result.params)
        return self._about(row, PERSON, "INT-NO-ID")

    def whole(self, given: Given, existing: Document | None, unit_code: str) -> Document:
        """The document proposed: what is there, and what is given; the new belong to the unit chosen."""
        if existing is not None:
            return merged(existing, given.document, self.declared.version)
        group, _, name = UNIT.partition(".")
        unit = {name: unit_code, **given.document.get(group, {})}
        return {**given.document, group: unit, "standard": self.declared.version}

    def judged(self, given: Given, document: Document, *, known: bool) -> list[Finding]:
        """Findings of the standard about the whole document, each at the cell it speaks of.

        What stands in an approved dossier and not in the file weighs as a warning: this file cannot mend it.
        What is missing because its cell could not be read has been said already.
        """
        if given.is_sound and not known and is_settled(document, self.declared, self.on):
            return []
        faults = (self._located(fault, given, known=known) for fault in self._faults(document))
        return [fault for fault in faults if fault is not None]

    def _faults(self, document: Document) -> Iterable[standard.Finding]:
        """All findings; the fast judge of shapes spares the thorough one wherever it is content."""
        try:
            standard.decoder(self.declared).decode(standard.canonical(document))
        except msgspec.ValidationError:
            return standard.check(document, on=self.on, standard=self.declared)
        return sense.of_document(document, self.declared, self.on, ())

    def _located(self, fault: standard.Finding, given: Given, *, known: bool) -> Finding | None:
        row, path = self._source(fault.path, given)
        if fault.code == "STD-REQUIRED" and (row.sheet, row.row, path) in given.unreadable:
            return None
        sheet = self.sheets[row.sheet]
        place = sheet.place(path)
        raw = row.cells[place] if place is not None else None
        from_file = raw is not None or row.sheet > 0
        return Finding(
            code=fault.code,
            severity="warning" if known and not from_file else fault.severity,
            message=fault.message_vi,
            next_step=next_step_of(fault.code),
            sheet=sheet.title_of(row.row),
            row=parts.shown(row.row),
            column=sheet.columns[place].letter if place is not None else "",
            path=path,
            label=standard.label(path),
            cell=seen(raw),
        )

    def _source(self, path: str, given: Given) -> tuple[StagedRow, str]:
        """The row of the file, and the declared path, that a path of the document speaks of."""
        table, opened, rest = path.partition("[")
        if not opened:
            return given.main, path
        row_id, _, cell = rest.partition("]")
        declared = f"{table}[]{cell}" if cell else table
        return given.rows.get((table, row_id), given.main), declared


def content_id(values: Mapping[str, Any]) -> str:
    """The id of a table's row drawn from what it says, so that the same row taken in again is the same."""
    return "r" + standard.digest(standard.canonical(values))[:_ROW_DIGEST]


def merged(existing: Mapping[str, Any], given: Document, version: str) -> Document:
    """The existing document with the given values laid over it; neither is changed."""
    result: Document = {name: dict(v) if isinstance(v, dict) else v for name, v in existing.items()}
    for group, values in given.items():
        holder = result.setdefault(group, {})
        for name, value in values.items():
            is_rows = isinstance(value, list) and standard.current().tables.get(f"{group}.{name}") is not None
            holder[name] = _merged_rows(holder.get(name, []), value) if is_rows else value
    if result != existing:
        result["standard"] = version
    return result


def _merged_rows(existing: Sequence[Document], given: Sequence[Document]) -> list[Document]:
    """Rows there with rows given: each given row is one there (same id, or same words), or a new one."""
    if not existing:
        return list(given)
    rows = list(existing)
    free = {row["id"]: n for n, row in enumerate(rows)}
    added: list[Document] = []
    for row in given:
        place = _same_row(row, rows, free)
        if place is None:
            added.append(row)
        else:
            del free[rows[place]["id"]]
            rows[place] = {**rows[place], **row, "id": rows[place]["id"]}
    return rows + added


def _same_row(row: Document, rows: Sequence[Document], free: Mapping[str, int]) -> int | None:
    """The row meant: of the same id; else one that says the same, or all that is given, or a good part of it.

    Rows that merely do not contradict each other stay two: they may be two degrees of one level.
    """
    if row["id"] in free:
        return free[row["id"]]
    said = _said(row)
    others = [(place, _said(rows[place])) for place in free.values()]
    fits: tuple[Callable[[Cells], bool], ...] = (
        lambda other: other == said,
        lambda other: said.items() <= other.items(),
        lambda other: len(other) >= _FEWEST_CELLS and other.items() <= said.items(),
    )
    return next((place for fit in fits for place, other in others if fit(other)), None)


def _said(row: Document) -> Cells:
    """A row's cells as comparable text, without its id."""
    return {name: standard.canonical({"": value}).decode() for name, value in row.items() if name != "id"}


def verdict(findings: Iterable[Finding], *, changed: bool) -> Verdict:
    """What becomes of a person's row."""
    severities = {finding.severity for finding in findings}
    if "error" in severities:
        return "refused"
    if not changed:
        return "unchanged"
    return "warning" if severities else "ok"
