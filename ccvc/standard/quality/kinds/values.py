"""Values there or not, and values against values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from ccvc.standard.fields import Standard
from ccvc.standard.quality.case import Asked, Case, Found, Place
from ccvc.standard.quality.declaring import Rule
from ccvc.standard.quality.kinds.making import Check, Make, cells, places
from ccvc.standard.reading import cell


def expected(rule: Rule, asked: Asked, _standard: Standard) -> Check:
    """Each field, cell or table is given (a state counts as given); with `any`, at least one of them."""
    wanted, any_one = places(rule), bool(rule.options.get("any"))

    def check(case: Case) -> list[Found]:
        missing: list[Found] = []
        for place in wanted:
            if place.cell:
                cell = place.cell
                missing += [Found(place.at(row)) for row in asked.rows(case, place) if row.get(cell) is None]
            elif not case.given(place):
                missing.append(Found(place.path))
        if any_one and len(missing) < len(wanted):
            return []
        return missing[:1] if any_one else missing

    return check


def unexpected(rule: Rule, asked: Asked, _standard: Standard) -> Check:
    """Something given, or a row the conditions choose, that should not be there."""
    place = places(rule)[0]

    def check(case: Case) -> Iterator[Found]:
        for row, _ in cells(case, asked, place):
            yield Found(place.at(row))

    return check


def absent(rule: Rule, asked: Asked, _standard: Standard) -> Check:
    """No row of a table is as the conditions on rows choose."""
    (place,) = places(rule)[:1]

    def check(case: Case) -> Iterator[Found]:
        if not asked.rows(case, place):
            yield Found(f"{place.group}.{place.name}")

    return check


HOLDS: Mapping[str, Callable[[str, str], bool]] = {
    "equal": lambda one, other: one == other,
    "begins": str.startswith,
    "ends": lambda one, other: one.endswith(other),
    "under": lambda one, other: one == other or one.startswith(f"{other}."),
}


def holds(rule: Rule, _asked: Asked, _standard: Standard) -> Check:
    """The first text is, begins with or ends with the second (`how`); asked where it matches `pattern`."""
    first, second = places(rule)
    how, pattern = HOLDS[rule.options["how"]], re.compile(rule.options.get("pattern", ""))

    def check(case: Case) -> Iterator[Found]:
        one, other = case.value(first), case.value(second)
        if one is not None and other is not None and pattern.search(one) and not how(one, other):
            yield Found(first.path, {"first": one, "second": other})

    return check


def between(rule: Rule, asked: Asked, _standard: Standard) -> Check:
    """A number within the parameters `low` and `high`."""
    looked_at, low, high = places(rule), asked.parameters["low"], asked.parameters["high"]

    def check(case: Case) -> Iterator[Found]:
        for place in looked_at:
            for row, value in cells(case, asked, place):
                if not Decimal(str(low)) <= Decimal(value) <= Decimal(str(high)):
                    yield Found(place.at(row), {"second": value, "low": low, "high": high})

    return check


def split(rule: Rule, asked: Asked, _standard: Standard) -> Check:
    """The first cell holds together what the others should hold apart."""
    whole, *parts = places(rule)

    def check(case: Case) -> Iterator[Found]:
        for row, _ in cells(case, asked, whole):
            if row is not None and all(cell(row, part.cell) is None for part in parts):
                yield Found(whole.at(row))

    return check


def says(rule: Rule, asked: Asked, standard: Standard) -> Check:
    """What the code's row says in a column (`column`) is what the second field holds."""
    first, second = places(rule)
    said = _column(standard, first, rule.options["column"])

    def check(case: Case) -> Iterator[Found]:
        for row, code in cells(case, asked, first):
            other = case.value(second) if row is None else cell(row, second.cell)
            meant = said.get(code)
            if meant and other is not None and str(other) != meant:
                yield Found(second.at(row), {"first": meant, "second": other})

    return check


def _column(standard: Standard, place: Place, column: str) -> Mapping[str, str]:
    declared = standard.fields[place.path]
    return {row.code: row.extra.get(column, "") for row in standard.codes[declared.code_list or ""]}


KINDS: Mapping[str, Make] = {
    "expected": expected,
    "unexpected": unexpected,
    "absent": absent,
    "holds": holds,
    "between": between,
    "split": split,
    "says": says,
}
