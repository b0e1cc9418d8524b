"""Text in old encodings (TCVN3, VNI) on its way in: told by column, read in Unicode, and said.

Rows are looked at in blocks, so that a file of two halves, typed in different years, is read right in both. The
original stays as it came.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest

from ccvc.intake.cells.results import Raw
from ccvc.intake.findings import Finding, of_problem, seen
from ccvc.intake.headers import Heading, Headings
from ccvc.intake.pieces import Row
from ccvc.standard.encodings import Encoding, Verdict, recognise, recognise_table
from ccvc.standard.problems import Problem

BLOCK = 1_000
NAMES = {Encoding.TCVN3: "TCVN3 (ABC)", Encoding.VNI: "VNI"}


def readable(rows: Iterable[Row]) -> list[Row]:
    """The rows about the headings, in Unicode: each row was typed in one way."""
    return [(number, _in_unicode(cells)) for number, cells in rows]


def _in_unicode(cells: list[Raw | None]) -> list[Raw | None]:
    verdict = recognise(cell for cell in cells if isinstance(cell, str))
    if not verdict.is_old:
        return cells
    return [verdict.read(cell) if isinstance(cell, str) else cell for cell in cells]


@dataclass(slots=True)
class Met:
    """What was met of old encodings in one column: the verdict, cells converted, and the first of them."""

    verdict: Verdict
    small_only: bool = True
    cells: int = 0
    written: str = ""
    read: str = ""


class Columns:
    """The columns of one sheet, while its rows are read."""

    def __init__(self, title: str, headings: Headings) -> None:
        self._title = title
        self._headings = headings
        self._sources = headings.sources or headings.found
        self._met: dict[int, Met] = {}

    def in_unicode(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows, with the text of old encodings converted."""
        waiting = iter(rows)
        while block := list(islice(waiting, BLOCK)):
            columns = list(zip_longest(*(cells for _, cells in block)))
            texts = [_texts(columns, heading.index) for heading in self._sources]
            for heading, verdict in zip(self._sources, recognise_table(texts), strict=True):
                met = self._learn(heading.index, verdict)
                if met is not None:
                    _convert(block, heading.index, met)
            yield from block

    def _learn(self, index: int, verdict: Verdict) -> Met | None:
        """What is known of a column in an old encoding; a block that says too little is like those before."""
        if verdict.encoding is None and not verdict.examples and index not in self._met:
            return None
        if verdict.encoding is not None and not verdict.is_old:
            return None
        met = self._met.setdefault(index, Met(verdict))
        if verdict.is_old:
            met.verdict, met.small_only = verdict, met.small_only and verdict.small_only
        return met if met.verdict.is_old else None

    def notices(self) -> Iterator[Finding]:
        """What is said of these columns to whoever sent the file."""
        for heading in self._sources:
            met = self._met.get(heading.index)
            if met is None:
                continue
            yield self._notice(heading, met, _problem(heading.column.label, met))
            if met.cells and met.small_only:
                yield self._notice(heading, met, Problem("INT-OLD-CAPITALS", column=heading.column.label))

    def _notice(self, heading: Heading, met: Met, problem: Problem) -> Finding:
        return of_problem(
            problem,
            "warning",
            sheet=self._title,
            row=self._headings.row,
            column=heading.letter,
            path=heading.column.path,
            label=heading.column.label,
            cell=seen(met.written),
        )


def _texts(columns: Sequence[Sequence[Raw | None]], index: int) -> list[str]:
    """The different cells of a column that are not plain letters only."""
    different = dict.fromkeys(columns[index]) if index < len(columns) else ()
    return [text for text in different if isinstance(text, str) and not text.isascii()]


def _convert(block: Sequence[Row], index: int, met: Met) -> None:
    for _, cells in block:
        cell = cells[index] if index < len(cells) else None
        if not isinstance(cell, str) or (read := met.verdict.read(cell)) == cell:
            continue
        cells[index] = read
        met.cells += 1
        if not met.written:
            met.written, met.read = cell, read


def _problem(column: str, met: Met) -> Problem:
    encoding = met.verdict.encoding
    if encoding is None:
        written, read = met.verdict.examples[0]
        return Problem("INT-ENCODING-UNSURE", column=column, written=written, read=read)
    example = {"written": seen(met.written), "read": seen(met.read)}
    return Problem("INT-OLD-ENCODING", column=column, encoding=NAMES[encoding], count=met.cells, **example)
