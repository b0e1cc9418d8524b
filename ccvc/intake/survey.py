"""What is in a file: which sheet is which, which columns they have, what was not recognised. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ccvc.intake import layout, legacy
from ccvc.intake.findings import Finding, of_problem
from ccvc.intake.headers import SEARCHED_ROWS, Headings, find_headings
from ccvc.intake.layout import MAIN, Sheet
from ccvc.intake.reading import Source, head
from ccvc.standard.names import plain
from ccvc.standard.problems import Problem

_OURS = {plain(title) for title in (layout.GUIDE_TITLE, layout.CODES_TITLE, layout.FAULTS_TITLE)}


@dataclass(frozen=True, slots=True)
class Survey:
    """The recognised sheets as (title, headings), the persons' sheet first, and what to say of the file."""

    sheets: tuple[tuple[str, Headings], ...]
    notices: tuple[Finding, ...]

    @property
    def main(self) -> Headings:
        """Headings of the persons' sheet."""
        return self.sheets[0][1]

    def missing(self) -> tuple[str, ...]:
        """Labels of the required columns that the persons' sheet lacks."""
        there = self.main.paths()
        return tuple(c.label for c in self.main.sheet.columns if c.required and c.path not in there)


def survey(source: Source, name: str, on: date) -> Survey:
    """Look at each sheet's headings. Raises Problem INT-NO-HEADER, INT-MISSING-COLUMNS, those of reading."""
    declared = layout.sheets(on)
    found: dict[str, tuple[str, Headings]] = {}
    notices: list[Finding] = []
    for title in source.sheets:
        headings = _headings(source, title, declared)
        if headings is None or headings.sheet.key in found:
            notices += _unrecognised(title, declared)
            continue
        found[headings.sheet.key] = (title, headings)
        notices += _about_columns(title, headings)
    if MAIN not in found:
        key = declared[MAIN].columns[0].label
        raise Problem("INT-NO-HEADER", where=name, name=name, key=key, rows=SEARCHED_ROWS)
    ordered = sorted(found.values(), key=lambda pair: pair[1].sheet.key != MAIN)
    return Survey(tuple(ordered), tuple(notices))


def _headings(source: Source, title: str, declared: Mapping[str, Sheet]) -> Headings | None:
    if plain(title) in _OURS:
        return None
    rows = legacy.readable(head(source, title, SEARCHED_ROWS))
    headings = find_headings(rows, declared.values(), title=title)
    if headings is None and rows and (table := _table_named(title, declared)):
        raise Problem(
            "INT-MISSING-COLUMNS", where=title, sheet=title, count=1, columns=table.columns[0].label
        )
    return headings


def _table_named(title: str, declared: Mapping[str, Sheet]) -> Sheet | None:
    return next((s for s in declared.values() if s.key != MAIN and plain(s.title) == plain(title)), None)


def _unrecognised(title: str, declared: Mapping[str, Sheet]) -> Iterator[Finding]:
    """Nothing is said of our own guide and of empty sheets of ours."""
    if plain(title) not in _OURS and not _table_named(title, declared):
        yield of_problem(Problem("INT-SHEET-UNKNOWN", sheet=title), "warning", sheet=title)


def _about_columns(title: str, headings: Headings) -> Iterator[Finding]:
    for letters, text in headings.unknown:
        problem = Problem("INT-COLUMN-UNKNOWN", column=text)
        yield of_problem(problem, "warning", sheet=title, row=headings.row, column=letters, cell=text)
    for letters, text, first in headings.twice:
        problem = Problem("INT-COLUMN-TWICE", column=text, first=first)
        yield of_problem(problem, "warning", sheet=title, row=headings.row, column=letters, cell=text)


def missing_columns(sheet: str, labels: Iterable[str]) -> Problem:
    """The problem of a file that lacks required columns."""
    names = list(labels)
    return Problem(
        "INT-MISSING-COLUMNS", where=sheet, sheet=sheet, count=len(names), columns="; ".join(names)
    )
