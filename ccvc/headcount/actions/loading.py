"""Places of many units from a CSV file, all or none."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from ccvc import standard
from ccvc.access.domain import Subject
from ccvc.headcount.actions.assigning import MOST, Decision, assign
from ccvc.headcount.domain import every_line
from ccvc.headcount.models import Assignment
from ccvc.organisations import selectors as organisations
from ccvc.standard.problems import Problem

COLUMNS = ("code", "line", "number", "valid_from", "decision_number", "decided_on", "issuer")
OPTIONAL = ("valid_to",)
MOST_BYTES = 10_000_000
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many numbers were assigned, and how many stood already as the file says."""

    assigned: int
    present: int


@transaction.atomic
def load(subject: Subject, path: Path) -> Loaded:
    """Assign what the lines of a UTF-8 CSV file with COLUMNS say, units above before those below.

    A line that stands already is left as it is, so a repeat assigns nothing. Problem HC-FILE, HC-COLUMNS, HC-ROWS
    with every faulty line; then nothing is assigned.
    """
    rows, faults, done, present = list(_rows(path)), [], 0, 0
    for number, row in sorted(rows, key=lambda row: row[1]["code"].count(".")):
        try:
            asked = _asked(row)
            if _stands(asked):
                present += 1
                continue
            with transaction.atomic():
                assign(subject, **asked)
            done += 1
        except Problem as problem:
            faults.append((number, problem))
    if faults:
        raise Problem("HC-ROWS", where=path.name, count=len(faults), faults=_told(faults))
    return Loaded(done, present)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        raw = path.read_bytes()[: MOST_BYTES + 1]
        text = raw.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Problem("HC-FILE", where=path.name, reason=str(error)) from error
    if len(raw) > MOST_BYTES:
        raise Problem("HC-FILE", where=path.name, reason=f"> {MOST_BYTES}")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
        raise Problem("HC-COLUMNS", where=path.name, missing=", ".join(missing), columns=", ".join(COLUMNS))
    for row in reader:
        yield reader.line_num, {name: (row.get(name) or "").strip() for name in (*COLUMNS, *OPTIONAL)}


def _asked(row: Mapping[str, str]) -> dict[str, Any]:
    """A line as the act takes it; days as people write them or as ISO has them."""
    if not row["number"].isdigit():
        raise Problem("HC-NUMBER", where="number", most=MOST)
    return {
        "code": row["code"],
        "line": _line(row["line"]),
        "number": int(row["number"]),
        "on": _day(row["valid_from"]),
        "until": _day(row["valid_to"]) if row["valid_to"] else None,
        "decision": Decision(row["decision_number"], _day(row["decided_on"]), row["issuer"]),
    }


def _line(text: str) -> str:
    named = {
        name.casefold(): line.name
        for line in every_line()
        for name in (line.name, line.label_vi, line.label_en)
    }
    return named.get(text.casefold(), text)


def _day(text: str) -> date:
    day = standard.read_day(text)
    if day is None:
        raise Problem("ORG-DATE", where="valid_from", given=text[:20])
    return day


def _stands(asked: Mapping[str, Any]) -> bool:
    """Whether the unit that has the code on the first day has the very number for the very days."""
    state = organisations.unit_by_code(asked["code"], asked["on"])
    if state is None:
        return False
    rows = Assignment.objects.filter(known_to=None, unit_id=state.unit_id)
    same = {
        "line": asked["line"],
        "number": asked["number"],
        "valid_from": asked["on"],
        "valid_to": asked["until"],
    }
    return rows.filter(**same).exists()


def _told(faults: list[tuple[int, Problem]]) -> str:
    told = [f"dòng {number}: {problem}" for number, problem in sorted(faults, key=lambda one: one[0])[:SHOWN]]
    more = [f"và {len(faults) - SHOWN} dòng khác"] if len(faults) > SHOWN else []
    return " · ".join([*told, *more])
