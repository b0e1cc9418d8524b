"""Organisation in the demonstration: job positions of the first units, and a merger that waits to be signed."""

from __future__ import annotations

import csv
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

DECISION = ("2026-01-01", "02/QĐ-GL", "2025-12-20", "Giả lập")
HEAD = ("unit_code", "code", "name", "kind", "places", "leadership", "ranks", "criteria")
WITH_POSITIONS = 3
POSITIONS = (
    (
        "LD.01",
        "Người đứng đầu đơn vị",
        "management",
        1,
        "có",
        "",
        "education.highest_level at_least 6; rule:years_left 5",
    ),
    ("LD.02", "Cấp phó của người đứng đầu", "management", 2, "có", "", "education.highest_level at_least 6"),
    ("NV.01", "Chuyên viên", "professional", 4, "", "01.003", "education.highest_level at_least 6"),
    ("HT.01", "Văn thư", "support", 1, "", "02.007, 02.008", "education.highest_level at_least 4"),
)


def arrange(subject: Any, units: list[Any]) -> dict[str, int]:
    """Load the positions as an administrator would, and draft a merger from next month on; how many of each."""
    return {"positions": _positions(subject, units), "reorganisations": _draft(subject, units)}


def _positions(subject: Any, units: list[Any]) -> int:
    from ccvc.organisations.actions import load_positions

    file = Path(settings.CCVC_HOME) / "positions.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow([*HEAD, "valid_from", "decision_number", "decided_on", "issuer"])
        for unit in units[:WITH_POSITIONS]:
            writer.writerows([unit.code, *row, *DECISION] for row in POSITIONS)
    return load_positions(subject, file.name, file.read_bytes()).written


def _draft(subject: Any, units: list[Any]) -> int:
    """The first two neighbours under one parent with nothing below them: the second is merged into the first."""
    from ccvc.organisations.actions import draft_reorganisation
    from ccvc.organisations.domain.steps import read_step

    above = {unit.parent_code for unit in units}
    leaves = [unit for unit in units if unit.code not in above]
    pair = next(((one, two) for one, two in pairwise(leaves) if one.parent_code == two.parent_code), None)
    if pair is None:
        return 0
    into, merged = pair
    rows = [
        {"act": "merge", "unit": merged.code, "into": into.code},
        {"act": "rename", "unit": into.code, "name": f"{into.name} (sau sắp xếp)"},
    ]
    draft_reorganisation(
        subject,
        title=f"Sáp nhập {merged.name}",
        basis="Quyết định 03/QĐ-GL (giả lập)",
        on=_next_month(timezone.localdate()),
        steps=[read_step(row) for row in rows],
    )
    return 1


def _next_month(day: date) -> date:
    year, month = divmod(day.year * 12 + day.month, 12)
    return date(year, month + 1, 1)
