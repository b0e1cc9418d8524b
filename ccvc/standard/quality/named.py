"""Rules that only a function can tell, and the registry by which an upper room brings its own (the law's scales).

A rule of kind "named" names its function in `options.check`. Like any kind, a function compiles the rule into a check.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ccvc.standard.fields import Standard
from ccvc.standard.personal_id import born_in, check_personal_id
from ccvc.standard.quality.case import Asked, Case, Found, Place, first_day, last_day, later
from ccvc.standard.quality.declaring import Rule
from ccvc.standard.quality.kinds.dates import year_of
from ccvc.standard.quality.kinds.making import Check, Make, mended
from ccvc.standard.reading import cell

NUMBER, SEX, BIRTH = map(Place.of, ("identity.personal_id", "identity.sex", "identity.birth_date"))
EXPIRES = Place.of("identity.identity_card_expires_on")
HIGHEST, LEVEL = Place.of("education.highest_level"), Place.of("education.degrees[].level")
RELATIVE, RELATIVE_ID = Place.of("family.relatives[].birth_year"), Place.of("family.relatives[].personal_id")
RATED, DISCIPLINED = Place.of("employment.ratings[].year"), Place.of("employment.disciplines[].decided_on")
EXCELLENT, DUTY = "1", "HC"
DAY = 10


def personal_id(rule: Rule, _asked: Asked, _standard: Standard) -> Check:
    """The number against sex, year of birth and the province list; `options.doubt` chooses which."""
    wanted = rule.options["doubt"]

    def check(case: Case) -> Iterator[Found]:
        number = case.value(NUMBER)
        if number is None:
            return
        for doubt in check_personal_id(number, case.value(SEX), case.value(BIRTH)):
            if doubt.code == wanted:
                yield Found(NUMBER.path, dict(doubt.params))

    return check


def relatives_id(_rule: Rule, _asked: Asked, _standard: Standard) -> Check:
    """A relative's number against the year of birth given for them."""

    def check(case: Case) -> Iterator[Found]:
        for row in case.rows(RELATIVE_ID):
            number, born = cell(row, "personal_id"), cell(row, "birth_year")
            if number and born and born_in(number) != int(born[:4]):
                yield Found(RELATIVE_ID.at(row), {"number": born_in(number), "declared": born[:4]})

    return check


def card_expiry(_rule: Rule, _asked: Asked, _standard: Standard) -> Check:
    """An identity card expires on a birthday; where day and month are merely swapped, what is right is certain."""

    def check(case: Case) -> Iterator[Found]:
        born, expires = case.value(BIRTH), case.value(EXPIRES)
        if born is None or expires is None or len(born) != DAY:
            return
        if expires[5:] == born[5:] or born[5:] == "02-29":
            return
        swapped = f"{expires[:4]}-{expires[8:]}-{expires[5:7]}"
        suggestion = mended(EXPIRES.path, expires, swapped) if swapped[5:] == born[5:] else ()
        yield Found(EXPIRES.path, {"first": _shown(born), "second": _shown(expires)}, suggestion)

    return check


def _shown(text: str) -> str:
    return "/".join(reversed(text.split("-")))


def _heights(standard: Standard) -> Mapping[str, int]:
    """How high each level stands: by the level it counts as in statistics."""
    return {row.code: int(row.extra.get("counts_as") or 0) for row in standard.codes["education_levels"]}


def above_highest(_rule: Rule, _asked: Asked, standard: Standard) -> Check:
    """A degree higher than the highest level given: the highest of the degrees is it."""
    heights, codes = _heights(standard), standard.codes["education_levels"]

    def check(case: Case) -> Iterator[Found]:
        given = case.value(HIGHEST)
        held = [level for row in case.rows(LEVEL) if (level := cell(row, "level")) in heights]
        if given not in heights or not held:
            return
        best = max(held, key=heights.__getitem__)
        if heights[best] > heights[given]:
            params = {"codes": codes.label(best), "given": codes.label(given)}
            alone = len({level for level in held if heights[level] == heights[best]}) == 1
            yield Found(HIGHEST.path, params, mended(HIGHEST.path, given, best) if alone else ())

    return check


def highest_without_degree(rule: Rule, _asked: Asked, standard: Standard) -> Check:
    """The highest level given is among no degree; asked from a level on (`options.from`)."""
    heights, least = _heights(standard), rule.options["from"]

    def check(case: Case) -> Iterator[Found]:
        given, rows = case.value(HIGHEST), case.rows(LEVEL)
        if given not in heights or heights[given] < least or not rows:
            return
        if all(heights.get(cell(row, "level"), 0) < heights[given] for row in rows):
            yield Found(HIGHEST.path, {"given": standard.codes["education_levels"].label(given)})

    return check


def parents_age(rule: Rule, asked: Asked, _standard: Standard) -> Check:
    """A parent born too few years before the person, or a child before the person was old enough."""
    months = asked.parameters.get("months")
    parents, children = frozenset(rule.options["parents"]), frozenset(rule.options["children"])

    def check(case: Case) -> Iterator[Found]:
        born = case.value(BIRTH)
        if born is None or months is None:
            return
        for row in case.rows(RELATIVE):
            relation, year = cell(row, "relationship"), cell(row, "birth_year")
            if year is None or not (relation in parents or relation in children):
                continue
            older, younger = (year, born) if relation in parents else (born, year)
            if _too_young(older, younger, months):
                yield Found(RELATIVE.at(row), {"first": _shown(born), "second": _shown(year)})

    return check


def _too_young(older: str, younger: str, months: int) -> bool:
    start, end = first_day(older), last_day(younger)
    return start is not None and end is not None and end < later(start, months)


def excellent_though_disciplined(_rule: Rule, _asked: Asked, _standard: Standard) -> Check:
    """Rated excellent in a year in which a measure of discipline in office was decided."""

    def check(case: Case) -> Iterator[Found]:
        years = {_year(row.get("decided_on")) for row in case.rows(DISCIPLINED) if row.get("kind") == DUTY}
        if not years:
            return
        for row in case.rows(RATED):
            if row.get("level") == EXCELLENT and (year := year_of(row, RATED)) in years:
                yield Found(f"employment.ratings[{row['id']}].level", {"year": year})

    return check


def _year(value: Any) -> int | None:
    day = first_day(value) if value else None
    return day.year if day else None


_CHECKS: dict[str, Make] = {
    "personal_id": personal_id,
    "relatives_id": relatives_id,
    "card_expiry": card_expiry,
    "above_highest": above_highest,
    "highest_without_degree": highest_without_degree,
    "parents_age": parents_age,
    "excellent_though_disciplined": excellent_though_disciplined,
}


def register_checks(checks: Mapping[str, Make]) -> None:
    """Plug in functions of an upper room, by the names the data files use."""
    _CHECKS.update(checks)


def check_named(name: str) -> Make | None:
    """The function of a name; None where no room has brought it."""
    return _CHECKS.get(name)
