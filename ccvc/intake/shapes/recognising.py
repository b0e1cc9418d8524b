"""The shape of a sheet that is not in our template: its headings, its columns, how sure each is. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from ccvc.intake.layout import MAIN, PERSON, Sheet, letters
from ccvc.intake.shapes import joins
from ccvc.intake.shapes.blocks import Block, Rows, blocks, last_of
from ccvc.intake.shapes.mapping import Shape, Use, fingerprint
from ccvc.intake.shapes.marks import Marks
from ccvc.intake.shapes.matching import SEX, Match, Spellings, match
from ccvc.intake.shapes.rows import Sorter
from ccvc.intake.shapes.splitting import split
from ccvc.intake.shapes.values import Judge, Samples
from ccvc.intake.shapes.words import key, words_of

FEWEST_LABELS = 2


@dataclass(frozen=True, slots=True)
class Recognised:
    """A sheet's shape as told by the file alone; data begin below `last`."""

    sheet: Sheet
    last: int
    shape: Shape
    samples: Samples = field(default_factory=dict)
    twice: Sequence[tuple[str, str, str]] = ()

    @property
    def has_person(self) -> bool:
        """Whether a column of the personal identification number was told."""
        return any(use.path == PERSON for use in self.shape.columns)


def recognise(
    head: Rows, rows: Rows, marks: Marks, sheets: Mapping[str, Sheet], title: str
) -> Recognised | None:
    """The shape that the first rows (`head`) show, for the sheet of the layout they fit best; else None.

    `rows` are more of the sheet's rows, to look at values.
    """
    width = max((len(cells) for _, cells in (*head, *rows)), default=0)
    best = max(
        _tried(blocks(head, marks, width), sheets, title), key=lambda pair: _weight(*pair), default=None
    )
    if best is None:
        return None
    block, found = best
    last = last_of(head, block)
    uses, samples = _with_values(found, [row for row in rows if row[0] > last])
    heads = [(letters(index), texts) for index, texts in sorted(block.headings.items())]
    shape = Shape(found.sheet.key, fingerprint(heads), uses, titles=[title])
    told = Recognised(found.sheet, last, shape, samples, tuple(found.twice))
    return told if told.has_person or found.score >= FEWEST_LABELS else None


def _tried(tried: Iterable[Block], sheets: Mapping[str, Sheet], title: str) -> Iterator[tuple[Block, Match]]:
    candidates = [(sheet, Spellings(sheet)) for sheet in _candidates(sheets, title)]
    for block in tried:
        for sheet, spellings in candidates:
            found = match(sheet, block.headings, spellings)
            if found.score >= FEWEST_LABELS and (sheet.key == MAIN or _whole(found, sheet, title)):
                yield block, found


def _weight(block: Block, found: Match) -> tuple[int, ...]:
    """More fields; then a person's number; then more columns; then fewer rows; then the persons' sheet."""
    flat = block.first - block.last
    return (found.score, int(PERSON in found.used), found.columns, flat, int(found.sheet.key == MAIN))


def _candidates(sheets: Mapping[str, Sheet], title: str) -> list[Sheet]:
    named = [sheet for sheet in sheets.values() if sheet.key != MAIN and names(sheet, title)]
    return named or list(sheets.values())


def names(sheet: Sheet, title: str) -> bool:
    """Whether a title is that of a sheet of the layout, or another way of writing it."""
    table = sheet.table
    known = (sheet.title, table.label_vi, *table.synonyms) if table else (sheet.title,)
    return key(title) in {key(name) for name in known}


def _whole(found: Match, sheet: Sheet, title: str) -> bool:
    """A table is told by its title; or by all its required columns, where nobody's name stands."""
    if names(sheet, title):
        return joins.told(found.used) or joins.counter(found.uses) is not None
    required = {c.path for c in sheet.columns if c.required}
    named = {key(text) for texts in found.headings.values() for text in texts} & {"hovaten", "hoten"}
    return required <= set(found.used) and not named and len(found.used) > FEWEST_LABELS


def _with_values(found: Match, rows: Rows) -> tuple[list[Use], Samples]:
    """The uses of all columns that have a heading or hold something, and their first values."""
    uses = list(found.uses)
    there = {use.index for use in uses}
    width = max((len(cells) for _, cells in rows), default=0)
    uses += [Use(column=letters(n)) for n in range(width) if n not in there and _says(rows, n)]
    kind = Sorter(Shape(found.sheet.key, "", uses))
    samples: Samples = {}
    for _, cells in rows:
        if kind(cells) == "person" or PERSON not in found.used:
            for n, cell in enumerate(cells):
                if cell is not None:
                    samples.setdefault(n, []).append(cell)
    guessed = Judge(found.sheet).guessed(split(uses, samples, found.spellings.known), samples)
    if found.sheet.key != MAIN and not joins.told(use.path for use in guessed):
        guessed = joins.by_counter(guessed)
    empty = [u if u.path or u.confidence or samples.get(u.index) else _nothing_in(u) for u in guessed]
    return _one_sex(empty), samples


def _says(rows: Rows, index: int) -> bool:
    return any(index < len(cells) and words_of(cells[index]) for _, cells in rows)


def _nothing_in(use: Use) -> Use:
    """A column without a single value needs nobody's decision."""
    return msgspec.structs.replace(use, confidence="sure")


def _one_sex(uses: list[Use]) -> list[Use]:
    """A column for one sex alone: no mark in it means the other, which somebody should confirm."""
    marked = [use for use in uses if use.path == SEX and use.rule == "mark"]
    if len(marked) != 1:
        return [
            msgspec.structs.replace(u, confidence="sure") if u in marked and len(marked) > 1 else u
            for u in uses
        ]
    other = {"Nam": "Nữ", "Nữ": "Nam"}[marked[0].code]
    return [
        msgspec.structs.replace(u, otherwise=other, confidence="likely") if u in marked else u for u in uses
    ]
