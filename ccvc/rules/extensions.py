"""What puts a raise off: discipline and failed years, each by category and form; what counts once, what may count.

TT 08/2013/TT-BNV Điều 2 khoản 3 as amended by TT 03/2021/TT-BNV: different matters are added, one matter counts by
its discipline alone; a discipline in the Party without an administrative one counts as the form that corresponds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ccvc.rules.parameters import Law, Row, held, parameter
from ccvc.standard.versions import current

FAILED = "failed_year"
PARTY = "D"


@dataclass(frozen=True, slots=True)
class Cause:
    """A discipline (a code of "discipline_forms") from its first day in force, or a failed year at its end.

    `matter` names what it was for, so that one matter is told from another; None where the dossier does not say.
    """

    form: str
    on: date
    matter: str | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """So many months, by which law; not `sure` where it depends on whether two causes are one matter."""

    months: int
    on: date
    law: Law
    label: str
    sure: bool
    discipline: bool
    path: str = ""


def extensions(category: str, causes: Sequence[Cause], since: date) -> list[Extension]:
    """What puts a raise off since a day, in order of time."""
    counted = sorted((one for one in causes if one.on >= since), key=lambda one: one.on)
    return [found for one in counted for found in _extension(category, one, counted)]


def _extension(category: str, cause: Cause, all_causes: Sequence[Cause]) -> Iterator[Extension]:
    row, sure = _row(category, cause.form, cause.on), True
    if cause.form == FAILED:
        disciplined = [one for one in all_causes if one.form != FAILED and one.on.year == cause.on.year]
        if any(_one_matter(cause, one) for one in disciplined):
            return
        sure = not any(_may_be_one(cause, one) for one in disciplined)
    elif is_party(cause.form):
        if any(_followed(cause, one) for one in all_causes):
            return
        row = _row(category, equivalent(cause.form, cause.on) or "", cause.on)
    if row is not None:
        label = failed_label(cause.on.year) if cause.form == FAILED else form_label(cause.form)
        yield Extension(int(row["months"]), cause.on, row.law, label, sure, cause.form != FAILED, cause.path)


def is_party(form: str) -> bool:
    """Whether a form is one of the Party's."""
    found = current().codes["discipline_forms"].get(form)
    return found is not None and found.extra.get("kind") == PARTY


def equivalent(form: str, on: date) -> str | None:
    """The administrative form a form of the Party corresponds to. TT 03/2021/TT-BNV."""
    rows = held("party_equivalents.csv", on)
    return next((row["administrative_form"] for row in rows if row["party_form"] == form), None)


def form_label(form: str) -> str:
    """A form as people read it."""
    found = current().codes["discipline_forms"].get(form)
    return found.label_vi if found else form


def failed_label(year: int) -> str:
    """A failed year as people read it."""
    return f"Không hoàn thành nhiệm vụ năm {year}"


def _row(category: str, cause: str, on: date) -> Row | None:
    rows = held("raise_extensions.csv", on)
    return next((row for row in rows if row["cause"] == cause and category in row.words("categories")), None)


def _one_matter(one: Cause, other: Cause) -> bool:
    return one.matter is not None and one.matter == other.matter


def _may_be_one(one: Cause, other: Cause) -> bool:
    return one.matter is None or other.matter is None


def _followed(party: Cause, other: Cause) -> bool:
    """Whether an administrative discipline came of the same matter: named so, or in the time the law gives for it."""
    if is_party(other.form) or other.form == FAILED:
        return False
    if party.matter is not None and other.matter is not None:
        return party.matter == other.matter
    wait = timedelta(days=parameter("party_to_administrative", party.on).value)
    return party.on <= other.on <= party.on + wait
