"""Headcount in the demonstration: places for every unit by one decision, more than people, but in two units fewer."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.conf import settings

DECISION = ("01/QĐ-GL", "2025-12-20", "Giả lập", "2026-01-01")
SHORT, LACKING = 2, 3
"""So many units have so many places fewer than people: what is over is to be seen, also when two have left."""


def assign(subject: Any) -> int:
    """Load the decision's file as an administrator would; how many numbers were assigned."""
    from ccvc.headcount.actions import load
    from ccvc.headcount.selectors import sheet

    found = sheet(subject)
    rows = [list(_row(row, short=place < SHORT)) for place, row in enumerate(found.below)]
    numbers = [number for row in rows for number in row]
    if found.row is not None:
        numbers = [*_whole(found.row.state.code, numbers), *numbers]
    file = Path(settings.CCVC_HOME) / "headcount.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(
            ["code", "line", "number", "decision_number", "decided_on", "issuer", "valid_from"],
        )
        writer.writerows([*number, *DECISION] for number in numbers)
    return load(subject, file).assigned


def _row(row: Any, *, short: bool) -> Any:
    for line, cell in row.cells.items():
        if cell.actual:
            yield (
                row.state.code,
                line,
                max(0, cell.actual - LACKING) if short else cell.actual + max(1, cell.actual // 25),
            )


def _whole(code: str, numbers: list[Any]) -> Any:
    lines = dict.fromkeys(line for _, line, _ in numbers)
    for line in lines:
        together = sum(number for _, named, number in numbers if named == line)
        yield code, line, together + max(2, together // 50)
