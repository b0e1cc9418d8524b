"""Steps of a reorganisation from a file: CSV, XLSX or JSON, a row a step, columns named as the fields of a step."""

from __future__ import annotations

from ccvc.organisations.domain.steps import COLUMNS, Step, read_step
from ccvc.organisations.rowfiles import LARGEST, MOST_ROWS, UnreadError, read_rows
from ccvc.organisations.selectors.foreseeing import told
from ccvc.standard.problems import Problem

__all__ = ["LARGEST", "read_steps"]


def read_steps(name: str, raw: bytes) -> list[Step]:
    """Every step of the file. Raises ORG-PLAN-FILE, ORG-PLAN-LONG, ORG-PLAN-FAULTY with every row that is none."""
    try:
        rows = read_rows(name, raw, "act")
    except UnreadError as unread:
        raise Problem("ORG-PLAN-FILE", where="file", why=str(unread), columns=", ".join(COLUMNS)) from unread
    steps: list[Step] = []
    faults: list[tuple[int, Problem]] = []
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise Problem("ORG-PLAN-LONG", most=MOST_ROWS)
        try:
            steps.append(read_step(row))
        except Problem as problem:
            faults.append((number, problem))
    if faults:
        raise Problem("ORG-PLAN-FAULTY", where="file", count=len(faults), faults=told(faults))
    return steps
