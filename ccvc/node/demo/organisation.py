"""Organisation in the demonstration: job positions, a merger that was signed, and one that waits to be."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

DECISION = ("2026-01-01", "02/QĐ-GL", "2025-12-20", "Giả lập")
HEAD = ("unit_code", "code", "name", "kind", "leadership", "ranks", "criteria", "places")
AUTHORITY = "Giám đốc Sở Nội vụ (giả lập)"
ROOM, EVERY = 1, 3
"""One place more than people in every third position: vacancies are to be seen, and none where leadership is full."""


def arrange(subject: Callable[[str], Any], units: list[Any], password: str) -> dict[str, int]:
    """Positions of every unit, a merger signed, and one drafted from next month on; how many of each."""
    written = load_positions(subject("quantri"), units)
    drafts = merge(subject, units, password)
    waiting = _merger(subject("quantri"), _pairs(units)[:1], _next_month(timezone.localdate()), "03/QĐ-GL")
    return {"positions": written, "drafts": drafts, "reorganisations": int(waiting is not None)}


def merge(subject: Callable[[str], Any], units: list[Any], password: str) -> int:
    """A merger since the first of the month, signed, with drafts for everyone it affects; how many drafts."""
    from ccvc.decisions.actions import draft_reorganised
    from ccvc.organisations.actions import approve_reorganisation
    from ccvc.organisations.domain.steps import read_step
    from ccvc.organisations.selectors.foreseeing import foresee

    made = _merger(
        subject("quantri"), _pairs(units)[1:][-1:], timezone.localdate().replace(day=1), "01/QĐ-GL"
    )
    if made is None:
        return 0
    seen = foresee(made.on, [read_step(row) for row in made.steps]).digest
    approve_reorganisation(subject("phe.duyet"), made.key, seen, password)
    return len(draft_reorganised(subject("canbo"), made.key, AUTHORITY))


def load_positions(subject: Any, units: list[Any]) -> int:
    """Every position somebody holds, and here and there a place nobody holds."""
    from ccvc.organisations.actions import load_positions as load

    file = Path(settings.CCVC_HOME) / "positions.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow([*HEAD, "valid_from", "decision_number", "decided_on", "issuer"])
        writer.writerows([*row, *DECISION] for row in _rows(units))
    return load(subject, file.name, file.read_bytes()).written


def _rows(units: list[Any]) -> Iterator[tuple[Any, ...]]:
    from ccvc.simulation.job_positions import job_positions

    held = _held()
    for place, (unit, one) in enumerate(product(units, job_positions())):
        number = held.get((unit.code, one.code), 0)
        spare = ROOM if place % EVERY == 0 and not one.role else 0
        if number + spare and unit.people:
            yield (
                unit.code,
                one.code,
                one.name,
                one.kind,
                "có" if one.leadership == "yes" else "",
                one.ranks,
                one.criteria,
                number + spare,
            )


def _held() -> dict[tuple[str | None, str | None], int]:
    """How many hold each position, by the codes of unit and position."""
    from django.db.models import Count

    from ccvc.dossiers.models import Head
    from ccvc.standard.reading import serving

    rows = Head.objects.filter(status__in=serving()).order_by().values_list("unit_code", "job_position_code")
    return {(unit, code): number for unit, code, number in rows.annotate(number=Count("*"))}


def _pairs(units: list[Any]) -> list[tuple[Any, Any]]:
    """Neighbours under one parent with nothing below them; no unit in two pairs."""
    above = {unit.parent_code for unit in units}
    leaves = [unit for unit in units if unit.code not in above]
    pairs = zip(leaves[::2], leaves[1::2], strict=False)
    return [(one, two) for one, two in pairs if one.parent_code == two.parent_code]


def _merger(subject: Any, pairs: list[tuple[Any, Any]], on: date, number: str) -> Any:
    """A draft that merges the second of a pair into the first, which gets another name; None without a pair."""
    from ccvc.organisations.actions import draft_reorganisation
    from ccvc.organisations.domain.steps import read_step

    if not pairs:
        return None
    ((into, merged),) = pairs
    rows = [
        {"act": "merge", "unit": merged.code, "into": into.code},
        {"act": "rename", "unit": into.code, "name": f"{into.name} (sau sắp xếp)"},
    ]
    return draft_reorganisation(
        subject,
        title=f"Sáp nhập {merged.name}",
        basis=f"Quyết định {number} (giả lập)",
        on=on,
        steps=[read_step(row) for row in rows],
    )


def _next_month(day: date) -> date:
    year, month = divmod(day.year * 12 + day.month, 12)
    return date(year, month + 1, 1)
