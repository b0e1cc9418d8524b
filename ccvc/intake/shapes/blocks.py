"""Rows that may be headings: up to four rows one below the other, with merged cells spread. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ccvc.intake.cells.results import Raw
from ccvc.intake.shapes.marks import Marks, Merge
from ccvc.intake.shapes.words import is_numbering, words_of

DEEPEST = 4
_HINT = "Ví dụ"

Rows = Sequence[tuple[int, Sequence[Raw | None]]]
Texts = dict[int, str]  # by column


@dataclass(frozen=True, slots=True)
class Block:
    """Headings of columns: each the texts over one another; data begin below `last`."""

    first: int
    last: int
    headings: Mapping[int, tuple[str, ...]]


def blocks(head: Rows, marks: Marks, width: int) -> Iterator[Block]:
    """Every block the rows could make, the flattest first of those that begin in one row.

    `width`: how many columns the sheet's rows have; cells merged beyond head no column.
    """
    merges = [replace(m, right=min(m.right, width - 1)) for m in marks.merges]
    texts = _spread({number: _texts(cells) for number, cells in head}, merges)
    taken = {(m.top, c) for m in merges for c in range(m.left, m.right + 1)}
    for first in sorted(texts):
        if any(merge.top < first <= merge.bottom for merge in marks.merges):
            continue
        rows: list[tuple[int, Texts]] = []
        for number in range(first, first + DEEPEST):
            if number not in texts:
                break
            rows.append((number, texts[number]))
            yield Block(first, number, _over_one_another(rows, taken))


def _texts(cells: Sequence[Raw | None]) -> Texts:
    return {n: words_of(cell) for n, cell in enumerate(cells) if isinstance(cell, str) and words_of(cell)}


def _spread(texts: dict[int, Texts], merges: Sequence[Merge]) -> dict[int, Texts]:
    """Merged cells all say what the first of them says."""
    for merge in merges:
        said = texts.get(merge.top, {}).get(merge.left)
        if said is None:
            continue
        for number in range(merge.top, min(merge.bottom, merge.top + DEEPEST) + 1):
            if number in texts:
                texts[number] |= dict.fromkeys(range(merge.left, merge.right + 1), said)
    return texts


def _over_one_another(
    rows: Sequence[tuple[int, Texts]], merged: set[tuple[int, int]]
) -> dict[int, tuple[str, ...]]:
    """What stands over each column; a heading over several reaches right where no cells are merged."""
    reaching = [_reaching(number, texts, below, merged) for (number, texts), (_, below) in pairwise(rows)]
    reaching.append(rows[-1][1])
    width = max((max(texts, default=-1) for texts in reaching), default=-1) + 1
    stacks = {n: [t[n] for t in reaching if n in t] for n in range(width)}
    return {n: tuple(dict.fromkeys(stack)) for n, stack in stacks.items() if stack}


def _reaching(number: int, texts: Texts, below: Texts, merged: set[tuple[int, int]]) -> Texts:
    found = dict(texts)
    for n in sorted(below):
        left = found.get(n - 1)
        if n not in texts and left and (n - 1) in below and (number, n - 1) not in merged:
            found[n] = left
    return found


def last_of(head: Rows, block: Block) -> int:
    """The last row before the data: rows of numbering ((1) (2) (3)) and of examples belong to the heading."""
    last = block.last
    for number, cells in head:
        given = [words_of(cell) for cell in cells if words_of(cell)]
        if number == last + 1 and given and (is_numbering(given) or any(g.startswith(_HINT) for g in given)):
            last = number
    return last
