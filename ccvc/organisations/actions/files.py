"""Units of an agency from a CSV file, all or none."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from django.db import transaction

from ccvc.access.domain import Subject
from ccvc.organisations import selectors
from ccvc.organisations.actions.records import audit, lock, no_unit, require_over
from ccvc.organisations.actions.units import check_kind, check_lasting, check_text, code_taken
from ccvc.organisations.domain import Kind, Period, check_placed, parse_code
from ccvc.organisations.models import Unit, UnitState
from ccvc.standard.problems import Problem

COLUMNS = ("code", "name", "kind", "parent_code", "valid_from", "basis")
OPTIONAL = ("administrative_code",)
SHOWN = 10
BATCH = 1000


@dataclass(frozen=True, slots=True)
class UnitsReport:
    """How many units were opened, and how many stood already as the file says."""

    opened: int
    present: int


@dataclass(frozen=True, slots=True)
class Line:
    """One unit of the file."""

    number: int
    code: str
    name: str
    kind: Kind
    parent_code: str
    on: date
    basis: str
    administrative_code: str


@transaction.atomic
def load_units(subject: Subject, csv_path: Path | str) -> UnitsReport:
    """Open the units of a UTF-8 CSV file with the columns COLUMNS and, if it has them, OPTIONAL.

    Lines may come in any order. A unit that stands already with the same name is left as it is, so a repeat
    opens nothing. Raises ORG-FILE-* for a file that cannot be read, ORG-FILE-ROWS with every
    faulty line; then nothing is opened.
    """
    lock()
    raw = _read(Path(csv_path))
    lines, faults = _parse(raw)
    plan = Plan(subject, lines)
    for line in sorted(lines, key=lambda line: line.code.count(".")):
        try:
            plan.add(line)
        except Problem as problem:
            faults.append((line.number, problem))
    if faults:
        raise Problem("ORG-FILE-ROWS", where=Path(csv_path).name, count=len(faults), faults=_told(faults))
    if opened := plan.carry_out():
        audit("load", subject, "file", sha256=sha256(raw).hexdigest(), opened=opened)
    return UnitsReport(opened, len(lines) - opened)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Problem("ORG-FILE-MISSING", where=path.name) from error


def _parse(raw: bytes) -> tuple[list[Line], list[tuple[int, Problem]]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem("ORG-FILE-ENCODING") from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
        raise Problem("ORG-FILE-COLUMNS", missing=", ".join(missing), columns=", ".join(COLUMNS))
    lines: list[Line] = []
    faults: list[tuple[int, Problem]] = []
    for row in reader:
        try:
            lines.append(_line(reader.line_num, row))
        except Problem as problem:
            faults.append((reader.line_num, problem))
    return lines, faults


def _line(number: int, row: dict[str, str]) -> Line:
    given = {name: (row.get(name) or "").strip() for name in (*COLUMNS, *OPTIONAL)}
    try:
        on = date.fromisoformat(given["valid_from"])
    except ValueError as error:
        raise Problem("ORG-DATE", where="valid_from", given=given["valid_from"]) from error
    return Line(
        number=number,
        code=parse_code(given["code"]),
        name=check_text(given["name"], "ORG-NAME"),
        kind=check_kind(given["kind"]),
        parent_code=parse_code(given["parent_code"]),
        on=on,
        basis=check_text(given["basis"], "ORG-BASIS"),
        administrative_code=given["administrative_code"],
    )


class Plan:
    """The units a file opens, judged together on what is known of their codes, then written at once."""

    def __init__(self, subject: Subject, lines: Iterable[Line]) -> None:
        codes = {code for line in lines for code in (line.code, line.parent_code)}
        self.subject = subject
        self.known: dict[str, list[UnitState]] = defaultdict(list)
        self.new: list[UnitState] = []
        self.allowed: set[tuple[int, date]] = set()
        for state in selectors.as_known().filter(code__in=codes):
            self.known[state.code].append(state)

    def add(self, line: Line) -> None:
        """Plan the unit of a line, if it does not stand already; Problem if it cannot be."""
        stands = self._standing(line.code, line.on)
        if stands is not None and stands.name == line.name:
            return
        parent = self._parent(line)
        check_placed(line.code, parent.code)
        for state in self.known[line.code]:
            if state.valid_to is None or state.valid_to >= line.on:
                raise code_taken(state)
        state = UnitState(
            unit=Unit(kind=line.kind, opened_on=line.on),
            code=line.code,
            name=line.name,
            parent=parent.unit,
            administrative_code=line.administrative_code,
            valid_from=line.on,
            basis=line.basis,
        )
        self.new.append(state)
        self.known[line.code].append(state)

    def carry_out(self) -> int:
        """Write the units planned; how many."""
        Unit.objects.bulk_create([state.unit for state in self.new], batch_size=BATCH)
        UnitState.objects.bulk_create(self.new, batch_size=BATCH)
        return len(self.new)

    def _standing(self, code: str, on: date) -> UnitState | None:
        return next((s for s in self.known[code] if Period(s.valid_from, s.valid_to).holds(on)), None)

    def _parent(self, line: Line) -> UnitState:
        parent = self._standing(line.parent_code, line.on)
        if parent is None:
            raise no_unit(line.parent_code, line.on, "parent_code")
        # A parent planned from this very file lies under one that was found to be the subject's to change.
        if parent.unit.pk is not None and (parent.unit.pk, line.on) not in self.allowed:
            require_over(self.subject, parent.unit.pk, line.on)
            self.allowed.add((parent.unit.pk, line.on))
        check_lasting(parent)
        return parent


def _told(faults: list[tuple[int, Problem]]) -> str:
    told = [
        f"dòng {number}: {problem}" for number, problem in sorted(faults, key=lambda fault: fault[0])[:SHOWN]
    ]
    more = [f"và {len(faults) - SHOWN} dòng khác"] if len(faults) > SHOWN else []
    return " · ".join([*told, *more])
