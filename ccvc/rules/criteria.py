"""Who qualifies: criteria over any field of the standard and any rule, each held, failed, or not to be told, and why.

Of a table's cell one row that holds is enough; of several cells together one row in which all hold. What the dossier
does not say is never taken for no.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, Literal, get_args

from ccvc.rules import discipline, facts, retirement
from ccvc.rules.parameters import Law
from ccvc.rules.reasons import Answer, Reason, because
from ccvc.standard.fields import Field
from ccvc.standard.names import plain
from ccvc.standard.problems import Problem
from ccvc.standard.quality.case import Case, Place, first_day, last_day, months_between
from ccvc.standard.reading import Document, Row, cell, present
from ccvc.standard.values import display
from ccvc.standard.versions import current

Test = Literal["is", "is_not", "at_least", "at_most", "contains", "given", "lacking"]
MOST = 99
CODES: Mapping[Answer, str] = MappingProxyType(
    {"yes": "CRITERION-HELD", "no": "CRITERION-FAILED", "cannot_tell": "CRITERION-UNKNOWN"}
)
OURS = Law("Tiêu chí do người tìm đặt ra", "D")


@dataclass(frozen=True, slots=True)
class Criterion:
    """A test of a field ("education.degrees[].level" at_least "7") or of a rule of RULES ("rule:years_left" "5").

    `also` are tests of other cells of the same row: a degree of this level, in that field.
    """

    subject: str
    test: Test = "is"
    values: tuple[str, ...] = ()
    also: tuple[Criterion, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """What one criterion comes to for one person."""

    criterion: Criterion
    answer: Answer
    reason: Reason


@dataclass(frozen=True, slots=True)
class Qualified:
    """All criteria of one person: yes only where every one holds; no where one fails."""

    results: tuple[Held, ...]

    @property
    def answer(self) -> Answer:
        """What they come to together."""
        answers = {one.answer for one in self.results}
        return "no" if "no" in answers else "cannot_tell" if "cannot_tell" in answers else "yes"


def qualify(criteria: Sequence[Criterion], document: Document, on: date) -> Qualified:
    """Ask every criterion of a dossier on a day. Problem CRI-UNKNOWN, CRI-TEST, CRI-VALUE."""
    return Qualified(tuple(ask(one, document, on) for one in criteria))


def ask(one: Criterion, document: Document, on: date) -> Held:
    """Ask one criterion."""
    if one.subject.startswith("rule:"):
        rule = RULES.get(one.subject.removeprefix("rule:"))
        if rule is None:
            raise Problem("CRI-UNKNOWN", where=one.subject, name=one.subject)
        answer, reason = rule(document, on, one.values)
        return Held(one, answer, reason)
    return _row_wise(one, document, on) if one.also else _field(one, document, on)


def check(one: Criterion) -> None:
    """Raise the Problem that asking it would raise of any dossier, so that a search is refused before it begins."""
    ask(one, {}, date.max)
    if not one.subject.startswith("rule:"):
        field = _declared(one.subject)
        for value in one.values if one.test in {"at_least", "at_most"} else ():
            _bound(field, value)
    for part in one.also:
        check(part)


def _field(one: Criterion, document: Document, on: date) -> Held:
    field = _declared(one.subject)
    place = Place.of(one.subject)
    case = Case(document, on)
    given = _given(case, place)
    found = [value for value in given if value is not None]
    answers = [_tested(one, field, value) for value in found]
    shown = ", ".join(_shown(field, value) for value in found) or "—"
    facts_of: dict[str, Any] = {"field": field.label_vi, "found": shown, "asked": _asked(one, field)}
    answer = _together(one, case.given(Place.of(_table_of(one.subject))), given, answers)
    return Held(one, answer, because(CODES[answer], OURS, one.subject, **facts_of))


def _row_wise(one: Criterion, document: Document, on: date) -> Held:
    """One row has to hold every test. Problem CRI-ROW where they are not of cells of one table."""
    parts = [(part, _declared(part.subject), Place.of(part.subject)) for part in (one, *one.also)]
    table = _table_of(one.subject)
    if any(not place.cell or _table_of(place.path) != table for _part, _field, place in parts):
        raise Problem("CRI-ROW", where=one.subject)
    case, of_rows = Case(document, on), Place.of(table)
    declared, rows = case.given(of_rows), case.rows(of_rows)
    answers = [
        _all_of([_in_row(part, field, row.get(place.cell)) for part, field, place in parts]) for row in rows
    ]
    answer: Answer = "yes" if "yes" in answers else _unless(declared, answers, answers, "no")
    shown = "; ".join(_row_shown(row, parts) for row in rows) or "—"
    facts_of: dict[str, Any] = {
        "field": " + ".join(field.label_vi for _part, field, _place in parts),
        "found": shown,
        "asked": " + ".join(_asked(part, field) for part, field, _place in parts),
    }
    return Held(one, answer, because(CODES[answer], OURS, one.subject, **facts_of))


def _all_of(answers: Sequence[Answer]) -> Answer:
    return "no" if "no" in answers else "cannot_tell" if "cannot_tell" in answers else "yes"


def _in_row(one: Criterion, field: Field, given: Any) -> Answer:
    """A test of one cell; one that is not there, or only as a state, can only be asked whether it is given."""
    value = present(given)
    if one.test in {"given", "lacking"}:
        if value is None and isinstance(given, Mapping) and given["state"] != "none":
            return "cannot_tell"
        return "yes" if (value is None) == (one.test == "lacking") else "no"
    return "cannot_tell" if value is None else _tested(one, field, value)


def _row_shown(row: Row, parts: Sequence[tuple[Criterion, Field, Place]]) -> str:
    values = [(field, cell(row, place.cell)) for _part, field, place in parts]
    return ", ".join(_shown(field, value) for field, value in values if value is not None) or "—"


def _together(one: Criterion, declared: Any, given: Sequence[Any], answers: Sequence[Answer]) -> Answer:
    """What the values come to: one that holds is enough, one that must not be is enough against."""
    if one.test == "given":
        return "yes" if answers else "cannot_tell" if declared is None else "no"
    if one.test == "lacking":
        return "no" if answers else "cannot_tell" if declared is None else "yes"
    if one.test == "is_not":
        return "no" if "no" in answers else _unless(declared, given, answers, "yes")
    return "yes" if "yes" in answers else _unless(declared, given, answers, "no")


def _unless(declared: Any, given: Sequence[Any], answers: Sequence[Answer], otherwise: Answer) -> Answer:
    """Not to be told where nothing was declared, a value is unknown, or a value cannot be compared."""
    open_ = declared is None or len(answers) < len(given) or "cannot_tell" in answers
    return "cannot_tell" if open_ else otherwise


def _given(case: Case, place: Place) -> list[Any]:
    """The values of a field or of all rows; None for one that is there as a state."""
    if place.cell:
        return [cell(row, place.cell) for row in case.rows(Place.of(f"{place.group}.{place.name}"))]
    value = case.given(place)
    return [] if value is None else [present(value)]


def _table_of(path: str) -> str:
    return path.partition("[]")[0]


def _declared(path: str) -> Field:
    field = current().fields.get(path)
    if field is None:
        raise Problem("CRI-UNKNOWN", where=path, name=path)
    return field


def _tested(one: Criterion, field: Field, value: Any) -> Answer:
    if one.test in {"given", "lacking"}:
        return "yes"
    if one.test == "contains":
        words = plain(str(_shown(field, value)))
        return "yes" if any(plain(word) in words for word in one.values) else "no"
    if one.test == "is":
        return "yes" if str(value) in one.values else "no"
    if one.test == "is_not":
        return "no" if str(value) in one.values else "yes"
    return _compared(one, field, value)


def _compared(one: Criterion, field: Field, value: Any) -> Answer:
    """At least or at most: of dates known in part only what holds for all they may mean."""
    bound = one.values[0] if one.values else ""
    if field.type in {"date", "partial_date"}:
        first, last = first_day(value), last_day(value)
        low, high = first_day(bound), last_day(bound)
        if low is None or high is None:
            raise Problem("CRI-VALUE", where=one.subject, value=bound)
        if first is None or last is None:
            return "cannot_tell"
        if one.test == "at_least":
            return "yes" if first >= low else "no" if last < low else "cannot_tell"
        return "yes" if last <= high else "no" if first > high else "cannot_tell"
    asked, held = _number(field, bound), _order(field, str(value))
    if held is None:
        return "cannot_tell"
    return "yes" if (held >= asked if one.test == "at_least" else held <= asked) else "no"


def _bound(field: Field, text: str) -> None:
    """Refuse what a field of this type cannot be compared with."""
    if field.type not in {"date", "partial_date"}:
        _number(field, text)
    elif first_day(text) is None:
        raise Problem("CRI-VALUE", where=field.path, value=text)


def _order(field: Field, text: str) -> Decimal | None:
    """Where a held value stands; None of a code without an order: an old certificate is neither below nor above."""
    try:
        return _number(field, text)
    except Problem:
        return None


def _number(field: Field, text: str) -> Decimal:
    """A number, or the order of a code in its list; Problem CRI-TEST without an order, CRI-VALUE for no number."""
    if field.type == "code" and field.code_list:
        row = current().codes[field.code_list].get(text)
        text = (row.extra.get("counts_as") or row.code) if row else text
        if not text.replace(".", "").isdigit():
            raise Problem("CRI-TEST", where=field.path, field=field.label_vi)
    try:
        return Decimal(text)
    except InvalidOperation:
        raise Problem("CRI-VALUE", where=field.path, value=text) from None


def _shown(field: Field, value: Any) -> str:
    return display(field.path, value)


def _asked(one: Criterion, field: Field) -> str:
    return " / ".join(_shown(field, value) for value in one.values)


Ruled = tuple[Answer, Reason]
Rule = Callable[[Document, date, Sequence[str]], Ruled]


def _whole(rule: str, values: Sequence[str], place: int, otherwise: int) -> int:
    """A whole number a rule is asked with, at most MOST; Problem CRI-VALUE."""
    text = values[place] if len(values) > place else str(otherwise)
    if not (text.isascii() and text.isdecimal() and int(text[:4]) <= MOST):
        raise Problem("CRI-VALUE", where=f"rule:{rule}", value=text)
    return int(text)


def _no_bar(document: Document, on: date, values: Sequence[str]) -> Ruled:
    """Nothing disciplinary bars an appointment to a higher office, or the act named."""
    act: Any = values[0] if values else "higher"
    if act not in get_args(discipline.Act):
        raise Problem("CRI-VALUE", where="rule:no_bar", value=act)
    category = facts.candidate(document, on).category
    bars = list(discipline.bars(facts.disciplines(document), category, act, on))
    if not bars:
        known = "employment" in document
        return ("yes" if known else "cannot_tell"), because("NO-BAR", None)
    bar = max(bars, key=lambda bar: bar.sure)
    return ("no" if bar.sure else "cannot_tell"), bar.reason


def _years_left(document: Document, on: date, values: Sequence[str]) -> Ruled:
    """At least so many years before the retirement."""
    needed = _whole("years_left", values, 0, 5) * 12
    asked = facts.candidate(document, on)
    found = retirement.normal(asked.sex, asked.birth)
    if found.pension_from is None:
        return "cannot_tell", found.reasons[0]
    left = months_between(on, found.pension_from)
    why = because("YEARS-LEFT", found.reasons[-1].law, "identity.birth_date", months=left, needed=needed)
    return ("yes" if left >= needed else "no"), why


def _rated(document: Document, on: date, values: Sequence[str]) -> Ruled:
    """Rated at least so well (a code, 1 is best) in each of the last years asked for."""
    worst, years = _whole("rated", values, 0, 2), _whole("rated", values, 1, 1)
    levels = {rated.year: _worst(rated) for rated in facts.yearly_ratings(document)}
    asked = range(on.year - years, on.year)
    missing = [year for year in asked if levels.get(year) is None]
    low = [year for year in asked if (level := levels.get(year)) is not None and level > worst]
    law = Law("NĐ 335/2025/NĐ-CP; NĐ 233/2026/NĐ-CP; NĐ 90/2020/NĐ-CP", "S")
    told = because("RATED", law, "employment.ratings", years=", ".join(map(str, low or missing)) or "—")
    return ("no" if low else "cannot_tell" if missing else "yes"), told


def _worst(rated: facts.YearRated) -> int | None:
    """The level of a year; None where it is not said, or said in two ways."""
    level = next(iter(rated.levels))
    return int(level[0]) if level and rated.sure and len(rated.levels) == 1 else None


RULES: Mapping[str, Rule] = MappingProxyType({"no_bar": _no_bar, "years_left": _years_left, "rated": _rated})
