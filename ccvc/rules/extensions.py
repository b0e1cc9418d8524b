"""What puts a raise off: discipline and failed years, each by category and form; what counts once, what may count.

TT 08/2013/TT-BNV Điều 2 khoản 3 as amended by TT 03/2021/TT-BNV: different matters are added, one matter counts by
its discipline alone; a discipline in the Party without an administrative one counts as the form that corresponds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ccvc.rules.parameters import Law, Row, held, parameter
from ccvc.rules.reasons import Words
from ccvc.standard.versions import current

FAILED = "failed_year"
UNSAID = ""
PARTY = "D"
UNSAID_LABEL = Words("Kỷ luật không ghi hình thức", "Discipline of no form said")


@dataclass(frozen=True, slots=True)
class Cause:
    """A discipline (a code of "discipline_forms", or UNSAID) from its first day in force, or a failed year at its end.

    `matter` names what it was for, so that one matter is told from another; None where the dossier does not say.
    `latest`: the last day it may have been on, where the day is not known. Not `sure`: it may not have been at all.
    """

    form: str
    on: date
    matter: str | None = None
    path: str = ""
    latest: date | None = None
    sure: bool = True

    @property
    def exact(self) -> bool:
        """Whether its form and its day are known."""
        return self.latest is None and self.form != UNSAID


@dataclass(frozen=True, slots=True)
class Extension:
    """So many months, by which law; not `sure` where it depends on what the dossier does not say."""

    months: int
    on: date
    law: Law
    label: Words
    sure: bool
    discipline: bool
    path: str = ""


def extensions(category: str, causes: Sequence[Cause], since: date) -> list[Extension]:
    """What puts a raise off since a day, in order of time; what may have been earlier or since counts as it may."""
    counted = sorted((one for one in causes if (one.latest or one.on) >= since), key=lambda one: one.on)
    return [found for one in counted for found in _extension(category, one, counted, since)]


def _extension(category: str, cause: Cause, all_causes: Sequence[Cause], since: date) -> Iterator[Extension]:
    on, sure = max(cause.on, since), cause.sure and cause.exact
    if cause.form == FAILED:
        disciplined = [one for one in all_causes if one.form != FAILED and _may_be_of(one, cause.on.year)]
        if any(one.exact and _one_matter(cause, one) for one in disciplined):
            return
        sure = sure and not any(_may_be_one(cause, one) for one in disciplined)
    elif is_party(cause.form):
        if any(_followed(cause, one) for one in all_causes):
            return
        sure = sure and not any(_may_have_followed(cause, one) for one in all_causes)
    row, equal = _row(category, cause.form, on), _equivalent(cause.form, on)
    if row is not None:
        law = row.law.beside(equal.law) if equal else row.law
        yield Extension(int(row["months"]), on, law, label(cause), sure, cause.form != FAILED, cause.path)


def label(cause: Cause) -> Words:
    """A cause as people read it."""
    if cause.form == FAILED:
        return failed_label(cause.on.year)
    return UNSAID_LABEL if cause.form == UNSAID else form_label(cause.form)


def is_party(form: str) -> bool:
    """Whether a form is one of the Party's."""
    found = current().codes["discipline_forms"].get(form)
    return found is not None and found.extra.get("kind") == PARTY


def equivalent(form: str, on: date) -> str | None:
    """The administrative form a form of the Party corresponds to. TT 03/2021/TT-BNV."""
    row = _equivalent(form, on)
    return row["administrative_form"] if row else None


def _equivalent(form: str, on: date) -> Row | None:
    return next((row for row in held("party_equivalents.csv", on) if row["party_form"] == form), None)


def form_label(form: str) -> Words:
    """A form as people read it."""
    return Words.of("discipline_forms", form)


def failed_label(year: int) -> Words:
    """A failed year as people read it."""
    return Words(f"Không hoàn thành nhiệm vụ năm {year}", f"Tasks of {year} not completed")


def _row(category: str, form: str, on: date) -> Row | None:
    """What a cause costs; of a discipline that does not say its form, the most any costs."""
    rows = [row for row in held("raise_extensions.csv", on) if category in row.words("categories")]
    if form == UNSAID:
        forms = (row for row in rows if row["cause"] != FAILED)
        return max(forms, key=lambda row: int(row["months"]), default=None)
    cause = equivalent(form, on) if is_party(form) else form
    return next((row for row in rows if row["cause"] == cause), None)


def _may_be_of(one: Cause, year: int) -> bool:
    return one.on.year <= year <= (one.latest or one.on).year


def _one_matter(one: Cause, other: Cause) -> bool:
    return one.matter is not None and one.matter == other.matter


def _may_be_one(one: Cause, other: Cause) -> bool:
    return one.matter is None or other.matter is None or one.matter == other.matter


def _followed(party: Cause, other: Cause) -> bool:
    """Whether an administrative discipline came of the same matter: named so, or in the time the law gives for it."""
    if is_party(other.form) or other.form == FAILED or not (party.exact and other.exact):
        return False
    if party.matter is not None and other.matter is not None:
        return party.matter == other.matter
    wait = timedelta(days=parameter("party_to_administrative", party.on).value)
    return party.on <= other.on <= party.on + wait


def _may_have_followed(party: Cause, other: Cause) -> bool:
    """Whether one may have followed, of two that do not both say form and day."""
    if is_party(other.form) or other.form == FAILED or (party.exact and other.exact):
        return False
    return _may_be_one(party, other)
