"""What the rules need to know of a person, read from the dossier as the standard writes it.

A fact that is not there is None, never a guess: what follows from it is then "cannot tell".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ccvc.rules import raises
from ccvc.rules.appointments import Candidate
from ccvc.rules.discipline import Discipline
from ccvc.rules.extensions import FAILED, Cause
from ccvc.rules.pay import Paid
from ccvc.rules.raises import Holding, Raise
from ccvc.rules.reasons import because
from ccvc.standard.quality.case import Row, first_day, last_day, present
from ccvc.standard.versions import current

Document = Mapping[str, Any]
FAILED_LEVEL = "4"
CORRUPTION = ("tham nhũng", "nhận hối lộ", "tham ô")


PATHS = {
    "CATEGORY": "employment.category",
    "SCALE": "employment.salary_group",
    "STEP": "employment.salary_step",
    "CLOCK": "employment.raise_clock_from",
}


def raise_of(document: Document, on: date) -> Raise:
    """The next raise of a person, or why none can be told: the one answer for everyone, on any day."""
    employment = document.get("employment", {})
    status = _value(employment, "status")
    if status is not None and not _serving(status):
        label = current().codes["working_status"].label(status)
        return raises.none(because("RAISE-NOT-SERVING", path="employment.status", status=label))
    category, group = _value(employment, "category"), _value(employment, "salary_group")
    step = _value(employment, "salary_step")
    percent = _value(employment, "beyond_frame_percent") or 0
    clock = _day(employment, "beyond_frame_from") if percent else None
    clock = clock or _day(employment, "raise_clock_from") or _day(employment, "salary_from")
    missing = {"CATEGORY": category, "SCALE": group, "STEP": step, "CLOCK": clock}
    lacking = next((name for name, value in missing.items() if value is None), None)
    if lacking or clock is None:
        return raises.none(because(f"RAISE-NO-{lacking}", path=PATHS[lacking or "CLOCK"], group=""))
    held = Holding(category, group, step, clock, percent, tuple(causes(document, on)))
    return raises.next_raise(held)


def causes(document: Document, on: date) -> Iterator[Cause]:
    """Disciplines and failed years known on a day, as what may put a raise off."""
    for row in _rows(document, "employment", "disciplines"):
        effective = _effective(row)
        if effective is not None and effective <= on and (form := _value(row, "form")):
            path = f"employment.disciplines[{row['id']}]"
            yield Cause(form, effective, _value(row, "violation"), path)
    for row in _rows(document, "employment", "ratings"):
        year = _value(row, "year")
        if _value(row, "level") == FAILED_LEVEL and isinstance(year, int):
            yield Cause(FAILED, date(year, 12, 31), None, f"employment.ratings[{row['id']}]")


def disciplines(document: Document) -> tuple[Discipline, ...]:
    """All disciplines with a first day in force."""
    return tuple(_disciplines(document))


def _disciplines(document: Document) -> Iterator[Discipline]:
    for row in _rows(document, "employment", "disciplines"):
        effective, form = _effective(row), _value(row, "form")
        if effective is not None and form:
            violation = str(_value(row, "violation") or "").casefold()
            corrupt = any(words in violation for words in CORRUPTION)
            yield Discipline(form, effective, corrupt, f"employment.disciplines[{row['id']}]")


def candidate(
    document: Document, on: date, *, planned: bool | None = None, qualified: bool | None = None
) -> Candidate:
    """What the conditions of an appointment are asked of.

    Whether the planning and the qualification are those of the post is the caller's to say: it knows the post.
    """
    identity, employment = document.get("identity", {}), document.get("employment", {})
    return Candidate(
        _value(employment, "category") or "CC",
        _value(identity, "sex"),
        _value(identity, "birth_date"),
        disciplines(document),
        cases_known=False,
        planned=planned,
        qualified=qualified,
        declared_assets=bool(document.get("assets")) or None,
        healthy=None,
        term_ends=_term_ends(document, on),
    )


def paid(document: Document) -> Paid | None:
    """What a person is paid by; None where the dossier has no coefficient."""
    employment = document.get("employment", {})
    coefficient = _value(employment, "salary_coefficient")
    if coefficient is None:
        return None

    def number(name: str) -> Decimal:
        return Decimal(_value(employment, name) or 0)

    allowance = number("position_allowance") + number("concurrent_allowance") + number("other_allowance")
    share = Decimal(_value(employment, "salary_percent") or 100)
    return Paid(
        Decimal(coefficient), number("beyond_frame_percent"), allowance, number("retained_coefficient"), share
    )


def _term_ends(document: Document, on: date) -> date | None:
    ends = (last_day(present(row.get("effective_to"))) for row in _rows(document, "career", "appointments"))
    running = [end for end in ends if end is not None]
    return max(running, default=None) if running and max(running) >= on else None


def _serving(status: str) -> bool:
    row = current().codes["working_status"].get(status)
    return row is None or row.extra.get("serving") != "no"


def _effective(row: Row) -> date | None:
    return first_day(_value(row, "effective_from") or _value(row, "decided_on"))


def _day(group: Row, name: str) -> date | None:
    return first_day(_value(group, name))


def _value(group: Row, name: str) -> Any:
    return present(group.get(name))


def _rows(document: Document, group: str, table: str) -> list[Row]:
    held = document.get(group, {}).get(table)
    return held if isinstance(held, list) else []
