"""What is in a file: which sheet is which, which columns they have, what was not recognised. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ccvc.intake import layout, legacy
from ccvc.intake.findings import Finding, of_problem
from ccvc.intake.headers import SEARCHED_ROWS, Heading, Headings, Part, by_paths
from ccvc.intake.layout import KEY, MAIN, PERSON, Sheet
from ccvc.intake.reading import Source, head
from ccvc.intake.shapes import joins
from ccvc.intake.shapes.mapping import Shape
from ccvc.intake.shapes.marks import Marks
from ccvc.intake.shapes.matching import COUNTERS
from ccvc.intake.shapes.recognising import Recognised, recognise
from ccvc.intake.shapes.rows import plan
from ccvc.intake.shapes.words import key
from ccvc.standard.names import plain
from ccvc.standard.problems import Problem

LOOKED_AT = 200  # rows whose values are looked at
_OURS = {plain(title) for title in (layout.GUIDE_TITLE, layout.CODES_TITLE, layout.FAULTS_TITLE)}

Known = Callable[[str], Shape | None]
"""What is remembered of a fingerprint of headings."""

Look = tuple[str, Headings | None, Recognised | None]
"""A sheet: its title, its headings, and what it shows by itself where it is not in our template."""


@dataclass(frozen=True, slots=True)
class Survey:
    """The recognised sheets as (title, headings), the persons' sheet first, and what to say of the file.

    `told` holds what the file itself shows of each shape that is not our template.
    """

    sheets: tuple[tuple[str, Headings], ...]
    notices: tuple[Finding, ...]
    told: tuple[Recognised, ...] = ()

    @property
    def main(self) -> Headings:
        """Headings of the persons' sheet."""
        return self.sheets[0][1]

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The shapes the file is read by; none of a file in our template."""
        return tuple(h.shape for _, h in self.sheets if h.shape)

    @property
    def certain(self) -> bool:
        """Whether the file can be read without anybody's confirmation."""
        confirmed = self.main.shape is not None and self.main.shape.confirmed
        return (PERSON in self.main.paths() or confirmed) and all(shape.certain for shape in self.shapes)

    def missing(self) -> tuple[str, ...]:
        """Labels of the required columns that the persons' sheet lacks."""
        there = self.main.paths()
        return tuple(c.label for c in self.main.sheet.columns if c.required and c.path not in there)


def _unknown(_fingerprint: str) -> None:
    """Nothing is remembered."""


def survey(source: Source, name: str, on: date, known: Known = _unknown) -> Survey:
    """Look at each sheet's headings. Raises Problem INT-NO-HEADER, INT-MISSING-COLUMNS, those of reading."""
    declared = layout.sheets(on)
    looks = _keyed(
        [(title, *_look(source, title, declared, known)) for title in source.sheets], declared, known
    )
    numbered = any(h and h.sheet.key == MAIN and PERSON in h.paths() for _, h, _ in looks)
    found: dict[str, tuple[str, Headings]] = {}
    told: list[Recognised] = []
    notices: list[Finding] = []
    for title, headings, recognised in looks:
        if headings is None or (numbered and headings.sheet.key == MAIN and PERSON not in headings.paths()):
            notices += _unrecognised(title, declared)
        elif headings.sheet.key in found:
            notices += _another(title, headings, found)
        else:
            found[headings.sheet.key] = (title, headings)
            told += [recognised] if recognised else []
            notices += _about_columns(title, headings)
    if MAIN not in found:
        label = declared[MAIN].columns[0].label
        raise Problem("INT-NO-HEADER", where=name, name=name, key=label, rows=SEARCHED_ROWS)
    ordered = sorted(found.values(), key=lambda pair: pair[1].sheet.key != MAIN)
    return Survey(tuple(ordered), tuple(notices), tuple(told))


def _keyed(looks: Sequence[Look], declared: Mapping[str, Sheet], known: Known) -> list[Look]:
    """Where a table refers to people by the count of their rows, that count is the key of the persons too."""
    if not any(
        h and h.sheet.key != MAIN and not joins.told(h.paths()) and KEY in h.paths() for _, h, _ in looks
    ):
        return list(looks)
    found: list[Look] = []
    for title, headings, told in looks:
        if headings is None or told is None or headings.sheet.key != MAIN:
            found.append((title, headings, told))
            continue
        keyed = replace(told, shape=joins.keyed(told.shape))
        found.append((title, _headings(keyed, headings.marks, declared, known), keyed))
    return found


