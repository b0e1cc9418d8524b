"""Runs a file of worked cases: each row a case, judged by the module of its kind."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ccvc.rules.golden import appointments, counts, laws, pay, raises, reclassification, retirement
from ccvc.rules.golden.reading import Case, Solved
from ccvc.standard.problems import Problem

Solve = Callable[[Case], Solved]
"""What the rules give for a row. ValueError: the row cannot be read."""

KINDS: Mapping[str, tuple[frozenset[str], Solve]] = MappingProxyType(
    {
        "retirement": (frozenset({"kind", "sex", "birth_date", "expected_age"}), retirement.solve),
        "salary_raise": (frozenset({"group", "step", "held_from", "event", "expected_date"}), raises.solve),
        "reclassification": (frozenset({"from_rank", "to_rank", "expected_step"}), reclassification.solve),
        "salary_amounts": (frozenset({"coef", "extra", "base_vnd", "expected_vnd"}), pay.solve),
        "appointment_checks": (frozenset({"action", "facts", "action_date", "expected"}), appointments.solve),
        "laws": (frozenset({"rule", "given", "on", "expected"}), laws.solve),
        "headcount": (frozenset({"case_id", "facts", "expected", "why"}), counts.solve),
    }
)


@dataclass
class Ran:
    """How a file went: cases, passed, and each that failed with what was expected and found."""

    kind: str
    cases: int = 0
    passed: int = 0
    failed: list[dict[str, Any]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The account as one object."""
        return {"cases": self.cases, "passed": self.passed, "failed": self.failed}


def run(path: Path) -> Ran:
    """Run a file; Problem RUL-FILE where it cannot be read, RUL-COLUMNS where its kind is unknown."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            columns, cases = reader.fieldnames or (), list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Problem("RUL-FILE", where=str(path), reason=str(error)) from error
    kind = next((name for name, (asked, _) in KINDS.items() if asked <= set(columns)), None)
    if kind is None:
        raise Problem("RUL-COLUMNS", where=str(path), columns=", ".join(columns))
    ran = Ran(kind)
    for number, case in enumerate(cases, start=2):
        _judge(ran, KINDS[kind][1], case, number)
    return ran


def _judge(ran: Ran, solve: Solve, case: Case, line: int) -> None:
    ran.cases += 1
    try:
        solved = solve(case)
    except (ValueError, KeyError, ArithmeticError) as error:
        ran.failed.append({"case_id": case.get("case_id", ""), "line": line, "unreadable": str(error)})
        return
    if solved.remark:
        ran.remarks.append(f"{case.get('case_id', line)}: {solved.remark}")
    differs = {
        name: {"expected": case[name], "found": value}
        for name, value in solved.found.items()
        if not same(case.get(name), value)
    }
    if differs:
        ran.failed.append({"case_id": case.get("case_id", ""), "line": line, "differs": differs})
    else:
        ran.passed += 1


def same(expected: str | None, found: str) -> bool:
    """Whether two texts say the same, spaces and case aside; an empty expectation asks nothing."""
    return not expected or " ".join(expected.split()).casefold() == " ".join(found.split()).casefold()