def _look(
    source: Source, title: str, declared: Mapping[str, Sheet], known: Known
) -> tuple[Headings | None, Recognised | None]:
    if plain(title) in _OURS:
        return None, None
    rows = legacy.readable(head(source, title, SEARCHED_ROWS))
    headings = by_paths(rows, declared.values())
    if headings is not None or not rows:
        return headings, None
    marks = source.marks(title)
    more = legacy.readable(head(source, title, LOOKED_AT))
    recognised = recognise(rows, more, marks, declared, title)
    if recognised is not None:
        return _headings(recognised, marks, declared, known), recognised
    if table := _table_named(title, declared):
        raise Problem(
            "INT-MISSING-COLUMNS", where=title, sheet=title, count=1, columns=table.columns[0].label
        )
    return None, None


def _headings(recognised: Recognised, marks: Marks, declared: Mapping[str, Sheet], known: Known) -> Headings:
    """The columns by what was confirmed for these headings, else by what the file shows."""
    shape = known(recognised.shape.fingerprint) or recognised.shape
    sheet = declared.get(shape.sheet, recognised.sheet)
    planned = plan(shape, sheet)
    return Headings(
        sheet,
        recognised.last,
        tuple(Heading(index, column) for index, column in planned.found),
        () if shape.confirmed else _unknown_columns(recognised),
        () if shape.confirmed else tuple(recognised.twice),
        shape,
        tuple(Heading(index, column) for index, column in planned.sources),
        marks,
    )


def _unknown_columns(recognised: Recognised) -> tuple[tuple[str, str], ...]:
    """(letters, heading) of columns that fill nothing, but for those that only count the rows."""
    named = {letters for letters, _, _ in recognised.twice}
    left = (u for u in recognised.shape.columns if not u.path and u.heading and u.column not in named)
    return tuple((u.column, u.heading) for u in left if key(u.heading.rpartition(" / ")[2]) not in COUNTERS)


def _table_named(title: str, declared: Mapping[str, Sheet]) -> Sheet | None:
    return next((s for s in declared.values() if s.key != MAIN and plain(s.title) == plain(title)), None)


def _unrecognised(title: str, declared: Mapping[str, Sheet]) -> Iterator[Finding]:
    """Nothing is said of our own guide and of empty sheets of ours."""
    if plain(title) not in _OURS and not _table_named(title, declared):
        yield of_problem(Problem("INT-SHEET-UNKNOWN", sheet=title), "warning", sheet=title)


def _another(title: str, headings: Headings, found: dict[str, tuple[str, Headings]]) -> Iterator[Finding]:
    """A further sheet of the same kind is read with the first if its columns are the same; else it is named."""
    first, before = found[headings.sheet.key]
    if before.shape and headings.shape and before.shape.fingerprint == headings.shape.fingerprint:
        part = Part(title, headings.row, headings.marks)
        found[headings.sheet.key] = (first, replace(before, more=(*before.more, part)))
        yield from _about_hidden(title, headings)
        return
    yield of_problem(Problem("INT-SHEET-COLUMNS", sheet=title, first=first), "warning", sheet=title)


def _about_columns(title: str, headings: Headings) -> Iterator[Finding]:
    for letters, text in headings.unknown:
        problem = Problem("INT-COLUMN-UNKNOWN", column=text)
        yield of_problem(problem, "warning", sheet=title, row=headings.row, column=letters, cell=text)
    for letters, text, first in headings.twice:
        problem = Problem("INT-COLUMN-TWICE", column=text, first=first)
        yield of_problem(problem, "warning", sheet=title, row=headings.row, column=letters, cell=text)
    yield from _about_hidden(title, headings)


def _about_hidden(title: str, headings: Headings) -> Iterator[Finding]:
    """Hidden cells are taken in like all others, which somebody should know."""
    marks = headings.marks
    hidden = [index for index in marks.hidden_columns if index in {h.index for h in headings.sources}]
    if hidden or marks.hidden_rows:
        columns = ", ".join(layout.letters(index) for index in hidden) or "0"
        problem = Problem("INT-HIDDEN", rows=marks.hidden_rows, columns=columns)
        yield of_problem(problem, "warning", sheet=title)


def missing_columns(sheet: str, labels: Iterable[str]) -> Problem:
    """The problem of a file that lacks required columns."""
    names = list(labels)
    return Problem(
        "INT-MISSING-COLUMNS", where=sheet, sheet=sheet, count=len(names), columns="; ".join(names)
    )
